//! What arrives of a message by a change of its bytes.

use super::{Change, part};
use crate::trace::Content;

impl Change {
    /// What arrives of these bytes; `earlier` is the message that is to be repeated. `Err`
    /// when the change does not fit them.
    pub(in crate::scenario) fn altered(
        &self,
        sent: &[u8],
        content: Content,
        earlier: Option<&[u8]>,
    ) -> Result<Vec<u8>, String> {
        let beyond = |end: usize| format!("the message has {} bytes, not {end}", sent.len());
        let mut bytes = sent.to_vec();
        match self {
            Change::Flip { byte, mask } => match bytes.get_mut(*byte as usize) {
                Some(place) => *place ^= mask,
                None => return Err(beyond(*byte as usize + 1)),
            },
            Change::Set {
                byte,
                bytes: others,
            } => {
                let start = *byte as usize;
                let end = start.saturating_add(others.len());
                match bytes.get_mut(start..end) {
                    Some(place) => place.copy_from_slice(others),
                    None => return Err(beyond(end)),
                }
            }
            Change::Cut { length } => match *length as usize {
                length if length <= bytes.len() => bytes.truncate(length),
                length => return Err(beyond(length)),
            },
            Change::Value { path, text } => return part::with(sent, content, path, Some(text)),
            Change::Without { path } => return part::with(sent, content, path, None),
            Change::ReplaceXml { xml } => return part::encoded_like(sent, xml),
            Change::Replay { n } => match earlier {
                Some(earlier) => bytes = earlier.to_vec(),
                None => return Err(format!("message {n} of its kind was not sent before it")),
            },
            Change::Replace { bytes: others } => bytes.clone_from(others),
            _ => {}
        }
        Ok(bytes)
    }
}
