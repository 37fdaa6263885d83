//! What a proactive command asks for (TS 102 223 §6.4, §6.6).

use super::channel::{HostAddress, Transport};
use super::object::Object;
use super::text::{Alpha, Text};
use crate::codec::vocabulary::toolkit::{command, device};

/// An item of a menu or a list (TS 102 223 §8.9).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// 01 to FF.
    pub id: u8,
    /// What the user sees.
    pub text: Alpha,
}

/// An object beside those of the action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// A receiver that does not understand it must refuse the command.
    pub required: bool,
    /// Without the comprehension bit.
    pub tag: u8,
    /// As it came.
    pub value: Vec<u8>,
}

/// Why a command is only kept as its objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotModelled {
    /// A type of command that is not modelled here.
    Type,
    /// An object the command cannot be without is not there: its tag.
    Missing(u8),
    /// An object has not the form it should have: its tag.
    Malformed(u8),
    /// The destination or the qualifier does not fit the type.
    Details,
}

/// What a proactive command asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// REFRESH (§6.4.7).
    Refresh {
        /// 01 file change, 04 UICC reset …
        mode: u8,
        /// Value of the file list; empty without one.
        files: Vec<u8>,
        /// The application it is about; empty without one.
        aid: Vec<u8>,
    },
    /// MORE TIME (§6.4.4).
    MoreTime,
    /// POLL INTERVAL (§6.4.6).
    PollInterval {
        /// 00 minutes, 01 seconds, 02 tenths.
        unit: u8,
        /// Count.
        count: u8,
    },
    /// POLLING OFF (§6.4.14).
    PollingOff,
    /// SET UP EVENT LIST (§6.4.16); empty removes all.
    SetUpEventList {
        /// Event codes.
        events: Vec<u8>,
    },
    /// SEND SHORT MESSAGE (§6.4.10).
    SendShortMessage {
        /// The terminal is to pack the text into 7 bits.
        packing: bool,
        /// What the user is told.
        alpha: Option<Alpha>,
        /// Service centre: kind and digits; empty without one.
        service_centre: Vec<u8>,
        /// An SMS-SUBMIT, see [`sms`](crate::codec::sms).
        tpdu: Vec<u8>,
    },
    /// LAUNCH BROWSER (§6.4.26).
    LaunchBrowser {
        /// 00 if not already launched, 02 use the existing one, 03 close it and launch anew.
        mode: u8,
        /// Empty for the default one.
        url: Vec<u8>,
        /// What the user is told.
        alpha: Option<Alpha>,
    },
    /// DISPLAY TEXT (§6.4.1).
    DisplayText {
        /// b1 high priority, b8 wait for the user.
        qualifier: u8,
        /// The text.
        text: Text,
        /// Answer at once, the text stays.
        immediate: bool,
        /// Unit and count for which it stays.
        duration: Option<(u8, u8)>,
    },
    /// GET INKEY (§6.4.2).
    GetInkey {
        /// b1 alphabet instead of digits, b2 UCS2, b3 yes or no, b4 at once, b8 help.
        qualifier: u8,
        /// The question.
        text: Text,
        /// Unit and count within which the user has to answer.
        duration: Option<(u8, u8)>,
    },
    /// GET INPUT (§6.4.3).
    GetInput {
        /// b1 alphabet instead of digits, b2 UCS2, b3 hidden, b4 packed, b8 help.
        qualifier: u8,
        /// The question.
        text: Text,
        /// Least characters.
        min: u8,
        /// Most characters; FF for no limit.
        max: u8,
        /// What stands there before.
        default: Option<Text>,
    },
    /// SELECT ITEM (§6.4.9).
    SelectItem {
        /// b1 kind of choice given, b2 navigation, b3 soft key, b8 help.
        qualifier: u8,
        /// Title.
        alpha: Option<Alpha>,
        /// At least one.
        items: Vec<Item>,
        /// The item marked at first.
        default: Option<u8>,
    },
    /// SET UP MENU (§6.4.8).
    SetUpMenu {
        /// b1 soft key preferred, b8 help.
        qualifier: u8,
        /// Title.
        alpha: Alpha,
        /// None removes the menu.
        items: Vec<Item>,
    },
    /// PROVIDE LOCAL INFORMATION (§6.4.15).
    ProvideLocalInformation {
        /// 00 location, 01 IMEI, 03 date and time, 04 language …
        what: u8,
    },
    /// TIMER MANAGEMENT, start (§6.4.21).
    TimerStart {
        /// 1 to 8.
        timer: u8,
        /// Seconds.
        duration_s: u32,
    },
    /// TIMER MANAGEMENT, deactivate.
    TimerDeactivate {
        /// 1 to 8.
        timer: u8,
    },
    /// TIMER MANAGEMENT, get current value.
    TimerValue {
        /// 1 to 8.
        timer: u8,
    },
    /// OPEN CHANNEL in UICC server or terminal server mode (§6.4.27).
    OpenChannel {
        /// Octets.
        buffer: u16,
        /// Protocol, role, port.
        transport: Transport,
    },
    /// OPEN CHANNEL to a host of the network (§6.4.27, packet service or default bearer).
    OpenChannelRemote {
        /// b1 link at once, b2 reconnect, b3 in the background.
        qualifier: u8,
        /// What the user is told; an empty one: nothing.
        alpha: Option<Alpha>,
        /// Bearer: kind and its parameters; 03 is the default bearer.
        bearer: Vec<u8>,
        /// Octets.
        buffer: u16,
        /// Network access name, as coded.
        access_name: Option<Vec<u8>>,
        /// Address of the terminal.
        local: Option<HostAddress>,
        /// User login and password.
        login: Option<(Text, Text)>,
        /// Protocol, role, port; without it octets travel bare.
        transport: Option<Transport>,
        /// The host.
        destination: Option<HostAddress>,
    },
    /// CLOSE CHANNEL (§6.4.28).
    CloseChannel {
        /// 1 to 7.
        channel: u8,
        /// UICC server mode: back to LISTEN instead of CLOSED.
        listen_again: bool,
    },
    /// RECEIVE DATA (§6.4.29).
    ReceiveData {
        /// 1 to 7.
        channel: u8,
        /// Octets wanted.
        length: u8,
    },
    /// SEND DATA (§6.4.30).
    SendData {
        /// 1 to 7.
        channel: u8,
        /// At most 241 octets.
        data: Vec<u8>,
        /// Send now, else store in the transmit buffer.
        immediate: bool,
    },
    /// GET CHANNEL STATUS (§6.4.31).
    GetChannelStatus,
    /// Any other command, or a known one that is not as it should be.
    Other {
        /// Type of command (§9.4).
        kind: u8,
        /// Qualifier.
        qualifier: u8,
        /// Destination device.
        destination: u8,
        /// Objects after the device identities, as they came.
        objects: Vec<Object>,
        /// Why it is none of the others.
        why: NotModelled,
    },
}

impl Action {
    /// Type of command, qualifier, destination device.
    pub fn details(&self) -> (u8, u8, u8) {
        let channel_device = |channel: &u8| device::CHANNEL_1 + (channel.saturating_sub(1) & 7);
        match self {
            Action::Refresh { mode, .. } => (command::REFRESH, *mode, device::TERMINAL),
            Action::MoreTime => (command::MORE_TIME, 0, device::TERMINAL),
            Action::PollInterval { .. } => (command::POLL_INTERVAL, 0, device::TERMINAL),
            Action::PollingOff => (command::POLLING_OFF, 0, device::TERMINAL),
            Action::SetUpEventList { .. } => (command::SET_UP_EVENT_LIST, 0, device::TERMINAL),
            Action::SendShortMessage { packing, .. } => (
                command::SEND_SHORT_MESSAGE,
                u8::from(*packing),
                device::NETWORK,
            ),
            Action::LaunchBrowser { mode, .. } => {
                (command::LAUNCH_BROWSER, *mode, device::TERMINAL)
            }
            Action::DisplayText { qualifier, .. } => {
                (command::DISPLAY_TEXT, *qualifier, device::DISPLAY)
            }
            Action::GetInkey { qualifier, .. } => {
                (command::GET_INKEY, *qualifier, device::TERMINAL)
            }
            Action::GetInput { qualifier, .. } => {
                (command::GET_INPUT, *qualifier, device::TERMINAL)
            }
            Action::SelectItem { qualifier, .. } => {
                (command::SELECT_ITEM, *qualifier, device::TERMINAL)
            }
            Action::SetUpMenu { qualifier, .. } => {
                (command::SET_UP_MENU, *qualifier, device::TERMINAL)
            }
            Action::ProvideLocalInformation { what } => {
                (command::PROVIDE_LOCAL_INFORMATION, *what, device::TERMINAL)
            }
            Action::TimerStart { .. } => (command::TIMER_MANAGEMENT, 0, device::TERMINAL),
            Action::TimerDeactivate { .. } => (command::TIMER_MANAGEMENT, 1, device::TERMINAL),
            Action::TimerValue { .. } => (command::TIMER_MANAGEMENT, 2, device::TERMINAL),
            Action::OpenChannel { .. } => (command::OPEN_CHANNEL, 0, device::TERMINAL),
            Action::OpenChannelRemote { qualifier, .. } => {
                (command::OPEN_CHANNEL, *qualifier, device::TERMINAL)
            }
            Action::CloseChannel {
                channel,
                listen_again,
            } => (
                command::CLOSE_CHANNEL,
                u8::from(*listen_again),
                channel_device(channel),
            ),
            Action::ReceiveData { channel, .. } => {
                (command::RECEIVE_DATA, 0, channel_device(channel))
            }
            Action::SendData {
                channel, immediate, ..
            } => (
                command::SEND_DATA,
                u8::from(*immediate),
                channel_device(channel),
            ),
            Action::GetChannelStatus => (command::GET_CHANNEL_STATUS, 0, device::TERMINAL),
            Action::Other {
                kind,
                qualifier,
                destination,
                ..
            } => (*kind, *qualifier, *destination),
        }
    }
}
