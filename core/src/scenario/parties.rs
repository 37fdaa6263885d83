//! The actors of a run as the settings want them: one account, one device, one card.

use super::{CardEvent, Setup};
use crate::card::{self, Menu, MenuItem, Uicc};
use crate::client::{self, DmClient};
use crate::codec::DecodeError;
use crate::codec::auth::{Account, AuthType, Credentials, HMAC_HEADER};
use crate::codec::http;
use crate::codec::notification::UiMode;
use crate::codec::tnds::Document;
use crate::codec::wsp;
use crate::server::{self, DmServer, Plan, samples};
use crate::terminal::{self, Terminal};
use crate::trace::Event;
use crate::tree::standard::{self, Device};

/// The IMEI of the simulated handset; a test value.
const IMEI: &str = "493005100592800";

/// What the card asks the user.
const QUESTION: &str = "Your operator has new connection settings. Apply them?";

/// Seconds the question stays (MAXDT).
const QUESTION_S: u32 = 30;

/// The account that ECMS, card and DM Client share (OMA-AD-DM_SC-V1_0 §5.3): test values, as a
/// bootstrap would have left them.
pub fn account() -> Account {
    Account {
        server_id: "dmsc.card".to_owned(),
        address: "http://127.0.0.1:3516/dm".to_owned(),
        client: Credentials {
            auth_type: AuthType::Md5,
            name: "dmclient".to_owned(),
            secret: "ClientSecret16!!".to_owned(),
            nonce: (0x00..=0x0F).collect(),
        },
        server: Credentials {
            auth_type: AuthType::Md5,
            name: "dmsc.card".to_owned(),
            secret: "ServerSecret16!!".to_owned(),
            nonce: (0xF0..=0xFF).collect(),
        },
    }
}

/// A device that was provisioned once before: its tree holds the standard objects, the account
/// and what the card gave it then.
pub(super) fn client(setup: &Setup, account: &Account, now_s: u64) -> DmClient {
    let device = Device {
        device_id: format!("IMEI:{IMEI}"),
        now_s,
        ..Device::default()
    };
    let mut tree = standard::device_tree(&device, &[("DMSC", account.clone())]);
    let loaded = tree.load(&built_in(samples::before()), now_s);
    debug_assert!(
        loaded.is_ok(),
        "Invariant: the sample fits the standard tree: {loaded:?}"
    );
    let config = client::Config {
        device_id: device.device_id,
        max_msg_size: u64::from(setup.settings.effective_max_msg_size()),
        encoding: setup.settings.encoding,
        seed: setup.seed,
        ..client::Config::default()
    };
    DmClient::new(config, tree)
}

/// A module without display, or the phone that a menu needs; neither asks for a PIN.
pub(super) fn terminal(setup: &Setup) -> Terminal {
    let kind = if has_menu(setup) {
        terminal::Config {
            ask_pin: false,
            read_bootstrap: false,
            tell_capability: false,
            ..terminal::Config::phone()
        }
    } else {
        terminal::Config::default()
    };
    Terminal::new(terminal::Config {
        imei: IMEI.to_owned(),
        ..kind
    })
}

/// Whether the user brings the session about, in the card's menu.
pub(super) fn has_menu(setup: &Setup) -> bool {
    setup.scenario.id == "local-trigger" && setup.settings.event == CardEvent::Menu
}

fn menu() -> Menu {
    Menu {
        title: "Card services".to_owned(),
        items: vec![MenuItem {
            label: "Update settings".to_owned(),
            help: "Gets new connection settings from the card.".to_owned(),
            steps: vec![
                card::Step::Confirm {
                    question: "Get new settings from your card now?".to_owned(),
                },
                card::Step::StartSession,
            ],
        }],
    }
}

/// What an enabler's step is called in this run.
pub(super) fn title(setup: &Setup, number: &str, usual: &str) -> String {
    match number {
        "" if has_menu(setup) => {
            "The device starts, the card opens its web server and sets up a menu"
        }
        "1" if has_menu(setup) => {
            "An event occurs in the smart card: the user chooses from its menu"
        }
        _ => usual,
    }
    .to_owned()
}

pub(super) fn card(setup: &Setup) -> Uicc {
    let timer = setup.scenario.id == "local-trigger" && !has_menu(setup);
    Uicc::new(card::Config {
        trigger_timer_s: timer.then_some(setup.settings.timer_s),
        menu: has_menu(setup).then(menu),
        ..card::Config::default()
    })
}

/// The plan of the card's DM Server: it leads from what the device got last to what it is to
/// have now.
pub(super) fn plan(setup: &Setup) -> Plan {
    let after = match &setup.settings.provisioning {
        Some(file) => file.document.clone(),
        None => built_in(samples::after()),
    };
    let plan = Plan::from_documents(&built_in(samples::before()), &after);
    if setup.settings.confirm {
        plan.asking(QUESTION, QUESTION_S)
    } else {
        plan
    }
}

/// The card's DM Server.
pub(super) fn server(setup: &Setup, account: Account, plan: Plan) -> DmServer {
    let config = server::Config {
        accounts: vec![account],
        seed: setup.seed,
        ..server::Config::default()
    };
    DmServer::new(config, plan)
}

/// A built-in document; one that could not be read would show in every test.
fn built_in(document: Result<Document, DecodeError>) -> Document {
    debug_assert!(
        document.is_ok(),
        "Invariant: a built-in document is TNDS: {document:?}"
    );
    document.unwrap_or_default()
}

/// A notification leaves it to the client's own policy when the question comes in the session,
/// else asks for a session in the background (DM Notification §6.2.7).
pub(super) fn ui_mode(setup: &Setup) -> UiMode {
    if setup.settings.confirm {
        UiMode::NotSpecified
    } else {
        UiMode::Background
    }
}

/// What a push PDU says, for the trace.
pub(super) fn notification_event(push: &[u8]) -> Event {
    let session_id = wsp::decode_notification(push)
        .map(|(_, package)| package.session_id_text())
        .unwrap_or_default();
    Event::NotificationSent {
        session_id,
        resync: false,
    }
}

/// The HTTP response around a server's answer.
pub fn http_response(answer: &server::Answer) -> http::Response {
    let mut response = http::Response::new(answer.http_status);
    if let Some(hmac) = &answer.hmac {
        let name = HMAC_HEADER.to_owned();
        response.headers.push((name, hmac.clone()));
    }
    if answer.body.is_empty() {
        return response;
    }
    response.with_body(&answer.content_type, answer.body.clone())
}
