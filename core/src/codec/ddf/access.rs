//! AccessType: the commands a node supports at all (OMA-TS-DM_TND-V1_2_1 §9).

use std::fmt;

/// A set of commands.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct AccessTypes(u8);

impl AccessTypes {
    /// No command.
    pub const NONE: AccessTypes = AccessTypes(0);
    /// The node can be added.
    pub const ADD: AccessTypes = AccessTypes(1);
    /// The node can be copied.
    pub const COPY: AccessTypes = AccessTypes(2);
    /// The node can be deleted.
    pub const DELETE: AccessTypes = AccessTypes(4);
    /// The node can be executed.
    pub const EXEC: AccessTypes = AccessTypes(8);
    /// The node can be read.
    pub const GET: AccessTypes = AccessTypes(16);
    /// The node can be replaced.
    pub const REPLACE: AccessTypes = AccessTypes(32);
    /// What a node without description supports.
    pub const DYNAMIC: AccessTypes = AccessTypes(1 | 2 | 4 | 16 | 32);

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets() {
        assert!(!AccessTypes::DYNAMIC.has(AccessTypes::EXEC));
        assert!(AccessTypes::DYNAMIC.has(AccessTypes::COPY.and(AccessTypes::GET)));
        assert!(AccessTypes::NONE.has(AccessTypes::NONE));
        assert_eq!(
            format!("{:?}", AccessTypes::ADD.and(AccessTypes::GET)),
            "{\"Add\", \"Get\"}"
        );
    }
}
