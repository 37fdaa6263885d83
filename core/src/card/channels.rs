//! Logical channels: each has a selection of its own (ETSI TS 102 221 §8.7, §11.1.17).

use super::files::Selection;
use crate::codec::apdu::StatusWord;

/// Channels 0 to 19.
const COUNT: usize = 20;

/// Channels that any terminal can name; more need a terminal that says it can.
const BASIC_COUNT: usize = 4;

/// The channels of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Channels {
    open: Vec<Option<Selection>>,
    /// The terminal can name channels 4 to 19.
    pub(super) extended: bool,
}

impl Channels {
    /// The basic channel alone.
    pub(super) fn new() -> Self {
        let mut open = vec![None; COUNT];
        open[0] = Some(Selection::default());
        Channels {
            open,
            extended: false,
        }
    }

    /// The selection of an open channel.
    pub(super) fn get(&self, channel: u8) -> Option<&Selection> {
        self.open.get(usize::from(channel))?.as_ref()
    }

    /// The selection of an open channel, to move it.
    pub(super) fn get_mut(&mut self, channel: u8) -> Option<&mut Selection> {
        self.open.get_mut(usize::from(channel))?.as_mut()
    }

    /// Numbers and selections of the open channels.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u8, &Selection)> {
        self.open
            .iter()
            .enumerate()
            .filter_map(|(number, selection)| Some((number as u8, selection.as_ref()?)))
    }

    /// Opens a channel, or the first that is free; a new one stands where the channel stands
    /// from which it was opened, at the MF if that is the basic one.
    pub(super) fn open(&mut self, from: u8, wanted: Option<u8>) -> Result<u8, StatusWord> {
        let limit = if self.extended { COUNT } else { BASIC_COUNT };
        let number = match wanted {
            Some(number) if usize::from(number) >= COUNT => return Err(StatusWord::WRONG_P1_P2),
            Some(number) if usize::from(number) >= limit => return Err(StatusWord::NOT_SUPPORTED),
            Some(number) if self.get(number).is_some() => {
                return Err(StatusWord::CONDITIONS_OF_USE);
            }
            Some(number) => usize::from(number),
            None => (1..limit)
                .find(|number| self.open.get(*number).is_some_and(Option::is_none))
                .ok_or(StatusWord::NOT_SUPPORTED)?,
        };
        let start = match from {
            0 => Selection::default(),
            _ => Selection {
                transfer: None,
                ..self.get(from).cloned().unwrap_or_default()
            },
        };
        if let Some(place) = self.open.get_mut(number) {
            *place = Some(start);
        }
        Ok(number as u8)
    }

    /// Closes a channel other than the basic one.
    pub(super) fn close(&mut self, number: u8) -> Result<(), StatusWord> {
        let place = match number {
            0 => None,
            number => self.open.get_mut(usize::from(number)),
        };
        let place = place.ok_or(StatusWord::WRONG_P1_P2)?;
        match place.take() {
            Some(_) => Ok(()),
            None => Err(StatusWord::CHANNEL_NOT_SUPPORTED),
        }
    }
}
