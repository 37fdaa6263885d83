//! Order of customer care to the card: what its DM Server is to do, and why.

use super::cbor::{Major, exactly, number, put, put_text, text};
use super::{PrivateKey, PublicKey, Refusal, Sign1, open};
use crate::codec::DecodeError;
use crate::codec::input::{Input, Parsed, whole};
use nom::Parser;

/// Purpose that is signed with an order, so that no receipt can pass for one.
pub(crate) const AAD: &str = "dmsc.order.1";

/// An order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// ServerID of the card's account.
    pub server_id: String,
    /// SessionID of the notification that brings it.
    pub session_id: u64,
    /// DevId of the device it is for.
    pub device: String,
    /// When it was given, seconds since 1970.
    pub time_s: u64,
    /// What was ordered, for people.
    pub text: String,
}

impl Order {
    /// Bytes to value.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        whole(bytes, order)
    }

    /// Value to bytes: the payload.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(96);
        let key = |out: &mut Vec<u8>, key| put(out, Major::Unsigned, key);
        put(&mut out, Major::Map, 6);
        key(&mut out, 1);
        put(&mut out, Major::Unsigned, 1);
        key(&mut out, 2);
        put_text(&mut out, &self.server_id);
        key(&mut out, 3);
        put(&mut out, Major::Unsigned, self.session_id);
        key(&mut out, 4);
        put_text(&mut out, &self.device);
        key(&mut out, 5);
        put(&mut out, Major::Unsigned, self.time_s);
        key(&mut out, 6);
        put_text(&mut out, &self.text);
        out
    }

    /// The order as a signed message.
    pub fn sign(&self, key: &PrivateKey) -> Vec<u8> {
        Sign1::sign(key, AAD, self.encode()).encode()
    }

    /// The order of a signed message, if the key signed it.
    pub fn open(bytes: &[u8], key: &PublicKey) -> Result<Self, Refusal> {
        Ok(Order::decode(&open(bytes, key, AAD)?)?)
    }
}

fn order(input: Input<'_>) -> Parsed<'_, Order> {
    let key = |key, expected| exactly(Major::Unsigned, key, expected);
    let (rest, (_, _, (_, server_id), (_, session_id), (_, device), (_, time_s), (_, said))) = (
        exactly(Major::Map, 6, "a map of six"),
        (
            key(1, "key 1, version"),
            exactly(Major::Unsigned, 1, "version 1"),
        ),
        (key(2, "key 2, ServerID"), text("a ServerID")),
        (key(3, "key 3, SessionID"), number("a SessionID")),
        (key(4, "key 4, DevId"), text("a DevId")),
        (key(5, "key 5, time"), number("a time")),
        (key(6, "key 6, text"), text("a text")),
    )
        .parse(input)?;
    Ok((
        rest,
        Order {
            server_id: server_id.to_owned(),
            session_id,
            device: device.to_owned(),
            time_s,
            text: said.to_owned(),
        },
    ))
}
