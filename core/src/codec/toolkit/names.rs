//! Names of commands, events, envelopes, results and objects, as the standards print them.

use std::borrow::Cow;

/// Type of command (TS 102 223 §9.4).
pub fn command(kind: u8) -> Cow<'static, str> {
    Cow::Borrowed(match kind {
        0x01 => "REFRESH",
        0x02 => "MORE TIME",
        0x03 => "POLL INTERVAL",
        0x04 => "POLLING OFF",
        0x05 => "SET UP EVENT LIST",
        0x10 => "SET UP CALL",
        0x11 => "SEND SS",
        0x12 => "SEND USSD",
        0x13 => "SEND SHORT MESSAGE",
        0x14 => "SEND DTMF",
        0x15 => "LAUNCH BROWSER",
        0x20 => "PLAY TONE",
        0x21 => "DISPLAY TEXT",
        0x22 => "GET INKEY",
        0x23 => "GET INPUT",
        0x24 => "SELECT ITEM",
        0x25 => "SET UP MENU",
        0x26 => "PROVIDE LOCAL INFORMATION",
        0x27 => "TIMER MANAGEMENT",
        0x28 => "SET UP IDLE MODE TEXT",
        0x40 => "OPEN CHANNEL",
        0x41 => "CLOSE CHANNEL",
        0x42 => "RECEIVE DATA",
        0x43 => "SEND DATA",
        0x44 => "GET CHANNEL STATUS",
        other => return Cow::Owned(format!("command {other:02X}")),
    })
}

/// Event (TS 102 223 §8.25).
pub fn event(code: u8) -> Cow<'static, str> {
    Cow::Borrowed(match code {
        0x00 => "MT call",
        0x01 => "call connected",
        0x02 => "call disconnected",
        0x03 => "location status",
        0x04 => "user activity",
        0x05 => "idle screen available",
        0x06 => "card reader status",
        0x07 => "language selection",
        0x08 => "browser termination",
        0x09 => "data available",
        0x0A => "channel status",
        0x0B => "access technology change",
        0x0C => "display parameters changed",
        0x0D => "local connection",
        0x0E => "network search mode change",
        0x0F => "browsing status",
        0x10 => "frames information change",
        0x13 => "HCI connectivity",
        0x14 => "access technology change, several",
        other => return Cow::Owned(format!("event {other:02X}")),
    })
}

/// BER tag of an envelope (TS 101 220 §7.2).
pub(super) fn envelope(tag: u8) -> Cow<'static, str> {
    Cow::Borrowed(match tag {
        0xD0 => "proactive command",
        0xD1 => "SMS-PP download",
        0xD2 => "cell broadcast download",
        0xD3 => "menu selection",
        0xD4 => "call control",
        0xD5 => "MO short message control",
        0xD6 => "event download",
        0xD7 => "timer expiration",
        0xD8 => "intra-UICC",
        0xD9 => "USSD download",
        0xDA => "MMS transfer status",
        0xDB => "MMS notification",
        0xDC => "terminal application",
        0xDD => "geographical location",
        0xDE => "envelope container",
        0xDF => "ProSe report",
        other => return Cow::Owned(format!("envelope {other:02X}")),
    })
}

/// General result (TS 102 223 §8.12).
pub(super) fn result(code: u8) -> Cow<'static, str> {
    Cow::Borrowed(match code {
        0x00 => "performed",
        0x01 => "performed with partial comprehension",
        0x02 => "performed with missing information",
        0x03 => "REFRESH performed with additional EFs read",
        0x04 => "performed, icon not displayed",
        0x06 => "performed, limited service",
        0x07 => "performed with modification",
        0x08 => "REFRESH performed, application not active",
        0x10 => "session ended by the user",
        0x11 => "backward move requested by the user",
        0x12 => "no response from the user",
        0x13 => "help requested by the user",
        0x09 => "performed, tone not played",
        0x14 => "USSD ended by the user",
        0x20 => "terminal busy",
        0x21 => "network busy",
        0x22 => "refused by the user",
        0x23 => "call cleared",
        0x24 => "contradicts the timer's state",
        0x25 => "problem in interaction with call control",
        0x26 => "browser error",
        0x30 => "beyond the terminal's capabilities",
        0x31 => "type not understood",
        0x32 => "data not understood",
        0x33 => "command number not known",
        0x34 => "supplementary service error",
        0x35 => "short message error",
        0x36 => "required values missing",
        0x3A => "BIP error",
        other => return Cow::Owned(format!("result {other:02X}")),
    })
}

/// COMPREHENSION-TLV object: name and clause of TS 102 223.
pub(super) fn object(tag: u8) -> (&'static str, &'static str) {
    match tag {
        0x01 => ("Command details", "TS 102 223 §8.6"),
        0x02 => ("Device identities", "TS 102 223 §8.7"),
        0x03 => ("Result", "TS 102 223 §8.12"),
        0x04 => ("Duration", "TS 102 223 §8.8"),
        0x05 => ("Alpha identifier", "TS 102 223 §8.2"),
        0x06 => ("Address", "TS 102 223 §8.1"),
        0x0B => ("SMS TPDU", "TS 102 223 §8.13"),
        0x0D => ("Text string", "TS 102 223 §8.15"),
        0x0F => ("Item", "TS 102 223 §8.9"),
        0x10 => ("Item identifier", "TS 102 223 §8.10"),
        0x12 => ("File list", "TS 102 223 §8.18"),
        0x13 => ("Location information", "TS 102 223 §8.19"),
        0x14 => ("IMEI", "TS 102 223 §8.20"),
        0x15 => ("Help request", "TS 102 223 §8.21"),
        0x11 => ("Response length", "TS 102 223 §8.11"),
        0x17 => ("Default text", "TS 102 223 §8.23"),
        0x18 => ("Items next action indicator", "TS 102 223 §8.24"),
        0x1B => ("Location status", "TS 102 223 §8.27"),
        0x1E => ("Icon identifier", "TS 102 223 §8.31"),
        0x2B => ("Immediate response", "TS 102 223 §8.43"),
        0x2D => ("Language", "TS 102 223 §8.45"),
        0x2F => ("AID", "TS 102 223 §8.60"),
        0x30 => ("Browser identity", "TS 102 223 §8.47"),
        0x34 => ("Browser termination cause", "TS 102 223 §8.51"),
        0x3F => ("Access technology", "TS 102 223 §8.61"),
        0x50 => ("Text attribute", "TS 102 223 §8.72"),
        0x19 => ("Event list", "TS 102 223 §8.25"),
        0x24 => ("Timer identifier", "TS 102 223 §8.37"),
        0x25 => ("Timer value", "TS 102 223 §8.38"),
        0x26 => ("Date, time and time zone", "TS 102 223 §8.39"),
        0x31 => ("URL", "TS 102 223 §8.48"),
        0x35 => ("Bearer description", "TS 102 223 §8.52"),
        0x36 => ("Channel data", "TS 102 223 §8.53"),
        0x37 => ("Channel data length", "TS 102 223 §8.54"),
        0x38 => ("Channel status", "TS 102 223 §8.56"),
        0x39 => ("Buffer size", "TS 102 223 §8.55"),
        0x3C => (
            "UICC/terminal interface transport level",
            "TS 102 223 §8.59",
        ),
        0x3E => ("Other address", "TS 102 223 §8.58"),
        0x47 => ("Network access name", "TS 102 223 §8.70"),
        _ => ("Object", "TS 101 220 §7.2"),
    }
}

/// Device (TS 102 223 §8.7).
pub(super) fn device(code: u8) -> Cow<'static, str> {
    Cow::Borrowed(match code {
        0x01 => "keypad",
        0x02 => "display",
        0x03 => "earpiece",
        0x21..=0x27 => return Cow::Owned(format!("channel {}", code - 0x20)),
        0x81 => "UICC",
        0x82 => "terminal",
        0x83 => "network",
        other => return Cow::Owned(format!("device {other:02X}")),
    })
}

/// Mode of REFRESH (§8.6, command qualifier).
pub(super) fn refresh(mode: u8) -> Cow<'static, str> {
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

/// What PROVIDE LOCAL INFORMATION asks for (§8.6, command qualifier).
pub(super) fn local_information(what: u8) -> Cow<'static, str> {
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

/// Unit of a duration (§8.8).
pub(super) fn unit(unit: u8) -> &'static str {
    match unit {
        0x00 => "min",
        0x01 => "s",
        0x02 => "tenths of a second",
        _ => "of an unknown unit",
    }
}
