//! The session between DM Client and card, ciphered: threat 3 (OMA-AD-DM_SC-V1_0 §4.2).
//!
//! The normal flow once more, over TLS with a pre-shared key to the card's port 4116, or in clear
//! to 3516. That the key lies below Ext of the account, and in the card beside the files, is
//! decided here: no standard has a place for it.

use crate::card;
use crate::client::DmClient;
use crate::codec::notification::Initiator;
use crate::scenario::story::{Act, Begins, Plot, Scenario, StepDef};
use crate::scenario::{SettingKey, Settings, Setup, World, cast};
use crate::tls::PreSharedKey;
use crate::trace::EPOCH_S;

/// Port of the card web server for HTTP over TLS (OMA SCWS 1.1).
const PORT: u16 = 4116;

/// Identity of the key, which the DM Client tells in clear.
const IDENTITY: &str = "dmsc.card";

/// The key; a test value.
const KEY: [u8; 16] = [
    0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x1B, 0x1C, 0x1D, 0x1E, 0x1F,
];

/// The key of a device that was set up for another card.
const OTHER_KEY: [u8; 16] = [0x5A; 16];

/// The story.
pub(crate) const SCENARIO: Scenario = Scenario {
    id: "ciphered",
    title: "Nobody on the line reads along",
    clause: "OMA-AD-DM_SC-V1_0 §4.2",
    plot: Plot::Ciphered,
    steps: &[
        StepDef {
            number: "",
            title: cast::starts,
            begins: Begins::PowerOn,
        },
        StepDef {
            number: "1",
            title: |_| "The External Card Management System sends a notification to the DM Client",
            begins: Begins::Pushed,
        },
        StepDef {
            number: "2",
            title: |setup| match is_ciphered(&setup.settings) {
                true => "The DM Client opens a ciphered session with the smart card",
                false => "The DM Client opens a session with the smart card, in clear",
            },
            begins: Begins::Connects,
        },
        StepDef {
            number: "3",
            title: |_| "The smart card sends the provisioning data to the DM Client",
            begins: Begins::Provisions,
        },
        StepDef {
            number: "4",
            title: |_| "The DM Client asks the user to confirm",
            begins: Begins::Asks,
        },
        StepDef {
            number: "5",
            title: |_| "The DM Client integrates the provisioning data into its management tree",
            begins: Begins::Applies,
        },
        StepDef {
            number: "6",
            title: |_| "The DM Client returns the results to the smart card",
            begins: Begins::Reports,
        },
    ],
    settings: &[
        SettingKey::Tls,
        SettingKey::Psk,
        SettingKey::Answer,
        SettingKey::Confirm,
        SettingKey::Encoding,
        SettingKey::EcmsNonce,
        SettingKey::MaxMsgSize,
        SettingKey::SmsParts,
        SettingKey::Provisioning,
        SettingKey::Profile,
    ],
    cast: whole_cast,
    acts: |_| &[Act::Boot, Act::Order(Initiator::Server)],
};

fn is_ciphered(settings: &Settings) -> bool {
    settings.is_on(SettingKey::Tls)
}

fn whole_cast(setup: &Setup) -> World {
    let ciphered = is_ciphered(&setup.settings);
    let mut account = cast::account();
    let mut card = card::Config {
        seed: setup.seed,
        ..cast::card(setup)
    };
    if ciphered {
        account.address = format!("https://127.0.0.1:{PORT}/dm");
        card.server_port = PORT;
        card.psk = Some(PreSharedKey {
            identity: IDENTITY.into(),
            key: KEY.to_vec(),
        });
    }
    let mut tree = cast::provisioned(&[("DMSC", account.clone())]);
    let key = match setup.settings.text(SettingKey::Psk) {
        "wrong" => OTHER_KEY,
        _ => KEY,
    };
    tree.keep_pre_shared_key(&account.server_id, IDENTITY, &key, EPOCH_S);
    let client = DmClient::new(cast::client_config(setup), tree);
    let server = cast::server(setup, account);
    cast::whole(setup, cast::module(), card, client, server)
}
