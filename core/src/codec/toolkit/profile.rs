//! TERMINAL PROFILE: what the terminal can do, a bit for each (TS 102 223 §5.2).

use crate::codec::vocabulary::toolkit::event;

/// A facility: byte and bit, both counted from 1, bit 1 the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facility {
    /// From 1.
    pub byte: u8,
    /// 1 to 8.
    pub bit: u8,
    /// Name as the standard prints it.
    pub name: &'static str,
}

macro_rules! facilities {
    ($($(#[$doc:meta])* $id:ident = $byte:literal, $bit:literal, $name:literal;)*) => {
        $($(#[$doc])* #[doc = $name] pub const $id: Facility =
            Facility { byte: $byte, bit: $bit, name: $name };)*

        /// Every facility named here, in the order of their bits.
        pub const FACILITIES: &[Facility] = &[$($id,)*];
    };
}

facilities! {
    PROFILE_DOWNLOAD = 1, 1, "Profile download";
    SMS_PP = 1, 2, "SMS-PP data download";
    MENU_SELECTION = 1, 4, "Menu selection";
    SMS_PP_SUPPORT = 1, 5, "SMS-PP data download supported";
    TIMER_EXPIRATION = 1, 6, "Timer expiration";
    COMMAND_RESULT = 2, 1, "Command result";
    UCS2_DISPLAY = 2, 7, "UCS2 display";
    DISPLAY_TEXT = 3, 1, "DISPLAY TEXT";
    GET_INKEY = 3, 2, "GET INKEY";
    GET_INPUT = 3, 3, "GET INPUT";
    MORE_TIME = 3, 4, "MORE TIME";
    PLAY_TONE = 3, 5, "PLAY TONE";
    POLL_INTERVAL = 3, 6, "POLL INTERVAL";
    POLLING_OFF = 3, 7, "POLLING OFF";
    REFRESH = 3, 8, "REFRESH";
    SELECT_ITEM = 4, 1, "SELECT ITEM";
    SEND_SHORT_MESSAGE = 4, 2, "SEND SHORT MESSAGE";
    SET_UP_MENU = 4, 6, "SET UP MENU";
    PROVIDE_LOCAL_INFORMATION = 4, 7, "PROVIDE LOCAL INFORMATION";
    SET_UP_EVENT_LIST = 5, 1, "SET UP EVENT LIST";
    LOCATION_STATUS = 5, 5, "Event: location status";
    USER_ACTIVITY = 5, 6, "Event: user activity";
    IDLE_SCREEN = 5, 7, "Event: idle screen available";
    LANGUAGE_SELECTION = 6, 1, "Event: language selection";
    BROWSER_TERMINATION = 6, 2, "Event: browser termination";
    DATA_AVAILABLE = 6, 3, "Event: data available";
    CHANNEL_STATUS = 6, 4, "Event: channel status";
    ACCESS_TECHNOLOGY = 6, 5, "Event: access technology change";
    TIMER_START = 8, 1, "TIMER MANAGEMENT, start and stop";
    TIMER_VALUE = 8, 2, "TIMER MANAGEMENT, get current value";
    DATE_TIME = 8, 3, "PROVIDE LOCAL INFORMATION, date and time";
    IDLE_TEXT = 8, 5, "SET UP IDLE MODE TEXT";
    DISPLAY_TEXT_VARIABLE = 9, 1, "DISPLAY TEXT, variable time out";
    LAUNCH_BROWSER = 9, 7, "LAUNCH BROWSER";
    OPEN_CHANNEL = 12, 1, "OPEN CHANNEL";
    CLOSE_CHANNEL = 12, 2, "CLOSE CHANNEL";
    RECEIVE_DATA = 12, 3, "RECEIVE DATA";
    SEND_DATA = 12, 4, "SEND DATA";
    GET_CHANNEL_STATUS = 12, 5, "GET CHANNEL STATUS";
    GPRS = 13, 2, "Bearer: packet service";
    TCP_REMOTE = 17, 1, "TCP, UICC in client mode, remote connection";
    UDP_REMOTE = 17, 2, "UDP, UICC in client mode, remote connection";
    TCP_SERVER = 17, 3, "TCP, UICC in server mode";
    TCP_LOCAL = 17, 4, "TCP, UICC in client mode, local connection";
    UDP_LOCAL = 17, 5, "UDP, UICC in client mode, local connection";
    DIRECT = 17, 6, "Direct communication channel";
}

/// What a terminal must offer to report an event; `None` for events not named here.
pub fn event_facility(event: u8) -> Option<Facility> {
    Some(match event {
        event::LOCATION_STATUS => LOCATION_STATUS,
        event::USER_ACTIVITY => USER_ACTIVITY,
        event::IDLE_SCREEN => IDLE_SCREEN,
        event::LANGUAGE_SELECTION => LANGUAGE_SELECTION,
        event::BROWSER_TERMINATION => BROWSER_TERMINATION,
        event::DATA_AVAILABLE => DATA_AVAILABLE,
        event::CHANNEL_STATUS => CHANNEL_STATUS,
        event::ACCESS_TECHNOLOGY => ACCESS_TECHNOLOGY,
        _ => return None,
    })
}

/// The octets a terminal sends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TerminalProfile(pub Vec<u8>);

impl TerminalProfile {
    /// A profile of `length` octets in which exactly these facilities are set.
    pub fn with(length: usize, facilities: &[Facility]) -> Self {
        let mut octets = vec![0; length.min(255)];
        for facility in facilities {
            if let Some(octet) = octets.get_mut(usize::from(facility.byte).wrapping_sub(1)) {
                *octet |= 1 << ((facility.bit - 1) & 7);
            }
        }
        TerminalProfile(octets)
    }

    /// Bytes to value; every string of bytes is a profile.
    pub fn decode(octets: &[u8]) -> Self {
        TerminalProfile(octets.to_vec())
    }

    /// Value to bytes.
    pub fn encode(&self) -> Vec<u8> {
        self.0.clone()
    }

    /// The same with a number of BIP channels, at most seven.
    #[must_use]
    pub fn with_channels(mut self, channels: u8) -> Self {
        if let Some(octet) = self.0.get_mut(12) {
            *octet = *octet & 0x1F | channels.min(7) << 5;
        }
        self
    }

    /// The same without a facility.
    #[must_use]
    pub fn without(mut self, facility: Facility) -> Self {
        if let Some(octet) = self.0.get_mut(usize::from(facility.byte).wrapping_sub(1)) {
            *octet &= !(1 << ((facility.bit - 1) & 7));
        }
        self
    }

    /// True when the terminal offers it; octets not sent offer nothing.
    pub fn has(&self, facility: Facility) -> bool {
        self.0
            .get(usize::from(facility.byte).wrapping_sub(1))
            .is_some_and(|octet| octet >> ((facility.bit - 1) & 7) & 1 == 1)
    }

    /// Number of BIP channels: bits 6 to 8 of octet 13.
    pub fn channels(&self) -> u8 {
        self.0.get(12).map_or(0, |octet| octet >> 5)
    }
}
