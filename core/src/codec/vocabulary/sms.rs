//! Codes of short messages: information elements of the user data header, with their names, and
//! protocol identifiers (3GPP TS 23.040 §9.2.3; TS 31.115 §4).

/// The bits of the first byte that name the type of a message (TS 23.040 §9.2.3.1).
pub const MTI: u8 = 0x03;

/// Information element: part of a long message, 8-bit reference (TS 23.040 §9.2.3.24.1).
pub const CONCATENATION: u8 = 0x00;

/// Information element: application ports of 8 bits (TS 23.040 §9.2.3.24.3).
pub const PORTS_8: u8 = 0x04;

/// Information element: application ports of 16 bits (TS 23.040 §9.2.3.24.4).
pub const PORTS: u8 = 0x05;

/// Information element: part of a long message, 16-bit reference (TS 23.040 §9.2.3.24.8).
pub const CONCATENATION_16: u8 = 0x08;

/// Information element: a secured command packet follows (TS 31.115 §4.2).
pub const COMMAND_PACKET: u8 = 0x70;

/// Information element: a secured response packet follows (TS 31.115 §4.3).
pub const RESPONSE_PACKET: u8 = 0x71;

/// Protocol identifier: data for the card (TS 23.040 §9.2.3.9).
pub const DATA_DOWNLOAD: u8 = 0x7F;

/// Whether an element of a long message stands in each of its parts: ports do; a packet for the
/// card is named in the first part alone (TS 23.040 §9.2.3.24; TS 31.115 §4.2).
pub fn is_in_every_part(id: u8) -> bool {
    matches!(id, PORTS | PORTS_8)
}

/// Name of an information element.
pub fn element_name(id: u8) -> &'static str {
    match id {
        CONCATENATION | CONCATENATION_16 => "part of a long message",
        PORTS | PORTS_8 => "ports",
        0x24 => "national language, single shift",
        0x25 => "national language, locking shift",
        COMMAND_PACKET => "command packet",
        RESPONSE_PACKET => "response packet",
        _ => "element",
    }
}

/// What a protocol identifier asks for (TS 23.040 §9.2.3.9); empty for a plain message.
pub fn pid_name(pid: u8) -> &'static str {
    match pid {
        DATA_DOWNLOAD => "(U)SIM data download",
        0x41..=0x47 => "replaces one of the same type",
        _ => "",
    }
}
