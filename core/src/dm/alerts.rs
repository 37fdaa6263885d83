//! Alerts as either end of a session writes and finds them (OMA-TS-DM_RepPro-V1_2_1 §7;
//! OMA-TS-DM_Protocol-V1_2_1 §8).

use crate::codec::syncml::{Alert, AlertCode, Command};

/// Words for the importance of a generic alert (DM RepPro §7).
pub(crate) const MARKS: [&str; 7] = [
    "fatal",
    "critical",
    "minor",
    "warning",
    "informational",
    "harmless",
    "indeterminate",
];

/// An alert without Items.
pub(crate) fn bare_alert(code: AlertCode) -> Command {
    Command::Alert(Alert {
        code,
        ..Alert::default()
    })
}

/// Whether an alert of this code is among the commands, groups left out.
pub(crate) fn has_alert(commands: &[Command], code: AlertCode) -> bool {
    let is = |c: &Command| matches!(c, Command::Alert(Alert { code: c, .. }) if *c == code);
    commands.iter().any(is)
}
