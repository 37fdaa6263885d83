//! Large objects: data that come in chunks over several messages
//! (OMA-TS-DM_Protocol-V1_2_1 §7).
//!
//! Collects; what the whole is good for is decided by who sent it, in `commands`.

use crate::codec::syncml::{
    Alert, AlertCode, Command, Data, Item, ItemCommand, Location, StatusCode,
};
use crate::dm;

/// An object of which not all chunks have come.
#[derive(Clone, Debug)]
pub(in crate::client) struct LargeObject {
    /// Add, Replace or Exec.
    name: String,
    target: String,
    /// The first chunk's command, without data: its Meta counts for the whole.
    command: Command,
    total: Option<u64>,
    data: Data,
}

/// What a command with one Item is to the object in hand.
pub(super) enum Chunk {
    /// The object has grown; more is to come.
    Stored {
        /// Target of the object.
        uri: String,
        /// Bytes so far.
        received: usize,
        /// Bytes announced.
        total: Option<u64>,
    },
    /// The last chunk: the command as if it had come in one piece.
    Whole(Box<Command>),
    /// The object cannot be taken: it is dropped.
    Refused(StatusCode),
    /// Not a chunk: an ordinary command.
    Ordinary,
}

impl LargeObject {
    /// Alert 1225: the rest of the object did not come.
    pub(in crate::client) fn broken(self) -> Command {
        Command::Alert(Alert {
            code: AlertCode::NO_END_OF_DATA,
            items: vec![Item {
                target: Some(Location::new(self.target)),
                ..Item::default()
            }],
            ..Alert::default()
        })
    }

    /// Whether a command goes on with this object.
    pub(super) fn goes_on_with(&self, command: &Command) -> bool {
        command.name() == self.name
            && item(command).is_some_and(|(_, item)| uri(item) == self.target)
    }
}

/// Takes a command that may be a chunk. `object` is the one in hand, if any; the caller has seen
/// that the command goes on with it.
pub(super) fn take(object: &mut Option<LargeObject>, command: &Command, limit: u64) -> Chunk {
    let Some((item_command, item)) = item(command) else {
        return Chunk::Ordinary;
    };
    if object.is_none() && !item.more_data {
        return Chunk::Ordinary;
    }
    let mut held = match object.take() {
        Some(held) => held,
        None => LargeObject {
            name: command.name().to_owned(),
            target: uri(item).to_owned(),
            command: without_data(command),
            total: item.meta.size.or(item_command.meta.size),
            data: dm::empty_like(item.data.as_ref()),
        },
    };
    if held.total.is_some_and(|t| t > limit) {
        return Chunk::Refused(StatusCode::TOO_LARGE);
    }
    if !dm::append(&mut held.data, item.data.as_ref()) {
        return Chunk::Refused(StatusCode::BAD_REQUEST);
    }
    let received = held.data.bytes().len();
    if received as u64 > limit {
        return Chunk::Refused(StatusCode::TOO_LARGE);
    }
    if held.total.is_some_and(|total| received as u64 > total) {
        return Chunk::Refused(StatusCode::SIZE_MISMATCH);
    }
    if item.more_data {
        let stored = Chunk::Stored {
            uri: held.target.clone(),
            received,
            total: held.total,
        };
        *object = Some(held);
        return stored;
    }
    if held.total.is_some_and(|t| t != received as u64) {
        return Chunk::Refused(StatusCode::SIZE_MISMATCH);
    }
    Chunk::Whole(Box::new(whole(held, item_command)))
}

/// The first chunk's command with all data, under the CmdID of the last.
fn whole(held: LargeObject, last: &ItemCommand) -> Command {
    let mut command = held.command;
    if let Command::Add(c) | Command::Replace(c) | Command::Exec(c) = &mut command {
        c.cmd_id.clone_from(&last.cmd_id);
        for item in &mut c.items {
            item.data = Some(held.data.clone());
        }
    }
    command
}

/// The one Item of an Add, a Replace or an Exec; other commands have no chunks.
fn item(command: &Command) -> Option<(&ItemCommand, &Item)> {
    let (Command::Add(c) | Command::Replace(c) | Command::Exec(c)) = command else {
        return None;
    };
    let [item] = c.items.as_slice() else {
        return None;
    };
    Some((c, item))
}

fn uri(item: &Item) -> &str {
    item.target.as_ref().map_or("", |t| &t.uri)
}

fn without_data(command: &Command) -> Command {
    let mut bare = command.clone();
    if let Command::Add(c) | Command::Replace(c) | Command::Exec(c) = &mut bare {
        for item in &mut c.items {
            item.data = None;
            item.more_data = false;
        }
    }
    bare
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::syncml::Meta;

    fn chunk(text: &str, more_data: bool, size: Option<u64>) -> Command {
        Command::Replace(ItemCommand {
            cmd_id: "7".into(),
            items: vec![Item {
                target: Some(Location::new("./A")),
                data: Some(Data::Text(text.into())),
                meta: Meta {
                    size,
                    ..Meta::default()
                },
                more_data,
                ..Item::default()
            }],
            ..ItemCommand::default()
        })
    }

    #[test]
    fn chunks_are_joined() {
        let mut object = None;
        assert!(matches!(
            take(&mut object, &chunk("abc", true, Some(6)), 100),
            Chunk::Stored {
                received: 3,
                total: Some(6),
                ..
            }
        ));
        let last = chunk("def", false, None);
        assert!(object.as_ref().unwrap().goes_on_with(&last));
        let Chunk::Whole(whole) = take(&mut object, &last, 100) else {
            panic!("the whole")
        };
        let Command::Replace(whole) = *whole else {
            panic!("a Replace")
        };
        assert_eq!(whole.items[0].data, Some(Data::Text("abcdef".into())));
        assert!(object.is_none());
    }

    #[test]
    fn refusals() {
        let refused = |chunks: &[Command], limit: u64| {
            let mut object = None;
            for chunk in chunks {
                if let Chunk::Refused(code) = take(&mut object, chunk, limit) {
                    assert!(object.is_none());
                    return code.0;
                }
            }
            0
        };
        assert_eq!(refused(&[chunk("abc", true, Some(200))], 100), 413);
        assert_eq!(refused(&[chunk("abc", true, None)], 2), 413);
        assert_eq!(
            refused(&[chunk("abc", true, Some(9)), chunk("d", false, None)], 100),
            424
        );
        assert!(matches!(
            take(&mut None, &chunk("abc", false, Some(3)), 100),
            Chunk::Ordinary
        ));
    }
}
