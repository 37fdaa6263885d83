//! Tags of access modes and security conditions (ISO/IEC 7816-4 tables 23 and 24).

/// An access mode byte.
pub(super) const MODES: u8 = 0x80;
/// Any condition is met.
pub(super) const ALWAYS: u8 = 0x90;
/// No condition is ever met.
pub(super) const NEVER: u8 = 0x97;
/// A security condition byte.
pub(super) const CONDITION_BYTE: u8 = 0x9E;
/// A credential for user authentication.
pub(super) const CREDENTIAL: u8 = 0xA4;
/// One of the conditions inside must be met.
pub(super) const OR: u8 = 0xA0;
/// All conditions inside must be met.
pub(super) const AND: u8 = 0xA7;
/// None of the conditions inside may be met.
pub(super) const NOT: u8 = 0xAF;
/// The usage of a credential for PIN verification: `95 01 08`.
pub(super) const USER: [u8; 3] = [0x95, 0x01, 0x08];

/// Templates inside templates; rules that go deeper grant nothing.
pub(super) const MAX_DEPTH: usize = 4;
