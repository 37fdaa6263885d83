//! Tokens that mean the same in every code page, and the bits of a tag (WBXML 1.3 §7.1, §5.8.2).

pub(super) const SWITCH_PAGE: u8 = 0x00;
pub(super) const END: u8 = 0x01;
pub(super) const ENTITY: u8 = 0x02;
pub(super) const STR_I: u8 = 0x03;
pub(super) const LITERAL: u8 = 0x04;
pub(super) const EXT_I_0: u8 = 0x40;
pub(super) const EXT_I_2: u8 = 0x42;
pub(super) const PI: u8 = 0x43;
pub(super) const LITERAL_C: u8 = 0x44;
pub(super) const EXT_T_0: u8 = 0x80;
pub(super) const EXT_T_2: u8 = 0x82;
pub(super) const STR_T: u8 = 0x83;
pub(super) const LITERAL_A: u8 = 0x84;
pub(super) const EXT_0: u8 = 0xC0;
pub(super) const EXT_2: u8 = 0xC2;
pub(super) const OPAQUE: u8 = 0xC3;
pub(super) const LITERAL_AC: u8 = 0xC4;

/// Bit of a tag: attributes follow.
pub(super) const HAS_ATTRIBUTES: u8 = 0x80;
/// Bit of a tag: content follows.
pub(super) const HAS_CONTENT: u8 = 0x40;
