//! Which commands a node supports at all, by its place (OMA-TS-DM_TND-V1_2_1 §9, AccessType).
//!
//! The device's own description of its tree; independent of rights. A place it does not
//! mention supports everything but Exec.

use std::collections::BTreeMap;
use std::fmt;

/// A set of commands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AccessTypes(u8);

impl AccessTypes {
    /// No command.
    pub const NONE: AccessTypes = AccessTypes(0);
    /// The node can be added.
    pub const ADD: AccessTypes = AccessTypes(1);
    /// The node can be deleted.
    pub const DELETE: AccessTypes = AccessTypes(2);
    /// The node can be executed.
    pub const EXEC: AccessTypes = AccessTypes(4);
    /// The node can be read.
    pub const GET: AccessTypes = AccessTypes(8);
    /// The node can be replaced.
    pub const REPLACE: AccessTypes = AccessTypes(16);
    /// The node can be copied.
    pub const COPY: AccessTypes = AccessTypes(32);
    /// What a node the description does not mention supports.
    pub const DYNAMIC: AccessTypes = AccessTypes(1 | 2 | 8 | 16 | 32);

    /// Both sets together.
    #[must_use]
    pub const fn and(self, other: AccessTypes) -> AccessTypes {
        AccessTypes(self.0 | other.0)
    }

    /// Whether all commands of the other set are in this one.
    pub const fn has(self, other: AccessTypes) -> bool {
        self.0 & other.0 == other.0
    }
}

impl fmt::Debug for AccessTypes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut set = f.debug_set();
        for (name, one) in [
            ("Add", Self::ADD),
            ("Copy", Self::COPY),
            ("Delete", Self::DELETE),
            ("Exec", Self::EXEC),
            ("Get", Self::GET),
            ("Replace", Self::REPLACE),
        ] {
            if self.has(one) {
                set.entry(&name);
            }
        }
        set.finish()
    }
}

/// The description of a node and of places below it.
#[derive(Clone, Debug)]
pub struct Descriptor {
    access: AccessTypes,
    named: BTreeMap<String, Descriptor>,
    /// For names chosen at run time.
    any: Option<Box<Descriptor>>,
}

impl Default for Descriptor {
    fn default() -> Self {
        Descriptor {
            access: AccessTypes::DYNAMIC,
            named: BTreeMap::new(),
            any: None,
        }
    }
}

impl Descriptor {
    /// The commands the node supports.
    pub fn access(&self) -> AccessTypes {
        self.access
    }

    /// The description of a child; `None` where there is none, and then for all below.
    pub fn child(&self, name: &str) -> Option<&Descriptor> {
        self.named.get(name).or(self.any.as_deref())
    }

    /// Says what the place supports, with `*` for a name chosen at run time. Say what holds for
    /// `*` before what holds for a name beside it, because the name begins as its copy.
    pub fn set(&mut self, place: &str, access: AccessTypes) {
        let mut here = self;
        for name in place.split('/').filter(|n| !n.is_empty()) {
            here = if name == "*" {
                here.any.get_or_insert_default()
            } else {
                let any = here.any.as_deref();
                here.named
                    .entry(name.to_owned())
                    .or_insert_with(|| any.cloned().unwrap_or_default())
            };
        }
        here.access = access;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        let mut descriptor = Descriptor::default();
        descriptor.set("A/*/B", AccessTypes::GET);
        descriptor.set("A/*/*", AccessTypes::NONE);
        let a = descriptor.child("A").unwrap();
        assert_eq!(a.access(), AccessTypes::DYNAMIC);
        let x = a.child("x").unwrap();
        assert_eq!(x.child("B").unwrap().access(), AccessTypes::GET);
        assert_eq!(x.child("C").unwrap().access(), AccessTypes::NONE);
        assert!(x.child("C").unwrap().child("D").is_none());
        assert!(descriptor.child("other").is_none());
        assert!(!AccessTypes::DYNAMIC.has(AccessTypes::EXEC));
        assert_eq!(
            format!("{:?}", AccessTypes::ADD.and(AccessTypes::GET)),
            "{\"Add\", \"Get\"}"
        );
    }
}
