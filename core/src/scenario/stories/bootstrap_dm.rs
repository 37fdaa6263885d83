//! A device fresh from the factory learns from its card whom to trust: DM-3
//! (OMA-AD-DM_SC-V1_0 §5.3 and appendix B.2.1; OMA-TS-DM_Bootstrap-V1_2_1 §5).

use crate::card::Profile;
use crate::codec::syncml::{Command, Message};
use crate::codec::tnds;
use crate::scenario::story::{Act, Begins, Plot, Scenario, StepDef};
use crate::scenario::{SettingKey, Setup, World, cast};

/// EF_DM_Bootstrap of the built-in cards, from the MF.
pub(super) const DM_BOOTSTRAP: [u16; 2] = [0x7F50, 0x6435];

/// The story.
pub(crate) const SCENARIO: Scenario = Scenario {
    id: "bootstrap-dm",
    title: "Bootstrap by the card's DM profile",
    clause: "OMA-AD-DM_SC-V1_0 B.2.1",
    plot: Plot::Bootstrap,
    steps: &[
        StepDef {
            number: "",
            title: |_| "The device starts for the first time and reads the card's bootstrap files",
            begins: Begins::PowerOn,
        },
        StepDef {
            number: "1",
            title: |_| "The DM Client takes the DM profile: an account of the card's DM Server",
            begins: Begins::Bootstraps,
        },
        StepDef {
            number: "2",
            title: |_| "The DM Client opens its first session with the smart card",
            begins: Begins::Connects,
        },
    ],
    settings: &[
        SettingKey::Form,
        SettingKey::Encoding,
        SettingKey::MaxMsgSize,
        SettingKey::Profile,
    ],
    cast: whole_cast,
    acts: |_| &[Act::Boot, Act::Greet],
};

/// The card holds the account in a DM message, or the object alone.
fn whole_cast(setup: &Setup) -> World {
    let mut card = cast::card(setup);
    if setup.settings.text(SettingKey::Form) == "tnds"
        && let Some(profile) = with_tnds(&card.profile)
    {
        card.profile = profile;
    }
    cast::fresh_world(setup, cast::reading_module(), card)
}

/// The card with the object that its bootstrap message adds in place of the message.
fn with_tnds(profile: &Profile) -> Option<Profile> {
    let file = profile.contents(&DM_BOOTSTRAP)?;
    let (message, _) = Message::decode_wbxml_prefix(file).ok()?;
    let Some(Command::Add(add)) = message.commands.first() else {
        return None;
    };
    let data = add.items.first()?.data.as_ref()?;
    let document = tnds::Document::decode_wbxml(data.bytes()).ok()?;
    let object = document.encode_wbxml();
    profile.clone().with_contents(&DM_BOOTSTRAP, &object).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_object_alone_takes_the_place_of_the_message() {
        let profile = Profile::default();
        let object = with_tnds(&profile).unwrap();
        assert_ne!(object, profile);
        let file = object.contents(&DM_BOOTSTRAP).unwrap();
        assert!(tnds::Document::decode_wbxml_prefix(file).is_ok());
    }
}
