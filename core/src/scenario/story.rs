//! What a story is: who takes part, what happens, and where the enabler's steps begin.

use super::world::World;
use super::{Attack, SettingKey, Setup};
use crate::codec::notification::Initiator;

/// What a story is about, which tells which failures it can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plot {
    /// A notification brings a session about, in which the card provisions its device.
    Provisioning,
    /// The operator updates the card, which then provisions its device.
    Update,
    /// A device takes its account from the card and opens its first session.
    Bootstrap,
    /// The session of the normal flow, ciphered.
    Ciphered,
    /// A card wants to do what costs or touches the user's data, and asks.
    Consent,
    /// What was ordered and what was done is signed.
    Signed,
    /// A DM Server in the network and that of the card manage the same device.
    Network,
    /// A rogue tries to slip settings into a device.
    Rogue,
}

/// One story of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// Word used in links, files and on the command line.
    pub id: &'static str,
    /// One line for people.
    pub title: &'static str,
    /// Clause of the enabler that tells it.
    pub clause: &'static str,
    /// What it is about.
    pub plot: Plot,
    /// The enabler's steps; the first has no number: what goes before.
    pub steps: &'static [StepDef],
    /// Settings that matter to it.
    pub settings: &'static [SettingKey],
    /// Who takes part, set up as the settings want.
    pub cast: fn(&Setup) -> World,
    /// What is made to happen, one after the other; each once nobody wants anything more.
    pub acts: fn(&Setup) -> &'static [Act],
}

/// Scenarios are equal when they have the same id.
impl PartialEq for Scenario {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Scenario {}

impl Scenario {
    /// Index of the step that begins so while the run is in another. Stories that have several
    /// sessions tell each of them in steps of its own: what calls for a session begins the next
    /// of those steps, what belongs to one is looked for in the same first.
    pub(super) fn step_that(&self, begins: Begins, now_in: Option<u8>) -> Option<usize> {
        let all = || (0..self.steps.len()).filter(|at| self.steps[*at].begins.is(begins));
        let now = usize::from(now_in.unwrap_or_default());
        let opens = |at: &usize| self.steps[*at].begins.calls();
        if begins.calls() {
            let later = now_in.and_then(|_| all().find(|at| *at > now));
            return later.or_else(|| all().next());
        }
        let first = (0..=now).rev().find(opens).unwrap_or_default();
        let end = (now + 1..self.steps.len()).find(opens);
        let end = end.unwrap_or(self.steps.len());
        let here = all().find(|at| (first..end).contains(at));
        here.or_else(|| all().next())
    }
}

/// One of the enabler's steps.
#[derive(Clone, Copy, Debug)]
pub struct StepDef {
    /// Number as the enabler prints it; empty for what goes before.
    pub number: &'static str,
    /// Title in the enabler's words, for these settings.
    pub title: fn(&Setup) -> &'static str,
    /// What begins it.
    pub begins: Begins,
}

/// What begins a step of the enabler: a kind of crossing, or of fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begins {
    /// The terminal powers its card up.
    PowerOn,
    /// The terminal hands a bootstrap document of the card to the DM Client.
    Bootstraps,
    /// The ECMS sends the card a packet.
    Updates,
    /// The ECMS pushes a notification.
    Pushed,
    /// A DM Server in the network pushes a notification.
    Called,
    /// A rogue tries something.
    Attacks(Attack),
    /// The ECMS or the card's Trigger sends a notification.
    Notified,
    /// Something happens in the card: a timer ends, its user chooses.
    CardEvent,
    /// The card's Trigger sends a notification.
    Triggered,
    /// The DM Client asks for a connection to the card's DM Server.
    Connects,
    /// The DM Client asks for a connection to a DM Server in the network.
    Reaches,
    /// A DM Server sends commands.
    Provisions,
    /// The DM Client asks its user.
    Asks,
    /// The DM Client carries a command out.
    Applies,
    /// The DM Client answers when the DM Server has sent all of its package.
    Reports,
    /// The card signs a receipt.
    Signs,
    /// The DM Client checks a receipt.
    Keeps,
    /// Customer care asks for a receipt, or somebody denies what was done.
    Weighs,
}

impl Begins {
    /// Whether it calls for a session: the steps behind it tell that session.
    fn calls(self) -> bool {
        matches!(
            self,
            Begins::Pushed
                | Begins::Notified
                | Begins::Called
                | Begins::CardEvent
                | Begins::Attacks(_)
        )
    }

    /// Whether a step that begins so begins by what happens.
    pub(super) fn is(self, happens: Begins) -> bool {
        self == happens
            || (self == Begins::Notified && matches!(happens, Begins::Pushed | Begins::Triggered))
    }
}

/// What a story makes happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Switch the terminal on.
    Boot,
    /// Order from the ECMS that the card provisions its device.
    Order(Initiator),
    /// Order from the ECMS that it updates the card.
    Update,
    /// Order from the ECMS that the card provisions its device, if the card took the update.
    OrderUpdated(Initiator),
    /// Time goes on until something in the card is due.
    Wait,
    /// The user opens the card's menu and takes its first item.
    Choose,
    /// The DM Client opens the first session with a server it was bootstrapped for.
    Greet,
    /// Customer care asks the card for its next receipt.
    Collect,
    /// Each side denies what was done, and is answered with what the other has.
    Deny,
    /// A rogue tries something.
    Attack(Attack),
    /// A DM Server in the network calls for a session.
    Call {
        /// Place of the server in the network.
        server: u8,
        /// Place of the plan it works through among its plans.
        plan: u8,
    },
}
