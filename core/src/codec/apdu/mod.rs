//! Command and response APDUs of the short form (ISO/IEC 7816-4 §5, ETSI TS 102 221 §10).
//!
//! Knows the shape and the names; what a command does is the card's business.

mod command;
mod instruction;
mod response;
mod status_word;

pub use command::{CommandApdu, body};
pub use instruction::{
    ACTIVATE_FILE, AUTHENTICATE, CHANGE_PIN, CREATE_FILE, DEACTIVATE_FILE, DELETE_FILE,
    DISABLE_PIN, ENABLE_PIN, ENVELOPE, FETCH, GET_CHALLENGE, GET_IDENTITY, GET_RESPONSE, INCREASE,
    MANAGE_CHANNEL, READ_BINARY, READ_RECORD, RESIZE_FILE, RETRIEVE_DATA, SEARCH_RECORD, SELECT,
    SET_DATA, SLEEP, STATUS, SUSPEND_UICC, TERMINAL_CAPABILITY, TERMINAL_PROFILE,
    TERMINAL_RESPONSE, UNBLOCK_PIN, UPDATE_BINARY, UPDATE_RECORD, VERIFY_PIN, instruction_name,
};
pub use response::ResponseApdu;
pub use status_word::StatusWord;
