//! Access control lists (OMA-TS-DM_TND-V1_2_1 §7).
//!
//! `Add=a+b&Get=*`: for each command the server identifiers that may give it. Inheritance and
//! the question which node's list counts are the tree's business.

use std::fmt;

/// Commands an ACL speaks of; Copy has none of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// Add a child.
    Add,
    /// Delete the node.
    Delete,
    /// Execute the node.
    Exec,
    /// Read the node and its properties.
    Get,
    /// Replace value, Title, Name, and for an interior node its ACL.
    Replace,
}

impl Right {
    const ALL: [Right; 5] = [
        Right::Add,
        Right::Delete,
        Right::Exec,
        Right::Get,
        Right::Replace,
    ];

    /// Name of the command, as an ACL has it.
    pub fn name(self) -> &'static str {
        match self {
            Right::Add => "Add",
            Right::Delete => "Delete",
            Right::Exec => "Exec",
            Right::Get => "Get",
            Right::Replace => "Replace",
        }
    }
}

/// An access control list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acl {
    /// In the order of [`Right`].
    entries: [Servers; 5],
}

/// Who may give a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Servers {
    #[default]
    Nobody,
    Everyone,
    Only(Vec<String>),
}

impl Acl {
    /// Reads the wire form; the empty text is a list without a value. A command named twice has
    /// its entries joined, and `*` overrides the identifiers beside it. `None` when malformed.
    pub fn parse(text: &str) -> Option<Self> {
        let mut acl = Acl::default();
        if text.is_empty() {
            return Some(acl);
        }
        for entry in text.split('&') {
            let (command, ids) = entry.split_once('=')?;
            let right = Right::ALL.into_iter().find(|r| r.name() == command)?;
            for id in ids.split('+') {
                match id {
                    "*" => acl.entries[right as usize] = Servers::Everyone,
                    id if is_identifier(id) => acl.grant(right, id),
                    _ => return None,
                }
            }
        }
        Some(acl)
    }

    /// Lets a server give a command.
    pub fn grant(&mut self, right: Right, server_id: &str) {
        match &mut self.entries[right as usize] {
            Servers::Everyone => {}
            Servers::Only(ids) => {
                if !ids.iter().any(|i| i == server_id) {
                    ids.push(server_id.to_owned());
                }
            }
            nobody @ Servers::Nobody => *nobody = Servers::Only(vec![server_id.to_owned()]),
        }
    }

    /// Takes one command's entry from another list.
    pub fn copy_entry(&mut self, right: Right, from: &Acl) {
        self.entries[right as usize] = from.entries[right as usize].clone();
    }

    /// Forgets a server; an entry left without identifiers vanishes, or becomes everybody's.
    pub fn remove(&mut self, server_id: &str, keep_entries: bool) {
        for entry in &mut self.entries {
            if let Servers::Only(ids) = entry {
                ids.retain(|i| i != server_id);
                if ids.is_empty() {
                    *entry = if keep_entries {
                        Servers::Everyone
                    } else {
                        Servers::Nobody
                    };
                }
            }
        }
    }

    /// Whether a server may give a command.
    pub fn allows(&self, right: Right, server_id: &str) -> bool {
        match &self.entries[right as usize] {
            Servers::Nobody => false,
            Servers::Everyone => true,
            Servers::Only(ids) => ids.iter().any(|i| i == server_id),
        }
    }

    /// True when no command has an entry: the node inherits.
    pub fn is_empty(&self) -> bool {
        self.entries.iter().all(|e| *e == Servers::Nobody)
    }
}

impl fmt::Display for Acl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut joint = "";
        for right in Right::ALL {
            let ids = match &self.entries[right as usize] {
                Servers::Nobody => continue,
                Servers::Everyone => "*".to_owned(),
                Servers::Only(ids) => ids.join("+"),
            };
            write!(f, "{joint}{}={ids}", right.name())?;
            joint = "&";
        }
        Ok(())
    }
}

/// Whether a list in the wire form [`Acl`] writes lets a server give a command; without building
/// the list, because every command on every node asks.
pub(crate) fn allows(acl: &str, right: Right, server_id: &str) -> bool {
    acl.split('&')
        .filter_map(|entry| entry.split_once('='))
        .filter(|(command, _)| *command == right.name())
        .any(|(_, ids)| ids.split('+').any(|id| id == "*" || id == server_id))
}

/// Printable characters but `=` `&` `*` `+` and white space.
fn is_identifier(id: &str) -> bool {
    !id.is_empty()
        && id
            .chars()
            .all(|c| !c.is_whitespace() && !c.is_control() && !"=&*+".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows TND-24.
    #[test]
    fn wire_form() {
        for (text, shown) in [
            ("", ""),
            ("Add=*&Get=*", "Add=*&Get=*"),
            ("Get=*&Add=a+b", "Add=a+b&Get=*"),
            ("Get=a+*+b", "Get=*"),
            ("Get=a&Get=b", "Get=a+b"),
            ("Replace=a+a", "Replace=a"),
        ] {
            let acl = Acl::parse(text).unwrap();
            assert_eq!(acl.to_string(), shown);
            assert_eq!(Acl::parse(shown), Some(acl));
        }
        for bad in [
            "Get", "Get=", "=a", "Copy=*", "get=*", "Get=a b", "Get=a&", "&", "Get=a++b",
            "Get=a=b", " Get=a",
        ] {
            assert_eq!(Acl::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn identifiers_compare_whole() {
        let text = "Get=server1+server2&Replace=*";
        let acl = Acl::parse(text).unwrap();
        for (right, id, answer) in [
            (Right::Get, "server1", true),
            (Right::Get, "server", false),
            (Right::Get, "server11", false),
            (Right::Replace, "anyone", true),
            (Right::Add, "server1", false),
        ] {
            assert_eq!(acl.allows(right, id), answer);
            assert_eq!(allows(text, right, id), answer);
        }
        assert!(!allows("", Right::Get, ""));
    }

    /// Shows TND-13, TND-24.
    #[test]
    fn a_deleted_server_vanishes() {
        let mut acl = Acl::parse("Add=a&Get=a+b&Replace=*").unwrap();
        let mut root = acl.clone();
        root.remove("a", true);
        assert_eq!(root.to_string(), "Add=*&Get=b&Replace=*");
        acl.remove("a", false);
        assert_eq!(acl.to_string(), "Get=b&Replace=*");
        let mut only = Acl::parse("Add=a").unwrap();
        only.remove("a", false);
        assert!(only.is_empty());
    }
}
