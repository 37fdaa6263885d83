//! Receipt of the card: what was said and done in one session, chained to the receipt before it.

use super::cbor::{
    Major, bytes_of, count, exactly, number, or_null, put, put_bytes, put_null, put_text, text,
};
use super::{Hash, PrivateKey, PublicKey, Refusal, Sign1, open, sha256};
use crate::codec::DecodeError;
use crate::codec::input::{Input, Parsed, whole};
use nom::Parser;

/// Purpose that is signed with a receipt, so that no order can pass for one.
pub(crate) const AAD: &str = "dmsc.receipt.1";

/// Runs of equal Statuses in one receipt.
pub const MAX_RUNS: usize = 3;

/// So many Statuses with the same code, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Status; 0 where what is left has several.
    pub code: u16,
    /// How many.
    pub count: u32,
}

/// A receipt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// Number in the chain, from 1.
    pub seq: u64,
    /// Hash of the receipt before it, as it was signed; zeros for the first.
    pub previous: Hash,
    /// SessionID.
    pub session_id: u64,
    /// DevId: Source of the client's messages.
    pub device: String,
    /// Hash over all messages of the session up to the one that the receipt answers.
    pub transcript: Hash,
    /// Hash of the signed order that the session carried out, if there was one.
    pub order: Option<Hash>,
    /// Status of the question to the user, if one was asked.
    pub consent: Option<u16>,
    /// Statuses of the commands in their order, at most [`MAX_RUNS`] runs.
    pub statuses: Vec<Run>,
    /// When it was signed, seconds since 1970.
    pub time_s: u64,
}

impl Receipt {
    /// Bytes to value.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        whole(bytes, receipt)
    }

    /// Value to bytes: the payload.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(176);
        put(&mut out, Major::Map, 10);
        for key in 1..=10 {
            put(&mut out, Major::Unsigned, key);
            match key {
                1 => put(&mut out, Major::Unsigned, 1),
                2 => put(&mut out, Major::Unsigned, self.seq),
                3 => put_bytes(&mut out, &self.previous),
                4 => put(&mut out, Major::Unsigned, self.session_id),
                5 => put_text(&mut out, &self.device),
                6 => put_bytes(&mut out, &self.transcript),
                7 => match &self.order {
                    Some(hash) => put_bytes(&mut out, hash),
                    None => put_null(&mut out),
                },
                8 => match self.consent {
                    Some(code) => put(&mut out, Major::Unsigned, u64::from(code)),
                    None => put_null(&mut out),
                },
                9 => {
                    let runs = &self.statuses[..self.statuses.len().min(MAX_RUNS)];
                    put(&mut out, Major::Array, 2 * runs.len() as u64);
                    for run in runs {
                        put(&mut out, Major::Unsigned, u64::from(run.code));
                        put(&mut out, Major::Unsigned, u64::from(run.count));
                    }
                }
                _ => put(&mut out, Major::Unsigned, self.time_s),
            }
        }
        out
    }

    /// The receipt as a signed message.
    pub fn sign(&self, key: &PrivateKey) -> Vec<u8> {
        Sign1::sign(key, AAD, self.encode()).encode()
    }

    /// The receipt of a signed message, if the key signed it.
    pub fn open(bytes: &[u8], key: &PublicKey) -> Result<Self, Refusal> {
        Ok(Receipt::decode(&open(bytes, key, AAD)?)?)
    }

    /// Statuses as runs. Where there are more runs than a receipt has room for, the last one
    /// counts all that is left, and its code is 0 unless they are all the same.
    pub fn runs(codes: impl IntoIterator<Item = u16>) -> Vec<Run> {
        let mut runs = Vec::new();
        for code in codes {
            Receipt::count(&mut runs, code);
        }
        runs
    }

    /// Counts one more Status.
    pub fn count(runs: &mut Vec<Run>, code: u16) {
        let is_full = runs.len() >= MAX_RUNS;
        match runs.last_mut() {
            Some(run) if run.code == code => run.count = run.count.saturating_add(1),
            Some(run) if is_full => {
                run.code = 0;
                run.count = run.count.saturating_add(1);
            }
            _ => runs.push(Run { code, count: 1 }),
        }
    }
}

fn receipt(input: Input<'_>) -> Parsed<'_, Receipt> {
    let key = |key, expected| exactly(Major::Unsigned, key, expected);
    let (rest, (_, _, (_, seq), (_, previous), (_, session_id), (_, device))) = (
        exactly(Major::Map, 10, "a map of ten"),
        (
            key(1, "key 1, version"),
            exactly(Major::Unsigned, 1, "version 1"),
        ),
        (
            key(2, "key 2, sequence number"),
            number("a sequence number"),
        ),
        (
            key(3, "key 3, previous receipt"),
            bytes_of("a hash of 32 bytes"),
        ),
        (key(4, "key 4, SessionID"), number("a SessionID")),
        (key(5, "key 5, DevId"), text("a DevId")),
    )
        .parse(input)?;
    let (rest, ((_, transcript), (_, order), (_, consent), (_, statuses), (_, time_s))) = (
        (key(6, "key 6, transcript"), bytes_of("a hash of 32 bytes")),
        (
            key(7, "key 7, order"),
            or_null(bytes_of("a hash of 32 bytes")),
        ),
        (
            key(8, "key 8, consent"),
            or_null(number("a Status of 16 bits")),
        ),
        (key(9, "key 9, Statuses"), statuses),
        (key(10, "key 10, time"), number("a time")),
    )
        .parse(rest)?;
    Ok((
        rest,
        Receipt {
            seq,
            previous,
            session_id,
            device: device.to_owned(),
            transcript,
            order,
            consent,
            statuses,
            time_s,
        },
    ))
}

fn statuses(input: Input<'_>) -> Parsed<'_, Vec<Run>> {
    let (mut rest, items) = count("an array of Statuses")(input)?;
    if items % 2 != 0 || items > 2 * MAX_RUNS as u64 {
        return Err(input.wrong("at most three pairs of code and count"));
    }
    let mut runs = Vec::new();
    for _ in 0..items / 2 {
        let pair = (number("a Status of 16 bits"), number("a count"));
        let (behind, (code, count)) = pair.map(|pair| pair).parse(rest)?;
        runs.push(Run { code, count });
        rest = behind;
    }
    Ok((rest, runs))
}

/// End of a chain of receipts: the next one must go on from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    /// Number of the last receipt; 0 before the first.
    pub seq: u64,
    /// Hash of the last receipt; zeros before the first.
    pub hash: Hash,
}

impl Chain {
    /// End of the chain behind a signed receipt.
    pub fn behind(receipt: &Receipt, signed: &[u8]) -> Self {
        Chain {
            seq: receipt.seq,
            hash: sha256(signed),
        }
    }

    /// Whether a receipt is the next in the chain; the error says why not.
    pub fn goes_on_with(&self, receipt: &Receipt) -> Result<(), String> {
        let next = self.seq.saturating_add(1);
        if receipt.seq <= self.seq {
            return Err(format!("receipt {} is there already", receipt.seq));
        }
        if receipt.seq > next {
            return Err(format!("receipt {next} is missing before {}", receipt.seq));
        }
        if receipt.previous != self.hash {
            return Err("it does not follow the receipt before it".to_owned());
        }
        Ok(())
    }
}
