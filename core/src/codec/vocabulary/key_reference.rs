//! Key references: which PIN or code a command or a rule means (ETSI TS 102 221 §9.5.1).

/// What a key reference is called: `PIN1`, `second PIN1`, `ADM1`, `universal PIN`.
pub fn name(reference: u8) -> String {
    match reference {
        0x01..=0x08 => format!("PIN{reference}"),
        0x0A..=0x0E => format!("ADM{}", reference - 0x09),
        0x11 => "universal PIN".to_owned(),
        0x81..=0x88 => format!("second PIN{}", reference - 0x80),
        0x8A..=0x8E => format!("ADM{}", reference - 0x84),
        other => format!("key {other:02X}"),
    }
}
