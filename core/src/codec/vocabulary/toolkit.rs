//! Codes of the card application toolkit with their names: devices, events, commands, results,
//! objects (ETSI TS 102 223 §8, §9; tags ETSI TS 101 220 §7.2).
//!
//! Knows no form of a message: what the codes stand in is read by
//! [`codec::toolkit`](crate::codec::toolkit).

use std::borrow::Cow;

/// Constants for codes, and the name of each.
macro_rules! codes {
    ($($value:literal $id:ident $name:literal;)*) => {
        $(#[doc = concat!($name, ".")] pub const $id: u8 = $value;)*

        /// The name of a code; `None` when no code here has this value.
        pub fn name(code: u8) -> Option<&'static str> {
            match code {
                $($value => Some($name),)*
                _ => None,
            }
        }
    };
}

/// A name, or the word for what has none with its code.
fn named(name: Option<&'static str>, word: &str, code: u8) -> Cow<'static, str> {
    match name {
        Some(name) => Cow::Borrowed(name),
        None => Cow::Owned(format!("{word} {code:02X}")),
    }
}

/// Device identities (TS 102 223 §8.7).
pub mod device {
    codes! {
        0x01 KEYPAD "keypad";
        0x02 DISPLAY "display";
        0x03 EARPIECE "earpiece";
        0x21 CHANNEL_1 "channel 1";
        0x81 UICC "UICC";
        0x82 TERMINAL "terminal";
        0x83 NETWORK "network";
    }
}

/// Name of a device identity.
pub fn device_name(code: u8) -> Cow<'static, str> {
    match code {
        0x10..=0x17 => Cow::Owned(format!("card reader {}", code - 0x10)),
        0x21..=0x27 => Cow::Owned(format!("channel {}", code - 0x20)),
        0x31..=0x37 => Cow::Owned(format!("eCAT client {}", code - 0x30)),
        _ => named(device::name(code), "device", code),
    }
}

/// Events of SET UP EVENT LIST and of event download (TS 102 223 §8.25).
pub mod event {
    codes! {
        0x00 MT_CALL "MT call";
        0x01 CALL_CONNECTED "call connected";
        0x02 CALL_DISCONNECTED "call disconnected";
        0x03 LOCATION_STATUS "location status";
        0x04 USER_ACTIVITY "user activity";
        0x05 IDLE_SCREEN "idle screen available";
        0x06 CARD_READER_STATUS "card reader status";
        0x07 LANGUAGE_SELECTION "language selection";
        0x08 BROWSER_TERMINATION "browser termination";
        0x09 DATA_AVAILABLE "data available";
        0x0A CHANNEL_STATUS "channel status";
        0x0B ACCESS_TECHNOLOGY "access technology change";
        0x0C DISPLAY_PARAMETERS "display parameters changed";
        0x0D LOCAL_CONNECTION "local connection";
        0x0E SEARCH_MODE "network search mode change";
        0x0F BROWSING_STATUS "browsing status";
        0x10 FRAMES "frames information change";
        0x11 IWLAN_STATUS "I-WLAN access status";
        0x12 NETWORK_REJECTION "network rejection";
        0x13 HCI_CONNECTIVITY "HCI connectivity";
        0x14 ACCESS_TECHNOLOGIES "access technology change, several";
        0x15 CSG_CELL_SELECTION "CSG cell selection";
        0x16 CONTACTLESS_STATE "contactless state request";
        0x17 IMS_REGISTRATION "IMS registration";
        0x18 IMS_DATA "incoming IMS data";
        0x19 PROFILE_CONTAINER "profile container";
        0x1B SECURED_PROFILE_CONTAINER "secured profile container";
        0x1C POLL_INTERVAL "poll interval negotiation";
        0x1D DATA_CONNECTION_STATUS "data connection status change";
    }
}

/// Name of an event.
pub fn event_name(code: u8) -> Cow<'static, str> {
    named(event::name(code), "event", code)
}

/// Types of command (TS 102 223 §9.4).
pub mod command {
    codes! {
        0x01 REFRESH "REFRESH";
        0x02 MORE_TIME "MORE TIME";
        0x03 POLL_INTERVAL "POLL INTERVAL";
        0x04 POLLING_OFF "POLLING OFF";
        0x05 SET_UP_EVENT_LIST "SET UP EVENT LIST";
        0x10 SET_UP_CALL "SET UP CALL";
        0x11 SEND_SS "SEND SS";
        0x12 SEND_USSD "SEND USSD";
        0x13 SEND_SHORT_MESSAGE "SEND SHORT MESSAGE";
        0x14 SEND_DTMF "SEND DTMF";
        0x15 LAUNCH_BROWSER "LAUNCH BROWSER";
        0x16 GEOGRAPHICAL_LOCATION "GEOGRAPHICAL LOCATION REQUEST";
        0x20 PLAY_TONE "PLAY TONE";
        0x21 DISPLAY_TEXT "DISPLAY TEXT";
        0x22 GET_INKEY "GET INKEY";
        0x23 GET_INPUT "GET INPUT";
        0x24 SELECT_ITEM "SELECT ITEM";
        0x25 SET_UP_MENU "SET UP MENU";
        0x26 PROVIDE_LOCAL_INFORMATION "PROVIDE LOCAL INFORMATION";
        0x27 TIMER_MANAGEMENT "TIMER MANAGEMENT";
        0x28 SET_UP_IDLE_MODE_TEXT "SET UP IDLE MODE TEXT";
        0x30 PERFORM_CARD_APDU "PERFORM CARD APDU";
        0x31 POWER_ON_CARD "POWER ON CARD";
        0x32 POWER_OFF_CARD "POWER OFF CARD";
        0x33 GET_READER_STATUS "GET READER STATUS";
        0x34 RUN_AT_COMMAND "RUN AT COMMAND";
        0x35 LANGUAGE_NOTIFICATION "LANGUAGE NOTIFICATION";
        0x40 OPEN_CHANNEL "OPEN CHANNEL";
        0x41 CLOSE_CHANNEL "CLOSE CHANNEL";
        0x42 RECEIVE_DATA "RECEIVE DATA";
        0x43 SEND_DATA "SEND DATA";
        0x44 GET_CHANNEL_STATUS "GET CHANNEL STATUS";
        0x45 SERVICE_SEARCH "SERVICE SEARCH";
        0x46 GET_SERVICE_INFORMATION "GET SERVICE INFORMATION";
        0x47 DECLARE_SERVICE "DECLARE SERVICE";
        0x50 SET_FRAMES "SET FRAMES";
        0x51 GET_FRAMES_STATUS "GET FRAMES STATUS";
        0x60 RETRIEVE_MMS "RETRIEVE MULTIMEDIA MESSAGE";
        0x61 SUBMIT_MMS "SUBMIT MULTIMEDIA MESSAGE";
        0x62 DISPLAY_MMS "DISPLAY MULTIMEDIA MESSAGE";
        0x70 ACTIVATE "ACTIVATE";
        0x71 CONTACTLESS_STATE_CHANGED "CONTACTLESS STATE CHANGED";
        0x72 COMMAND_CONTAINER "COMMAND CONTAINER";
        0x73 ENCAPSULATED_SESSION_CONTROL "ENCAPSULATED SESSION CONTROL";
    }
}

/// Name of a type of command.
pub fn command_name(kind: u8) -> Cow<'static, str> {
    named(command::name(kind), "command", kind)
}

/// BER tags of messages between card and terminal (TS 101 220 §7.2).
pub mod envelope {
    codes! {
        0xD0 PROACTIVE_COMMAND "proactive command";
        0xD1 SMS_PP_DOWNLOAD "SMS-PP download";
        0xD2 CELL_BROADCAST_DOWNLOAD "cell broadcast download";
        0xD3 MENU_SELECTION "menu selection";
        0xD4 CALL_CONTROL "call control";
        0xD5 SHORT_MESSAGE_CONTROL "MO short message control";
        0xD6 EVENT_DOWNLOAD "event download";
        0xD7 TIMER_EXPIRATION "timer expiration";
        0xD8 INTRA_UICC "intra-UICC";
        0xD9 USSD_DOWNLOAD "USSD download";
        0xDA MMS_TRANSFER_STATUS "MMS transfer status";
        0xDB MMS_NOTIFICATION "MMS notification";
        0xDC TERMINAL_APPLICATION "terminal application";
        0xDD GEOGRAPHICAL_LOCATION "geographical location";
        0xDE ENVELOPE_CONTAINER "envelope container";
        0xDF PROSE_REPORT "ProSe report";
    }
}

/// Name of a BER tag.
pub fn envelope_name(tag: u8) -> Cow<'static, str> {
    named(envelope::name(tag), "envelope", tag)
}

/// General results (TS 102 223 §8.12).
pub mod result {
    codes! {
        0x00 OK "performed";
        0x01 PARTIAL "performed with partial comprehension";
        0x02 MISSING_INFORMATION "performed with missing information";
        0x03 EFS_READ "REFRESH performed with additional EFs read";
        0x04 NO_ICON "performed, icon not displayed";
        0x05 MODIFIED_BY_CALL_CONTROL "performed, modified by call control";
        0x06 LIMITED_SERVICE "performed, limited service";
        0x07 MODIFIED "performed with modification";
        0x08 NOT_ACTIVE "REFRESH performed, application not active";
        0x09 NO_TONE "performed, tone not played";
        0x10 ENDED_BY_USER "session ended by the user";
        0x11 BACKWARD "backward move requested by the user";
        0x12 NO_RESPONSE "no response from the user";
        0x13 HELP "help requested by the user";
        0x14 USSD_ENDED "USSD ended by the user";
        0x20 TERMINAL_BUSY "terminal busy";
        0x21 NETWORK_BUSY "network busy";
        0x22 USER_REFUSED "refused by the user";
        0x23 CLEARED "call cleared";
        0x24 TIMER_STATE "contradicts the timer's state";
        0x25 CALL_CONTROL "problem in interaction with call control";
        0x26 BROWSER_ERROR "browser error";
        0x27 MMS_TEMPORARY "MMS temporary problem";
        0x30 BEYOND_CAPABILITIES "beyond the terminal's capabilities";
        0x31 TYPE_NOT_UNDERSTOOD "type not understood";
        0x32 DATA_NOT_UNDERSTOOD "data not understood";
        0x33 NUMBER_NOT_KNOWN "command number not known";
        0x34 SS_ERROR "supplementary service error";
        0x35 SMS_ERROR "short message error";
        0x36 VALUES_MISSING "required values missing";
        0x37 USSD_ERROR "USSD error";
        0x38 MULTIPLE_CARD_ERROR "MultipleCard error";
        0x39 CALL_CONTROL_PERMANENT "permanent problem in interaction with call control";
        0x3A BIP_ERROR "BIP error";
        0x3B ACCESS_TECHNOLOGY_ERROR "access technology not able to process the command";
        0x3C FRAMES_ERROR "frames error";
        0x3D MMS_ERROR "MMS error";
    }
}

/// Name of a general result.
pub fn result_name(code: u8) -> Cow<'static, str> {
    named(result::name(code), "result", code)
}

/// Meaning of the first byte of additional information on a result (TS 102 223 §8.12.2 to
/// §8.12.12); `None` for results that define none, and for those of BIP, which are an enum of
/// their own.
pub fn additional_name(result: u8, code: u8) -> Option<Cow<'static, str>> {
    let word = match (result, code) {
        (0x20 | 0x21 | 0x25 | 0x26 | 0x34 | 0x35 | 0x37..=0x39, 0x00) => "no specific cause",
        (result::TERMINAL_BUSY, 0x01) => "screen is busy",
        (result::TERMINAL_BUSY, 0x02) => "busy on a call",
        (result::TERMINAL_BUSY, 0x03) => "busy on a supplementary service",
        (result::TERMINAL_BUSY, 0x04) => "no service",
        (result::TERMINAL_BUSY, 0x05) => "access class barred",
        (result::TERMINAL_BUSY, 0x06) => "no radio resource",
        (result::TERMINAL_BUSY, 0x07) => "not in a speech call",
        (result::TERMINAL_BUSY, 0x08) => "busy on USSD",
        (result::TERMINAL_BUSY, 0x09) => "busy on SEND DTMF",
        (result::TERMINAL_BUSY, 0x0A) => "no application active",
        (result::CALL_CONTROL | result::CALL_CONTROL_PERMANENT, 0x01) => "action not allowed",
        (result::CALL_CONTROL | result::CALL_CONTROL_PERMANENT, 0x02) => "type of request changed",
        (result::BROWSER_ERROR, 0x01) => "bearer not available",
        (result::BROWSER_ERROR, 0x02) => "browser not available",
        (result::BROWSER_ERROR, 0x03) => "provisioning data not readable",
        (result::BROWSER_ERROR, 0x04) => "default URL not available",
        (result::MULTIPLE_CARD_ERROR, 0x01) => "card reader removed or not present",
        (result::MULTIPLE_CARD_ERROR, 0x02) => "card removed or not present",
        (result::MULTIPLE_CARD_ERROR, 0x03) => "card reader busy",
        (result::MULTIPLE_CARD_ERROR, 0x04) => "card powered off",
        (result::MULTIPLE_CARD_ERROR, 0x05) => "C-APDU format error",
        (result::MULTIPLE_CARD_ERROR, 0x06) => "mute card",
        (result::MULTIPLE_CARD_ERROR, 0x07) => "transmission error",
        (result::MULTIPLE_CARD_ERROR, 0x08) => "protocol not supported",
        (result::MULTIPLE_CARD_ERROR, 0x09) => "reader not valid",
        (result::NETWORK_BUSY, cause) => return Some(format!("cause {cause:02X}").into()),
        (result::SS_ERROR | result::USSD_ERROR, error) => {
            return Some(format!("return error {error:02X}").into());
        }
        (result::SMS_ERROR, cause) => return Some(format!("RP-Cause {cause:02X}").into()),
        _ => return None,
    };
    Some(Cow::Borrowed(word))
}

/// Tags of COMPREHENSION-TLV objects without the comprehension bit, each with its name and
/// clause.
macro_rules! tags {
    ($($value:literal $id:ident $name:literal $clause:literal;)*) => {
        $(#[doc = concat!($name, " (", $clause, ").")] pub const $id: u8 = $value;)*

        /// Name and clause of an object; those without a name here are an "Object".
        pub fn name(tag: u8) -> (&'static str, &'static str) {
            match tag {
                $($value => ($name, $clause),)*
                _ => ("Object", "TS 101 220 §7.2"),
            }
        }
    };
}

/// Tags of objects without the comprehension bit (TS 101 220 §7.2).
pub mod tag {
    tags! {
        0x01 COMMAND_DETAILS "Command details" "TS 102 223 §8.6";
        0x02 DEVICE_IDENTITIES "Device identities" "TS 102 223 §8.7";
        0x03 RESULT "Result" "TS 102 223 §8.12";
        0x04 DURATION "Duration" "TS 102 223 §8.8";
        0x05 ALPHA "Alpha identifier" "TS 102 223 §8.2";
        0x06 ADDRESS "Address" "TS 102 223 §8.1";
        0x0B SMS_TPDU "SMS TPDU" "TS 102 223 §8.13";
        0x0D TEXT "Text string" "TS 102 223 §8.15";
        0x0F ITEM "Item" "TS 102 223 §8.9";
        0x10 ITEM_ID "Item identifier" "TS 102 223 §8.10";
        0x11 RESPONSE_LENGTH "Response length" "TS 102 223 §8.11";
        0x12 FILE_LIST "File list" "TS 102 223 §8.18";
        0x13 LOCATION "Location information" "TS 102 223 §8.19";
        0x14 IMEI "IMEI" "TS 102 223 §8.20";
        0x15 HELP "Help request" "TS 102 223 §8.21";
        0x17 DEFAULT_TEXT "Default text" "TS 102 223 §8.23";
        0x18 NEXT_ACTION "Items next action indicator" "TS 102 223 §8.24";
        0x19 EVENT_LIST "Event list" "TS 102 223 §8.25";
        0x1B LOCATION_STATUS "Location status" "TS 102 223 §8.27";
        0x1E ICON "Icon identifier" "TS 102 223 §8.31";
        0x24 TIMER_ID "Timer identifier" "TS 102 223 §8.37";
        0x25 TIMER_VALUE "Timer value" "TS 102 223 §8.38";
        0x26 DATE_TIME "Date, time and time zone" "TS 102 223 §8.39";
        0x28 AT_COMMAND "AT command" "TS 102 223 §8.40";
        0x29 AT_RESPONSE "AT response" "TS 102 223 §8.41";
        0x2B IMMEDIATE_RESPONSE "Immediate response" "TS 102 223 §8.43";
        0x2D LANGUAGE "Language" "TS 102 223 §8.45";
        0x2F AID "AID" "TS 102 223 §8.60";
        0x30 BROWSER_IDENTITY "Browser identity" "TS 102 223 §8.47";
        0x31 URL "URL" "TS 102 223 §8.48";
        0x34 BROWSER_TERMINATION "Browser termination cause" "TS 102 223 §8.51";
        0x35 BEARER "Bearer description" "TS 102 223 §8.52";
        0x36 CHANNEL_DATA "Channel data" "TS 102 223 §8.53";
        0x37 CHANNEL_DATA_LENGTH "Channel data length" "TS 102 223 §8.54";
        0x38 CHANNEL_STATUS "Channel status" "TS 102 223 §8.56";
        0x39 BUFFER_SIZE "Buffer size" "TS 102 223 §8.55";
        0x3C TRANSPORT "UICC/terminal interface transport level" "TS 102 223 §8.59";
        0x3E OTHER_ADDRESS "Other address" "TS 102 223 §8.58";
        0x3F ACCESS_TECHNOLOGY "Access technology" "TS 102 223 §8.61";
        0x47 NETWORK_ACCESS_NAME "Network access name" "TS 102 223 §8.70";
        0x50 TEXT_ATTRIBUTE "Text attribute" "TS 102 223 §8.72";
    }
}

/// Name of a mode of REFRESH (TS 102 223 §8.6, command qualifier).
pub fn refresh_name(mode: u8) -> Cow<'static, str> {
    Cow::Borrowed(match mode {
        0x00 => "initialise, full file change",
        0x01 => "file change",
        0x02 => "initialise, file change",
        0x03 => "initialise",
        0x04 => "UICC reset",
        0x05 => "application reset",
        0x06 => "session reset",
        0x07 => "steering of roaming",
        0x08 => "steering of roaming, I-WLAN",
        other => return Cow::Owned(format!("mode {other:02X}")),
    })
}

/// Name of what PROVIDE LOCAL INFORMATION asks for (TS 102 223 §8.6, command qualifier).
pub fn local_information_name(what: u8) -> Cow<'static, str> {
    Cow::Borrowed(match what {
        0x00 => "location",
        0x01 => "IMEI",
        0x02 => "network measurement results",
        0x03 => "date and time",
        0x04 => "language",
        0x05 => "timing advance",
        0x06 => "access technology",
        0x08 => "IMEISV",
        0x09 => "search mode",
        0x0A => "battery",
        other => return Cow::Owned(format!("{other:02X}")),
    })
}

/// Unit of a duration (TS 102 223 §8.8).
pub fn unit_name(unit: u8) -> &'static str {
    match unit {
        0x00 => "min",
        0x01 => "s",
        0x02 => "tenths of a second",
        _ => "of an unknown unit",
    }
}
