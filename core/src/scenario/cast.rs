//! Actors that stories share: one account, one device that was provisioned once, one card that
//! is to provision it again.

use super::network::Network;
use super::provisioner::{self, Consent, PROVISIONING, Provisioner};
use super::rogue::Rogue;
use super::world::World;
use super::{SettingKey, Settings, Setup, SmartCard};
use crate::card::{self, Profile, Uicc};
use crate::client::{self, DmClient};
use crate::codec::DecodeError;
use crate::codec::auth::{Account, AuthType, Credentials};
use crate::codec::ef::Provisioning;
use crate::codec::notification::UiMode;
use crate::codec::tnds::Document;
use crate::ecms::{CardKeys, Ecms, Flaw, Update};
use crate::server::{self, DmServer, Plan, samples};
use crate::terminal::{self, Terminal};
use crate::trace::EPOCH_S;
use crate::tree::ManagementTree;
use crate::tree::standard::{self, Device};

/// The IMEI of the simulated handset; a test value.
const IMEI: &str = "493005100592800";

/// What the card asks the user.
pub(super) const QUESTION: &str = "Your operator has new connection settings. Apply them?";

/// Seconds the question stays (MAXDT).
pub(super) const QUESTION_S: u32 = 30;

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

/// The account, in which both ends prove themselves as the setting says (DM Security §5.3, §5.4).
fn proved(settings: &Settings) -> Account {
    let mut account = account();
    let kind = match settings.text(SettingKey::Auth) {
        "basic" => AuthType::Basic,
        "mac" => AuthType::Mac,
        _ => AuthType::Md5,
    };
    account.client.auth_type = kind.clone();
    account.server.auth_type = kind;
    account
}

/// Everybody, with this terminal and this card, and a device that was provisioned once.
pub(super) fn world(setup: &Setup, terminal: terminal::Config, card: card::Config) -> World {
    let account = proved(&setup.settings);
    let (client, server) = (client(setup, &account), server(setup, account));
    whole(setup, terminal, card, client, server)
}

/// Everybody, with a device that was bootstrapped for the card and for a server in the network
/// too, and has what this document says; the card's DM Server has its own plan.
pub(super) fn networked_world(
    setup: &Setup,
    (name, other): (&str, Account),
    device_has: &Document,
    plan: Plan,
    network: Network,
) -> World {
    let account = account();
    let accounts = [("DMSC", account.clone()), (name, other)];
    let client = DmClient::new(
        client_config(setup),
        provisioned_with(&accounts, device_has),
    );
    let server = DmServer::new(server_config(setup, account), plan);
    World {
        network,
        ..whole(setup, module(), card(setup), client, server)
    }
}

/// Everybody, with a card that holds what it provisioned last time, and an ECMS that has a newer
/// document for it. The card calls for the session itself, or leaves it to others.
pub(super) fn outdated_world(
    setup: &Setup,
    terminal: terminal::Config,
    card: card::Config,
    by_card: bool,
) -> World {
    let before = built_in(samples::before());
    let profile = with_document(card.profile, &before);
    let file = profile.contents(&PROVISIONING).unwrap_or_default();
    let consent = setup.settings.is_on(SettingKey::Confirm).then(consent);
    let watch = Provisioner::new(before, file, consent, by_card);
    let header = Provisioning::decode(file);
    debug_assert!(
        header.is_ok(),
        "Invariant: the built-in card has the file: {header:?}"
    );
    let account = proved(&setup.settings);
    let client = client(setup, &account);
    let server = DmServer::new(server_config(setup, account), watch.plan());
    let card = card::Config { profile, ..card };
    let mut world = whole(setup, terminal, card, client, server);
    world.card = world.card.with_provisioner(watch);
    if let Ok(file) = header {
        let document = wanted_by(setup).encode_wbxml();
        let update = Update::new(card_keys(), file, document, flaw(&setup.settings));
        world.ecms = world.ecms.with_update(update);
    }
    world
}

/// Keys of index 1 of the built-in cards, which ECMS and card share: test values.
fn card_keys() -> CardKeys {
    CardKeys {
        ciphering: (0x00..=0x0F).collect(),
        checking: (0x10..=0x1F).collect(),
        counter: 0,
    }
}

fn flaw(settings: &Settings) -> Flaw {
    match settings.text(SettingKey::Packet) {
        "wrong-key" => Flaw::WrongKey,
        "unknown-key" => Flaw::UnknownKey,
        "old-counter" => Flaw::OldCounter,
        "altered" => Flaw::Altered,
        "no-security" => Flaw::NoSecurity,
        "wrong-tar" => Flaw::WrongTar,
        "foreign-file" => Flaw::ForeignFile,
        "beyond-file" => Flaw::BeyondFile,
        _ => Flaw::None,
    }
}

fn consent() -> Consent {
    Consent {
        question: QUESTION.to_owned(),
        max_display_s: QUESTION_S,
    }
}

/// The document that the device is to have in the end: the user's own, or the built-in one.
fn wanted_by(setup: &Setup) -> Document {
    match setup.settings.provisioning() {
        Some(file) => file.document.clone(),
        None => built_in(samples::after()),
    }
}

/// The profile with this document as the active one of EF_Provisioning, whose slots grow where
/// it needs more room.
fn with_document(profile: Profile, document: &Document) -> Profile {
    let old = profile.contents(&PROVISIONING).map(Provisioning::decode);
    let room = old.and_then(Result::ok).map_or(0, |file| file.room);
    let file = Provisioning::file(&document.encode_wbxml(), room);
    profile.with_whole_contents(&PROVISIONING, file)
}

/// The card's profile with the user's own document, where there is one.
fn with_own_document(setup: &Setup, profile: Profile) -> Profile {
    match setup.settings.provisioning() {
        Some(file) => with_document(profile, &file.document),
        None => profile,
    }
}

/// Everybody, with a device fresh from the factory: it knows no server, and the card has nothing
/// for it but its bootstrap.
pub(super) fn fresh_world(setup: &Setup, terminal: terminal::Config, card: card::Config) -> World {
    let tree = standard::device_tree(&device(), &[]);
    let client = DmClient::new(client_config(setup), tree);
    let config = server_config(setup, account());
    let server = DmServer::new(config, Plan::default());
    whole(setup, terminal, card, client, server)
}

/// Everybody, with this terminal and this card, and these two ends of a DM session.
pub(super) fn whole(
    setup: &Setup,
    terminal: terminal::Config,
    card: card::Config,
    client: DmClient,
    server: DmServer,
) -> World {
    let account = proved(&setup.settings);
    let known = match setup.settings.text(SettingKey::EcmsNonce) {
        "resync" => None,
        _ => Some(account.server.nonce.clone()),
    };
    World {
        ecms: Ecms::new(account.clone(), known, setup.seed),
        client,
        terminal: Terminal::new(terminal::Config {
            imei: IMEI.to_owned(),
            ..terminal
        }),
        card: SmartCard::new(Uicc::new(card), server, ui_mode(&setup.settings)),
        network: Network::default(),
        rogue: Rogue::default(),
    }
}

/// Title of what goes before a story: the card opens its web server, where it can.
pub(super) fn starts(setup: &Setup) -> &'static str {
    match has_web_server(setup) {
        true => "The device starts and the card opens its web server",
        false => "The device starts, and the card has no channel for a web server",
    }
}

/// UICC server mode is younger than GSM 11.14, which a SIM and an R-UIM follow.
fn has_web_server(setup: &Setup) -> bool {
    !matches!(setup.settings.text(SettingKey::Profile), "sim" | "ruim")
}

/// A card of the kind that the settings want, with the user's own document where there is one.
pub(super) fn card(setup: &Setup) -> card::Config {
    let name = setup.settings.text(SettingKey::Profile);
    let profile = Profile::built_in(name).unwrap_or_default();
    card::Config {
        profile: with_own_document(setup, profile),
        web_server: has_web_server(setup),
        ..card::Config::default()
    }
}

/// A terminal without display: a module.
pub(super) fn module() -> terminal::Config {
    terminal::Config::default()
}

/// A module that reads the bootstrap files of its card.
pub(super) fn reading_module() -> terminal::Config {
    terminal::Config {
        read_bootstrap: true,
        ..module()
    }
}

/// A device that was provisioned once before: its tree holds the standard objects, the account
/// and what the card gave it then.
fn client(setup: &Setup, account: &Account) -> DmClient {
    DmClient::new(
        client_config(setup),
        provisioned(&[("DMSC", account.clone())]),
    )
}

/// The tree of a device with these accounts and what the card gave it last time.
pub(super) fn provisioned(accounts: &[(&str, Account)]) -> ManagementTree {
    provisioned_with(accounts, &built_in(samples::before()))
}

/// The tree of a device with these accounts and what this document says.
pub(super) fn provisioned_with(
    accounts: &[(&str, Account)],
    document: &Document,
) -> ManagementTree {
    let mut tree = standard::device_tree(&device(), accounts);
    let loaded = tree.load(document, EPOCH_S);
    debug_assert!(
        loaded.is_ok(),
        "Invariant: the sample fits the standard tree: {loaded:?}"
    );
    tree
}

/// The same device with more objects of its own.
pub(super) fn with_objects(client: DmClient, setup: &Setup, objects: &Document) -> DmClient {
    let mut tree = client.tree().clone();
    let loaded = tree.load(objects, EPOCH_S);
    debug_assert!(
        loaded.is_ok(),
        "Invariant: built-in objects fit the standard tree: {loaded:?}"
    );
    DmClient::new(client_config(setup), tree)
}

pub(super) fn device() -> Device {
    Device {
        device_id: format!("IMEI:{IMEI}"),
        now_s: EPOCH_S,
        ..Device::default()
    }
}

pub(super) fn client_config(setup: &Setup) -> client::Config {
    client::Config {
        device_id: device().device_id,
        max_msg_size: u64::from(setup.settings.effective_max_msg_size()),
        encoding: setup.settings.encoding(),
        seed: setup.seed,
        ..client::Config::default()
    }
}

/// The card's DM Server with its plan, and a question before it.
pub(super) fn server(setup: &Setup, account: Account) -> DmServer {
    let plan = plan(setup);
    let plan = if setup.settings.is_on(SettingKey::Confirm) {
        plan.asking(QUESTION, QUESTION_S)
    } else {
        plan
    };
    DmServer::new(server_config(setup, account), plan)
}

/// The plan of the card: from what the device got last to the active document of its file.
pub(super) fn plan(setup: &Setup) -> Plan {
    let profile = card(setup).profile;
    let file = profile.contents(&PROVISIONING).unwrap_or_default();
    let after = built_in(provisioner::active(file).map(|(_, document)| document));
    Plan::from_documents(&built_in(samples::before()), &after)
}

pub(super) fn server_config(setup: &Setup, account: Account) -> server::Config {
    server::Config {
        accounts: vec![account],
        seed: setup.seed,
        ..server::Config::default()
    }
}

/// List of an access point that the card's DM Server made: others may read it.
const OF_THE_CARD: &str = "Get=*&Replace=dmsc.card&Delete=dmsc.card";

/// What the card gave the device last time, each object with the card's own list.
pub(super) fn device_has() -> Document {
    let mut document = built_in(samples::before());
    for node in &mut document.nodes {
        node.acl = Some(OF_THE_CARD.to_owned());
    }
    document
}

/// A built-in document; one that could not be read would show in every test.
pub(super) fn built_in(document: Result<Document, DecodeError>) -> Document {
    debug_assert!(
        document.is_ok(),
        "Invariant: a built-in document is TNDS: {document:?}"
    );
    document.unwrap_or_default()
}

/// How much a notification wants of the user, as the setting says; without one it leaves that to
/// the client's own policy where the question comes in the session, and else asks for a session in
/// the background (DM Notification §6.2.7).
pub(super) fn ui_mode(settings: &Settings) -> UiMode {
    match settings.text(SettingKey::UiMode) {
        "background" => UiMode::Background,
        "informative" => UiMode::Informative,
        "ask" => UiMode::UserInteraction,
        _ if settings.is_on(SettingKey::Confirm) => UiMode::NotSpecified,
        _ => UiMode::Background,
    }
}
