//! Who takes part, and the interfaces between them (OMA-AD-DM_SC-V1_0 §5.3, figure 2).

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};

/// Who sends and receives (OMA-AD-DM_SC-V1_0, figure 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Actor {
    /// External Card Management System.
    Ecms,
    /// The network's DM Server.
    NetworkDmServer,
    /// The person who holds the device.
    User,
    /// The device's DM Client, which owns the tree.
    DmClient,
    /// The device's terminal: toolkit and BIP.
    Terminal,
    /// The card as a whole: UICC, toolkit, card web server.
    Card,
    /// The DM Server in the card.
    CardDmServer,
    /// The DM_SC Trigger in the card.
    CardTrigger,
    /// Stranger who has no part in the enabler and would like one (§4.2, threat 1).
    Rogue,
}

impl Actor {
    /// The ladder lane the actor belongs to: the card's parts share the card's, the user stands
    /// at the DM Client's.
    pub fn lane(self) -> Actor {
        match self {
            Actor::CardDmServer | Actor::CardTrigger => Actor::Card,
            Actor::User => Actor::DmClient,
            other => other,
        }
    }

    /// Name for people.
    pub fn name(self) -> &'static str {
        match self {
            Actor::Ecms => "ECMS",
            Actor::NetworkDmServer => "DM Server",
            Actor::User => "User",
            Actor::DmClient => "DM Client",
            Actor::Terminal => "Terminal",
            Actor::Card => "Card",
            Actor::CardDmServer => "Card DM Server",
            Actor::CardTrigger => "Trigger",
            Actor::Rogue => "Rogue",
        }
    }
}

/// The enabler's interfaces (OMA-AD-DM_SC-V1_0 §5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Interface {
    /// DM notification from outside.
    Dm1,
    /// DM client/server protocol.
    Dm2,
    /// Bootstrap by DM profile.
    Dm3,
    /// Bootstrap by client provisioning profile.
    Cp1,
    /// The card's trigger to the DM Client.
    DmSc1,
    /// Update of the provisioning data in the card.
    Update,
    /// Inside a device or a card: no interface of the enabler.
    Internal,
}

impl Interface {
    /// Name as the enabler prints it.
    pub fn name(self) -> &'static str {
        match self {
            Interface::Dm1 => "DM-1",
            Interface::Dm2 => "DM-2",
            Interface::Dm3 => "DM-3",
            Interface::Cp1 => "CP-1",
            Interface::DmSc1 => "DM-SC-1",
            Interface::Update => "update",
            Interface::Internal => "",
        }
    }
}
