//! Policy of a device: which operations of a server cost money or touch what is the user's own, and
//! are carried out with the user's consent alone (OMA-AD-DM_SC-V1_0 §4.2, threat 2).
//!
//! The architecture wants a confirmation that can be configured and names no means. Here a place
//! in the tree, or a kind of command, has a property, and the policy says of which properties the
//! user is asked. Knows no session and no user.

use crate::codec::syncml::{Command, Item};
use crate::tree::standard::INBOX;
use crate::tree::{ManagementTree, NodeUri, Suffix};

/// Property of an operation, for which the user may want to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Property {
    /// Costs money, or can: another access point, a call, a download.
    Costs,
    /// Reads or changes what is the user's own: contacts, messages.
    Data,
}

/// Place in the tree whose nodes have a property, with all below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guarded {
    /// Node at the top.
    pub uri: NodeUri,
    /// Property of operations there.
    pub property: Property,
}

/// Operations that want the user's consent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Consent {
    /// None: the rights of the tree decide alone, as DM 1.2 has it.
    #[default]
    Never,
    /// Those that cost money.
    Costs,
    /// Those on the user's own data.
    Data,
    /// Those of either property.
    Both,
    /// All that do more than read, and all on the user's own data.
    Always,
}

/// Policy of a device about its user's consent. What it wants consent for and has none gets 403.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Operations that want consent.
    pub consent: Consent,
    /// Places with their properties. An Exec costs wherever its node stands.
    pub places: Vec<Guarded>,
}

impl Default for Policy {
    /// Access points and proxies cost, contacts and messages are the user's; nothing wants consent.
    fn default() -> Self {
        let place = |path: &[&str], property| Guarded {
            uri: path
                .iter()
                .fold(NodeUri::root(), |uri, name| uri.child(name)),
            property,
        };
        Policy {
            consent: Consent::Never,
            places: vec![
                place(&["Connectivity", "NAP"], Property::Costs),
                place(&["Connectivity", "Proxy"], Property::Costs),
                place(&["Contacts"], Property::Data),
                place(&["Messages"], Property::Data),
            ],
        }
    }
}

impl Policy {
    /// Whether a command wants the user's consent.
    pub(super) fn wants_consent(&self, command: &Command, tree: &ManagementTree) -> bool {
        let (Command::Add(c)
        | Command::Replace(c)
        | Command::Delete(c)
        | Command::Copy(c)
        | Command::Get(c)
        | Command::Exec(c)) = command
        else {
            return false;
        };
        if self.consent == Consent::Never {
            return false;
        }
        let reads = matches!(command, Command::Get(_));
        let executes = matches!(command, Command::Exec(_));
        let asks = |costs: bool, data: bool| match self.consent {
            Consent::Never => false,
            Consent::Costs => costs,
            Consent::Data => data,
            Consent::Both => costs || data,
            Consent::Always => !reads || data,
        };
        c.items.iter().any(|item| {
            let (to, from) = ends(item, tree);
            let has = |property| {
                to.as_ref().is_some_and(|uri| self.has(uri, property, reads))
                    // A Copy reads its source, as a Get would.
                    || from.as_ref().is_some_and(|uri| self.has(uri, property, true))
            };
            asks(executes || has(Property::Costs), has(Property::Data))
        })
    }

    /// Whether an operation on a node has a property.
    fn has(&self, uri: &NodeUri, property: Property, reads: bool) -> bool {
        // To read an access point costs nothing.
        if reads && property == Property::Costs {
            return false;
        }
        // What is put into the Inbox the device files wherever it belongs.
        let is_inbox = uri.segments().next().is_some_and(|name| same(name, INBOX));
        let lists = matches!(uri.suffix(), Some(Suffix::List(_)));
        let mut places = self.places.iter().filter(|of| of.property == property);
        is_inbox && !reads
            || places.any(|place| {
                // Above a place a command reaches into it, unless it reads one node alone.
                leads(&place.uri, uri) || leads(uri, &place.uri) && (!reads || lists)
            })
    }
}

/// Target and source of an item, as places of the tree.
fn ends(item: &Item, tree: &ManagementTree) -> (Option<NodeUri>, Option<NodeUri>) {
    let place = |uri: &str| tree.parse_uri(uri).ok();
    (
        item.target.as_ref().and_then(|to| place(&to.uri)),
        item.source.as_ref().and_then(|from| place(&from.uri)),
    )
}

/// Whether `below` is `above` or lies below it. Some names are equal without regard to case.
fn leads(above: &NodeUri, below: &NodeUri) -> bool {
    let mut names = below.segments();
    above
        .segments()
        .all(|name| names.next().is_some_and(|other| same(name, other)))
}

fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::syncml::{ItemCommand, Location};
    use crate::tree::standard::{Device, device_tree};

    fn command(name: &str, target: &str, source: Option<&str>) -> Command {
        let c = ItemCommand {
            items: vec![Item {
                target: Some(Location::new(target)),
                source: source.map(Location::new),
                ..Item::default()
            }],
            ..ItemCommand::default()
        };
        match name {
            "Add" => Command::Add(c),
            "Replace" => Command::Replace(c),
            "Delete" => Command::Delete(c),
            "Copy" => Command::Copy(c),
            "Get" => Command::Get(c),
            _ => Command::Exec(c),
        }
    }

    #[test]
    fn properties_belong_to_places_and_commands() {
        let tree = device_tree(&Device::default(), &[]);
        // Costs, data, always.
        for (name, target, source, wanted) in [
            ("Replace", "./Connectivity/NAP/Work/Addr", None, (1, 0, 1)),
            ("Replace", "./connectivity/nap/Work/Addr", None, (1, 0, 1)),
            ("Replace", "Connectivity/NAP?prop=ACL", None, (1, 0, 1)),
            ("Delete", "./Connectivity", None, (1, 0, 1)),
            ("Get", "./Connectivity/NAP/Work/Addr", None, (0, 0, 0)),
            ("Add", "./Connectivity/Proxy/1", None, (1, 0, 1)),
            ("Add", "./Inbox", None, (1, 1, 1)),
            ("Get", "./Contacts/Anna/Phone", None, (0, 1, 1)),
            ("Get", ".", None, (0, 0, 0)),
            ("Get", ".?list=Struct", None, (0, 1, 1)),
            ("Delete", "./Messages/1", None, (0, 1, 1)),
            ("Copy", "./Open", Some("./Contacts/Anna/Phone"), (0, 1, 1)),
            ("Copy", "./Open", Some("./DevInfo/Man"), (0, 0, 1)),
            ("Exec", "./Calls/Dial", None, (1, 0, 1)),
            ("Replace", "./DevDetail/Ext", None, (0, 0, 1)),
            ("Get", "./DevInfo/Mod", None, (0, 0, 0)),
        ] {
            let command = command(name, target, source);
            let wants = |consent| {
                let policy = Policy {
                    consent,
                    ..Policy::default()
                };
                u8::from(policy.wants_consent(&command, &tree))
            };
            let found = (
                wants(Consent::Costs),
                wants(Consent::Data),
                wants(Consent::Always),
            );
            assert_eq!(found, wanted, "{name} {target}");
            assert_eq!(wants(Consent::Both), wanted.0 | wanted.1, "{name} {target}");
            assert_eq!(wants(Consent::Never), 0);
        }
    }
}
