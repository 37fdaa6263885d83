//! A trace as bytes, for crossing from one program to another that was built with it: all of
//! it, the card's moments too, which a trace's file does not hold. What moments share stays
//! shared.
//!
//! The form is that of [borsh](https://borsh.io) and changes with the types; nothing is kept in
//! it. Bytes that are no trace are refused, with no more memory than they are long.

use super::card::{CardFile, CardHistory, CardMoment};
use super::{Outcome, Step, StepTitle, Trace};
use crate::tree::Snapshot;
use borsh::io::{Error, ErrorKind, Read, Result, Write};
use borsh::{BorshDeserialize, BorshSerialize};
use std::collections::BTreeMap;
use std::sync::Arc;

impl BorshSerialize for Trace {
    fn serialize<W: Write>(&self, to: &mut W) -> Result<()> {
        self.format.serialize(to)?;
        self.scenario.serialize(to)?;
        self.settings.serialize(to)?;
        self.seed.serialize(to)?;
        self.edits.serialize(to)?;
        self.problems.serialize(to)?;
        self.card_is_closed.serialize(to)?;
        self.files.serialize(to)?;
        self.titles.serialize(to)?;
        self.tree.serialize(to)?;
        self.steps.serialize(to)?;
        self.outcome.serialize(to)?;
        self.card.serialize(to)
    }
}

impl BorshDeserialize for Trace {
    fn deserialize_reader<R: Read>(from: &mut R) -> Result<Self> {
        Ok(Trace {
            format: u32::deserialize_reader(from)?,
            scenario: String::deserialize_reader(from)?,
            settings: texts(from)?,
            seed: u64::deserialize_reader(from)?,
            edits: Vec::deserialize_reader(from)?,
            problems: Vec::deserialize_reader(from)?,
            card_is_closed: bool::deserialize_reader(from)?,
            files: texts(from)?,
            titles: Vec::<StepTitle>::deserialize_reader(from)?,
            tree: Snapshot::deserialize_reader(from)?,
            steps: Vec::<Step>::deserialize_reader(from)?,
            outcome: Outcome::deserialize_reader(from)?,
            card: CardHistory::deserialize_reader(from)?,
        })
    }
}

/// Reads texts by key.
fn texts<R: Read>(from: &mut R) -> Result<BTreeMap<String, String>> {
    let mut texts = BTreeMap::new();
    for (key, text) in Vec::<(String, String)>::deserialize_reader(from)? {
        texts.insert(key, text);
    }
    Ok(texts)
}

/// Values that several moments share, each once, by its place in memory.
struct Pool<'a, T> {
    all: Vec<&'a T>,
    index: BTreeMap<*const T, u32>,
}

impl<'a, T> Pool<'a, T> {
    fn new() -> Self {
        Pool {
            all: Vec::new(),
            index: BTreeMap::new(),
        }
    }

    /// Index of a value; it is taken in when it is new.
    fn place(&mut self, one: &'a Arc<T>) -> u32 {
        let next = self.all.len() as u32;
        let index = *self.index.entry(Arc::as_ptr(one)).or_insert(next);
        if index == next {
            self.all.push(one);
        }
        index
    }
}

impl CardHistory {
    /// Every moment with the step after which it begins; the first one begins before all steps.
    fn all(&self) -> impl Iterator<Item = (u32, &CardMoment)> {
        let later = self.moments.iter().map(|(at, moment)| (*at, moment));
        std::iter::once((0, &self.start)).chain(later)
    }

    /// Every state of every file, in the order in which they first occur. A history that crossed
    /// has the same states in the same order.
    pub fn files(&self) -> Vec<&Arc<CardFile>> {
        let mut seen = BTreeMap::new();
        let mut files = Vec::new();
        for file in self.all().flat_map(|(_, moment)| moment.files.iter()) {
            if seen.insert(Arc::as_ptr(file), ()).is_none() {
                files.push(file);
            }
        }
        files
    }
}

impl BorshSerialize for CardHistory {
    fn serialize<W: Write>(&self, to: &mut W) -> Result<()> {
        let (mut files, mut lists) = (Pool::new(), Pool::new());
        let (mut pins, mut sessions) = (Pool::new(), Pool::new());
        let (mut resources, mut tasks) = (Pool::new(), Pool::new());
        let moments: Vec<(u32, [u32; 5])> = self
            .all()
            .map(|(at, moment)| {
                let parts = [
                    lists.place(&moment.files),
                    pins.place(&moment.pins),
                    sessions.place(&moment.session),
                    resources.place(&moment.resources),
                    tasks.place(&moment.tasks),
                ];
                (at, parts)
            })
            .collect();
        let lists: Vec<Vec<u32>> = lists
            .all
            .into_iter()
            .map(|list| list.iter().map(|file| files.place(file)).collect())
            .collect();
        files.all.serialize(to)?;
        lists.serialize(to)?;
        pins.all.serialize(to)?;
        sessions.all.serialize(to)?;
        resources.all.serialize(to)?;
        tasks.all.serialize(to)?;
        moments.serialize(to)
    }
}

/// Reads what a [`Pool`] wrote.
fn pool<T: BorshDeserialize, R: Read>(from: &mut R) -> Result<Vec<Arc<T>>> {
    let all = Vec::<T>::deserialize_reader(from)?;
    Ok(all.into_iter().map(Arc::new).collect())
}

fn shared<T>(pool: &[Arc<T>], index: u32) -> Result<Arc<T>> {
    let one = pool.get(index as usize).cloned();
    one.ok_or_else(|| invalid("an index beyond its pool"))
}

fn invalid(reason: &'static str) -> Error {
    Error::new(ErrorKind::InvalidData, reason)
}

impl BorshDeserialize for CardHistory {
    fn deserialize_reader<R: Read>(from: &mut R) -> Result<Self> {
        let files = pool::<CardFile, R>(from)?;
        let lists = Vec::<Vec<u32>>::deserialize_reader(from)?
            .into_iter()
            .map(|list| {
                let list = list.into_iter().map(|index| shared(&files, index));
                list.collect::<Result<Vec<_>>>().map(Arc::new)
            })
            .collect::<Result<Vec<_>>>()?;
        let (pins, sessions) = (pool(from)?, pool(from)?);
        let (resources, tasks) = (pool(from)?, pool(from)?);
        let mut moments = Vec::<(u32, [u32; 5])>::deserialize_reader(from)?
            .into_iter()
            .map(|(at, [list, pin, session, resource, task])| {
                let moment = CardMoment {
                    files: shared(&lists, list)?,
                    pins: shared(&pins, pin)?,
                    session: shared(&sessions, session)?,
                    resources: shared(&resources, resource)?,
                    tasks: shared(&tasks, task)?,
                };
                Ok((at, moment))
            });
        let (_, start) = moments
            .next()
            .ok_or_else(|| invalid("a card without a first moment"))??;
        Ok(CardHistory {
            start,
            moments: moments.collect::<Result<Vec<_>>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{CATALOGUE, Settings, Setup, run};

    #[test]
    fn a_trace_crosses_whole_and_what_it_shares_stays_shared() {
        for scenario in CATALOGUE {
            let trace = run(&Setup {
                scenario,
                settings: Settings::default(),
                seed: 1,
                edits: Vec::new(),
            });
            let bytes = borsh::to_vec(&trace).unwrap();
            let back: Trace = borsh::from_slice(&bytes).unwrap();
            assert_eq!(back, trace);
            let (there, here) = (trace.card.files(), back.card.files());
            assert_eq!(there.len(), here.len());
            assert!(there.iter().zip(&here).all(|(there, here)| there == here));
            assert_eq!(borsh::to_vec(&back).unwrap(), bytes);
        }
    }

    #[test]
    fn bytes_that_are_no_trace_are_refused() {
        let trace = run(&Setup {
            scenario: &CATALOGUE[0],
            settings: Settings::default(),
            seed: 1,
            edits: Vec::new(),
        });
        let bytes = borsh::to_vec(&trace).unwrap();
        for end in (0..bytes.len()).step_by(997) {
            assert!(borsh::from_slice::<Trace>(&bytes[..end]).is_err(), "{end}");
        }
        for at in (0..bytes.len()).step_by(499) {
            let mut bytes = bytes.clone();
            bytes[at] = 0xFF;
            let _ = borsh::from_slice::<Trace>(&bytes);
        }
    }
}
