//! Names of toolkit application references (ETSI TS 101 220 annex D).

/// Name of the application that a TAR names; `None` for those of vendors and operators.
pub fn tar_name(tar: [u8; 3]) -> Option<&'static str> {
    Some(match tar {
        [0x00, 0x00, 0x00] => "issuer security domain",
        [0xB0, 0x00, 0x00] => "remote file management, SIM",
        [0xB0, 0x00, 0x10] => "remote file management, files of the UICC",
        [0xB0, 0x00, 0x11] => "remote file management, USIM",
        [0xB2, 0x01, 0x00] => "administration of the card web server",
        _ => return None,
    })
}
