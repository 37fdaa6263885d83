//! What kind of terminal it is.

use crate::codec::toolkit::local::Location;
use crate::codec::toolkit::profile::{self, Facility, TerminalProfile};

/// Configuration of a terminal, fixed at creation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Fifteen digits.
    pub imei: String,
    /// What it tells the card in TERMINAL PROFILE, and all it does for the card.
    pub profile: TerminalProfile,
    /// Octets of the largest channel buffer it grants.
    pub max_buffer: u16,
    /// UDP and TCP ports programs of the device listen on.
    pub local_ports: Vec<u16>,
    /// Where it is; `None` without network.
    pub location: Option<Location>,
    /// Seconds since 1970 of Greenwich when its clock of milliseconds shows 0.
    pub unix_s: u64,
    /// Quarters of an hour east of Greenwich.
    pub zone: i8,
    /// Two letters (ISO 639).
    pub language: String,
    /// Access technology (TS 102 223 §8.61), 08 for E-UTRAN.
    pub access_technology: u8,
    /// Milliseconds the user has for an answer.
    pub answer_ms: u64,
    /// Milliseconds a host of the network has to take a connection.
    pub connect_ms: u64,
    /// Whether the boot tells a card that wants to know what the terminal is capable of.
    pub tell_capability: bool,
    /// Whether the boot asks the user for the PIN when the card wants one.
    pub ask_pin: bool,
    /// Whether the boot reads the provisioning files of the card.
    pub read_bootstrap: bool,
}

/// What a terminal offers that serves no user and no network.
const BASIC: &[Facility] = &[
    profile::PROFILE_DOWNLOAD,
    profile::SMS_PP,
    profile::MENU_SELECTION,
    profile::SMS_PP_SUPPORT,
    profile::TIMER_EXPIRATION,
    profile::COMMAND_RESULT,
    profile::DISPLAY_TEXT,
    profile::MORE_TIME,
    profile::POLL_INTERVAL,
    profile::POLLING_OFF,
    profile::REFRESH,
    profile::PROVIDE_LOCAL_INFORMATION,
    profile::SET_UP_EVENT_LIST,
    profile::DATA_AVAILABLE,
    profile::CHANNEL_STATUS,
    profile::TIMER_START,
    profile::TIMER_VALUE,
    profile::OPEN_CHANNEL,
    profile::CLOSE_CHANNEL,
    profile::RECEIVE_DATA,
    profile::SEND_DATA,
    profile::GET_CHANNEL_STATUS,
    profile::TCP_SERVER,
    profile::UDP_LOCAL,
];

/// What a phone offers beyond that.
const PHONE: &[Facility] = &[
    profile::UCS2_DISPLAY,
    profile::GET_INKEY,
    profile::GET_INPUT,
    profile::SELECT_ITEM,
    profile::SEND_SHORT_MESSAGE,
    profile::SET_UP_MENU,
    profile::LOCATION_STATUS,
    profile::LANGUAGE_SELECTION,
    profile::ACCESS_TECHNOLOGY,
    profile::USER_ACTIVITY,
    profile::IDLE_SCREEN,
    profile::BROWSER_TERMINATION,
    profile::DATE_TIME,
    profile::DISPLAY_TEXT_VARIABLE,
    profile::LAUNCH_BROWSER,
    profile::GPRS,
    profile::TCP_REMOTE,
    profile::UDP_REMOTE,
    profile::TCP_LOCAL,
];

/// Octets of TERMINAL PROFILE up to the transport levels.
const PROFILE_LENGTH: usize = 17;

impl Default for Config {
    /// A module without user: two channels, texts shown, nothing asked, provisioning left alone.
    fn default() -> Self {
        Config {
            imei: "493005100592800".to_owned(),
            profile: TerminalProfile::with(PROFILE_LENGTH, BASIC).with_channels(2),
            max_buffer: 1400,
            local_ports: vec![2948],
            location: Some(Location {
                mcc: 1,
                mnc: 1,
                long_mnc: false,
                area: 1,
                cell: 1,
            }),
            unix_s: 0,
            zone: 0,
            language: "en".to_owned(),
            access_technology: 0x08,
            answer_ms: 60_000,
            connect_ms: 30_000,
            tell_capability: false,
            ask_pin: false,
            read_bootstrap: false,
        }
    }
}

impl Config {
    /// A phone with display, keypad and network, which asks for the PIN and reads the
    /// provisioning files.
    pub fn phone() -> Self {
        Config {
            profile: TerminalProfile::with(PROFILE_LENGTH, &[BASIC, PHONE].concat())
                .with_channels(7),
            tell_capability: true,
            ask_pin: true,
            read_bootstrap: true,
            ..Config::default()
        }
    }
}
