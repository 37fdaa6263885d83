//! The toolkit application as data: a menu, and what each item of it does, step by step.
//!
//! Plain data, so that a profile can bring its own.

use serde::{Deserialize, Serialize};

/// The menu of the card.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Menu {
    /// What the terminal lists it as.
    pub title: String,
    /// Numbered from 1 in their order; at most 255, and only as many as one command takes.
    pub items: Vec<MenuItem>,
}

/// An item of a menu or of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MenuItem {
    /// What the user sees.
    pub label: String,
    /// Shown when the user asks for help; empty for none.
    #[serde(default)]
    pub help: String,
    /// What it does.
    pub steps: Vec<Step>,
}

/// One step. In every text `{name}` stands for what an earlier step found under that name;
/// `{status}` tells how the card stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// DISPLAY TEXT.
    Show {
        /// The text.
        text: String,
        /// The text stays until the user says so.
        wait: bool,
    },
    /// GET INKEY, yes or no; no ends the item.
    Confirm {
        /// The question.
        question: String,
    },
    /// GET INKEY, a digit.
    Key {
        /// The question.
        question: String,
        /// Name of the answer.
        into: String,
    },
    /// GET INPUT.
    Input {
        /// The question.
        question: String,
        /// Least characters.
        min: u8,
        /// Most characters.
        max: u8,
        /// Digits only.
        digits: bool,
        /// What is typed is not shown.
        hidden: bool,
        /// What stands there before; empty for nothing.
        default: String,
        /// Name of the answer.
        into: String,
    },
    /// SELECT ITEM; the steps of the item chosen come next.
    Choose {
        /// Title.
        title: String,
        /// What there is to choose from.
        items: Vec<MenuItem>,
    },
    /// The Trigger starts a DM session.
    StartSession,
    /// The administration agent of the web server begins a session.
    Administration,
    /// PROVIDE LOCAL INFORMATION.
    Local {
        /// 00 location, 01 IMEI, 03 date and time, 04 language, 06 access technology.
        what: u8,
        /// Name of the answer.
        into: String,
    },
    /// POLL INTERVAL, or POLLING OFF for 0.
    Poll {
        /// Seconds.
        seconds: u8,
    },
    /// TIMER MANAGEMENT: start, or deactivate for 0.
    Timer {
        /// 3 to 8; the others are the card's own.
        timer: u8,
        /// Seconds.
        seconds: u32,
        /// Shown when it ends.
        text: String,
    },
    /// TIMER MANAGEMENT: seconds left.
    TimerLeft {
        /// 1 to 8.
        timer: u8,
        /// Name of the answer.
        into: String,
    },
    /// REFRESH.
    Refresh {
        /// 01 file change, 04 UICC reset …
        mode: u8,
        /// Paths from the MF.
        files: Vec<Vec<u16>>,
    },
    /// SEND SHORT MESSAGE.
    Message {
        /// Whom to.
        number: String,
        /// The text.
        text: String,
    },
    /// LAUNCH BROWSER.
    Browse {
        /// Empty for its start page.
        url: String,
    },
    /// MORE TIME.
    MoreTime,
    /// GET CHANNEL STATUS.
    Channels {
        /// Name of the answer.
        into: String,
    },
}

impl Menu {
    /// A menu that reaches everything: a session now, the state, settings behind a code, the
    /// device, the web page.
    pub fn sample() -> Self {
        let item = |label: &str, help: &str, steps: Vec<Step>| MenuItem {
            label: label.to_owned(),
            help: help.to_owned(),
            steps,
        };
        let show = |text: &str| Step::Show {
            text: text.to_owned(),
            wait: true,
        };
        let local = |what: u8, into: &str| Step::Local {
            what,
            into: into.to_owned(),
        };
        let code = Step::Input {
            question: "Service code".to_owned(),
            min: 4,
            max: 8,
            digits: true,
            hidden: true,
            default: String::new(),
            into: "code".to_owned(),
        };
        let settings = Step::Choose {
            title: "Settings".to_owned(),
            items: vec![
                item("Poll each minute", "", vec![Step::Poll { seconds: 60 }]),
                item("Do not poll", "", vec![Step::Poll { seconds: 0 }]),
                item(
                    "Remind me in 5 minutes",
                    "A text comes when the time is over.",
                    vec![Step::Timer {
                        timer: 3,
                        seconds: 300,
                        text: "Time to update the settings".to_owned(),
                    }],
                ),
                item("Ask the server", "", vec![Step::Administration]),
            ],
        };
        Menu {
            title: "Device settings".to_owned(),
            items: vec![
                item(
                    "Update now",
                    "The card sends the device its settings.",
                    vec![
                        Step::Confirm {
                            question: "Update the settings now?".to_owned(),
                        },
                        Step::StartSession,
                    ],
                ),
                item("State", "", vec![show("{status}")]),
                item("Settings", "", vec![code, settings]),
                item(
                    "This device",
                    "",
                    vec![
                        local(0x01, "imei"),
                        local(0x04, "language"),
                        show("IMEI {imei}, {language}"),
                    ],
                ),
                item(
                    "Web page",
                    "",
                    vec![Step::Browse {
                        url: "http://127.0.0.1:3516/".to_owned(),
                    }],
                ),
            ],
        }
    }
}
