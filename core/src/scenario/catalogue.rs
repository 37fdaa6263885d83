//! The scenarios by id, with the steps as the enabler words them (OMA-AD-DM_SC-V1_0 §5.4.1).

use super::SettingKey;

/// One scenario of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// Used in links, files and on the command line.
    pub id: &'static str,
    /// One line for people.
    pub title: &'static str,
    /// Number and title of each of the enabler's steps; the first has no number: what goes
    /// before.
    pub steps: &'static [(&'static str, &'static str)],
    /// The settings that matter to it.
    pub settings: &'static [SettingKey],
}

/// Every scenario there is.
pub const CATALOGUE: &[Scenario] = &[
    Scenario {
        id: "remote-trigger",
        title: "Remote trigger: the normal flow",
        steps: &[
            ("", "The device starts and the card opens its web server"),
            (
                "1",
                "The External Card Management System sends a notification to the DM Client",
            ),
            (
                "2",
                "The DM Client opens a device management session with the smart card",
            ),
            (
                "3",
                "The smart card sends the provisioning data to the DM Client",
            ),
            ("4", "The DM Client asks the user to confirm"),
            (
                "5",
                "The DM Client integrates the provisioning data into its management tree",
            ),
            ("6", "The DM Client returns the results to the smart card"),
        ],
        settings: &[
            SettingKey::Answer,
            SettingKey::Confirm,
            SettingKey::Encoding,
            SettingKey::EcmsNonce,
            SettingKey::MaxMsgSize,
            SettingKey::Provisioning,
        ],
    },
    Scenario {
        id: "local-trigger",
        title: "Local trigger: the alternate flow",
        steps: &[
            (
                "",
                "The device starts, the card opens its web server and sets a timer",
            ),
            ("1", "An event occurs in the smart card: its timer expires"),
            (
                "2",
                "The smart card informs the DM Client that a session is needed",
            ),
            (
                "3.2",
                "The DM Client opens a device management session with the smart card",
            ),
            (
                "3.3",
                "The smart card sends the provisioning data to the DM Client",
            ),
            ("3.4", "The DM Client asks the user to confirm"),
            (
                "3.5",
                "The DM Client integrates the provisioning data into its management tree",
            ),
            ("3.6", "The DM Client returns the results to the smart card"),
        ],
        settings: &[
            SettingKey::Answer,
            SettingKey::Confirm,
            SettingKey::Encoding,
            SettingKey::Event,
            SettingKey::Dialog,
            SettingKey::Timer,
            SettingKey::MaxMsgSize,
            SettingKey::Provisioning,
        ],
    },
];

impl Scenario {
    /// The scenario with that id.
    pub fn find(id: &str) -> Option<&'static Scenario> {
        CATALOGUE.iter().find(|scenario| scenario.id == id)
    }
}
