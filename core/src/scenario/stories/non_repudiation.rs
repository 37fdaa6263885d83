//! What customer care does for a user leaves papers that neither side can deny
//! (OMA-AD-DM_SC-V1_0 §4.2, threat 4).
//!
//! The keys are test values; that of the card is the one of RFC 6979 appendix A.2.5.

use crate::codec::cose::{PrivateKey, PublicKey, sha256};
use crate::codec::hex;
use crate::codec::notification::Initiator;
use crate::codec::tnds::Document;
use crate::ecms::{CareDesk, ManagementKeys};
use crate::scenario::story::{Act, Begins, Plot, Scenario, StepDef};
use crate::scenario::{SettingKey, Setup, World, cast};
use crate::terminal;

/// What the user called customer care for.
const ORDERED: &str = "Case 4711: new APN";

/// Private key of the card.
const CARD_KEY: &str = "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721";

/// What the private key of customer care is made of.
const CARE_SEED: &[u8] = b"DMSC customer care test key";

/// Objects that the device has of the card: its public key in the account, a place for receipts
/// that the card may add to and nobody may change.
const PLACES: &str = r#"<MgmtTree xmlns="syncml:dmddf1.2"><VerDTD>1.2</VerDTD>
<Node><NodeName>ReceiptKey</NodeName><Path>./DMAcc/DMSC/Ext</Path><RTProperties><ACL>Get=*</ACL>
<Format><bin/></Format><Type><MIME>application/octet-stream</MIME></Type></RTProperties>
<Value>KEY</Value></Node>
<Node><NodeName>Receipt</NodeName><Path>./DMSC</Path><RTProperties>
<ACL>Add=dmsc.card&amp;Get=*</ACL><Format><node/></Format><Type><DDFName/></Type></RTProperties>
</Node></MgmtTree>"#;

/// The story.
pub(crate) const SCENARIO: Scenario = Scenario {
    id: "non-repudiation",
    title: "Non-repudiation: signed order, signed receipt",
    clause: "OMA-AD-DM_SC-V1_0 §4.2",
    plot: Plot::Signed,
    steps: &[
        StepDef {
            number: "",
            title: cast::starts,
            begins: Begins::PowerOn,
        },
        StepDef {
            number: "1",
            title: |setup| match setup.settings.is_on(SettingKey::Order) {
                true => "Customer care signs the user's order, and the ECMS sends it along",
                false => "The ECMS sends a notification for what the user ordered",
            },
            begins: Begins::Pushed,
        },
        StepDef {
            number: "2",
            title: |setup| match setup.settings.is_on(SettingKey::Order) {
                true => "The DM Client opens a session and hands the order on",
                false => "The DM Client opens a session with the smart card",
            },
            begins: Begins::Connects,
        },
        StepDef {
            number: "3",
            title: |_| "The smart card sends the provisioning data, and the user is asked",
            begins: Begins::Provisions,
        },
        StepDef {
            number: "4",
            title: |_| "The DM Client integrates the provisioning data into its management tree",
            begins: Begins::Applies,
        },
        StepDef {
            number: "5",
            title: |_| "The DM Client returns the results to the smart card",
            begins: Begins::Reports,
        },
        StepDef {
            number: "6",
            title: |_| "The smart card signs a receipt over all that was said",
            begins: Begins::Signs,
        },
        StepDef {
            number: "7",
            title: |_| "The DM Client checks the receipt and keeps it",
            begins: Begins::Keeps,
        },
        StepDef {
            number: "8",
            title: |_| "Customer care reads the receipt, and whoever denies is answered",
            begins: Begins::Weighs,
        },
    ],
    settings: &[
        SettingKey::Order,
        SettingKey::Receipts,
        SettingKey::Answer,
        SettingKey::Confirm,
        SettingKey::Encoding,
        SettingKey::EcmsNonce,
        SettingKey::SmsParts,
        SettingKey::MaxMsgSize,
        SettingKey::Provisioning,
        SettingKey::Profile,
    ],
    cast: whole_cast,
    acts: |setup| match setup.settings.is_on(SettingKey::Receipts) {
        true => &[
            Act::Boot,
            Act::Order(Initiator::User),
            Act::Collect,
            Act::Deny,
        ],
        false => &[Act::Boot, Act::Order(Initiator::User), Act::Deny],
    },
};

fn whole_cast(setup: &Setup) -> World {
    let signs = setup.settings.is_on(SettingKey::Receipts);
    let orders = setup.settings.is_on(SettingKey::Order);
    let (Some(card_key), Some(care_key)) = (
        hex::decode(CARD_KEY).and_then(|key| PrivateKey::from_bytes(&key)),
        PrivateKey::from_bytes(&sha256(CARE_SEED)),
    ) else {
        return cast::world(setup, cast::module(), cast::card(setup));
    };
    let mut config = cast::card(setup);
    if signs {
        let care = care_key.public();
        config.profile = config.profile.with_receipts(card_key.clone(), &care);
    }
    // A phone, so that the card can send short messages.
    let phone = terminal::Config {
        ask_pin: false,
        read_bootstrap: false,
        tell_capability: false,
        ..terminal::Config::phone()
    };
    let mut world = cast::world(setup, phone, config);
    if signs {
        let places = places(&card_key.public());
        world.client = cast::with_objects(world.client, setup, &places);
        world.card = match orders {
            true => world.card.needing_order(),
            false => world.card,
        };
    }
    // The desk is there in any case; what it did not sign it cannot be held to.
    let card = signs.then(|| card_key.public());
    let desk = CareDesk::new(care_key, card, &cast::device().device_id, ORDERED);
    world.ecms = world.ecms.with_care(match orders {
        true => desk.with_keys(management_keys()),
        false => desk.with_keys(management_keys()).signing_nothing(),
    });
    world
}

/// Keys of remote management in the built-in card, test values.
fn management_keys() -> ManagementKeys {
    ManagementKeys {
        kic: (0x00..=0x0F).collect(),
        kid: (0x10..=0x1F).collect(),
    }
}

/// The objects with the card's public key.
fn places(key: &PublicKey) -> Document {
    let text = PLACES.replace("KEY", &crate::codec::auth::base64(&key.to_bytes()));
    cast::built_in(Document::decode_xml(text.as_bytes()))
}
