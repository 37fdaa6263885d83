//! Instructions of a card and what they are called (ETSI TS 102 221 §10.1.2, 3GPP TS 51.011
//! §9.2).

use std::borrow::Cow;

/// DEACTIVATE FILE; INVALIDATE of GSM 11.11.
pub const DEACTIVATE_FILE: u8 = 0x04;
/// TERMINAL PROFILE.
pub const TERMINAL_PROFILE: u8 = 0x10;
/// FETCH.
pub const FETCH: u8 = 0x12;
/// TERMINAL RESPONSE.
pub const TERMINAL_RESPONSE: u8 = 0x14;
/// VERIFY PIN.
pub const VERIFY_PIN: u8 = 0x20;
/// CHANGE PIN.
pub const CHANGE_PIN: u8 = 0x24;
/// DISABLE PIN.
pub const DISABLE_PIN: u8 = 0x26;
/// ENABLE PIN.
pub const ENABLE_PIN: u8 = 0x28;
/// UNBLOCK PIN.
pub const UNBLOCK_PIN: u8 = 0x2C;
/// INCREASE.
pub const INCREASE: u8 = 0x32;
/// ACTIVATE FILE; REHABILITATE of GSM 11.11.
pub const ACTIVATE_FILE: u8 = 0x44;
/// MANAGE CHANNEL.
pub const MANAGE_CHANNEL: u8 = 0x70;
/// SUSPEND UICC.
pub const SUSPEND_UICC: u8 = 0x76;
/// GET IDENTITY.
pub const GET_IDENTITY: u8 = 0x78;
/// GET CHALLENGE.
pub const GET_CHALLENGE: u8 = 0x84;
/// AUTHENTICATE; RUN GSM ALGORITHM of GSM 11.11.
pub const AUTHENTICATE: u8 = 0x88;
/// SEARCH RECORD; SEEK of GSM 11.11.
pub const SEARCH_RECORD: u8 = 0xA2;
/// SELECT.
pub const SELECT: u8 = 0xA4;
/// TERMINAL CAPABILITY.
pub const TERMINAL_CAPABILITY: u8 = 0xAA;
/// READ BINARY.
pub const READ_BINARY: u8 = 0xB0;
/// READ RECORD.
pub const READ_RECORD: u8 = 0xB2;
/// GET RESPONSE.
pub const GET_RESPONSE: u8 = 0xC0;
/// ENVELOPE.
pub const ENVELOPE: u8 = 0xC2;
/// RESIZE FILE (ETSI TS 102 222).
pub const RESIZE_FILE: u8 = 0xD4;
/// UPDATE BINARY.
pub const UPDATE_BINARY: u8 = 0xD6;
/// UPDATE RECORD.
pub const UPDATE_RECORD: u8 = 0xDC;
/// RETRIEVE DATA.
pub const RETRIEVE_DATA: u8 = 0xCB;
/// SET DATA.
pub const SET_DATA: u8 = 0xDB;
/// CREATE FILE (ETSI TS 102 222).
pub const CREATE_FILE: u8 = 0xE0;
/// DELETE FILE (ETSI TS 102 222).
pub const DELETE_FILE: u8 = 0xE4;
/// STATUS.
pub const STATUS: u8 = 0xF2;
/// SLEEP of GSM 11.11.
pub const SLEEP: u8 = 0xFA;

/// Name of an instruction (TS 102 221 §10.1.2), or `INS 5A`.
pub fn instruction_name(ins: u8) -> Cow<'static, str> {
    Cow::Borrowed(match ins {
        DEACTIVATE_FILE => "DEACTIVATE FILE",
        TERMINAL_PROFILE => "TERMINAL PROFILE",
        FETCH => "FETCH",
        TERMINAL_RESPONSE => "TERMINAL RESPONSE",
        VERIFY_PIN => "VERIFY PIN",
        CHANGE_PIN => "CHANGE PIN",
        DISABLE_PIN => "DISABLE PIN",
        ENABLE_PIN => "ENABLE PIN",
        UNBLOCK_PIN => "UNBLOCK PIN",
        INCREASE => "INCREASE",
        ACTIVATE_FILE => "ACTIVATE FILE",
        MANAGE_CHANNEL => "MANAGE CHANNEL",
        SUSPEND_UICC => "SUSPEND UICC",
        GET_IDENTITY => "GET IDENTITY",
        GET_CHALLENGE => "GET CHALLENGE",
        AUTHENTICATE => "AUTHENTICATE",
        SEARCH_RECORD => "SEARCH RECORD",
        SELECT => "SELECT",
        TERMINAL_CAPABILITY => "TERMINAL CAPABILITY",
        READ_BINARY => "READ BINARY",
        READ_RECORD => "READ RECORD",
        GET_RESPONSE => "GET RESPONSE",
        ENVELOPE => "ENVELOPE",
        UPDATE_BINARY => "UPDATE BINARY",
        UPDATE_RECORD => "UPDATE RECORD",
        RESIZE_FILE => "RESIZE FILE",
        CREATE_FILE => "CREATE FILE",
        DELETE_FILE => "DELETE FILE",
        STATUS => "STATUS",
        SLEEP => "SLEEP",
        RETRIEVE_DATA => "RETRIEVE DATA",
        SET_DATA => "SET DATA",
        other => return Cow::Owned(format!("INS {other:02X}")),
    })
}
