//! The cast of a run: actors and nothing else.

use super::network::Network;
use super::rogue::Rogue;
use super::smart_card::SmartCard;
use crate::client::DmClient;
use crate::ecms::Ecms;
use crate::terminal::Terminal;

/// All who take part.
#[derive(Clone, Debug)]
pub struct World {
    /// External Card Management System.
    pub ecms: Ecms,
    /// DM Client of the device, with its management tree.
    pub client: DmClient,
    /// Terminal of the device.
    pub terminal: Terminal,
    /// The simulated smart card; a run with a real one leaves it aside.
    pub card: SmartCard,
    /// The network beside the device, with other DM Servers.
    pub network: Network,
    /// Stranger who has no part in it; silent in all stories but his own.
    pub rogue: Rogue,
}
