//! Large objects of the client: data that come in chunks over several messages
//! (OMA-TS-DM_Protocol-V1_2_1 §7).
//!
//! Collects; what the whole means is for others to say.

use crate::codec::auth::from_base64;
use crate::codec::syncml::{Alert, Command, Data, Item, ItemCommand, Results, StatusCode};
use crate::dm;

/// An object of which not all chunks have come.
#[derive(Clone, Debug)]
pub(super) struct Incoming {
    /// Results, Replace or Alert.
    name: String,
    /// Source of the Item.
    pub(super) uri: String,
    /// The first chunk's command, without data: its Meta counts for the whole.
    first: Command,
    size: Option<u64>,
    data: Data,
}

/// What a command is to the object in hand.
pub(super) enum Chunk {
    /// An ordinary command.
    Ordinary,
    /// Kept; more is to come.
    Stored,
    /// The last: the command as if it had come in one piece.
    Whole(Box<Command>),
    /// The object cannot be taken: it is dropped.
    Refused(StatusCode),
}

/// Whether a command goes on with the object in hand, or has nothing to do with it.
pub(super) fn goes_on_with(incoming: &Incoming, command: &Command) -> bool {
    command.name() == incoming.name
        && items(command).is_some_and(|items| matches!(items, [item] if uri(item) == incoming.uri))
}

/// Takes a command that may be a chunk; `limit` is the MaxObjSize that was told.
pub(super) fn take(incoming: &mut Option<Incoming>, command: &Command, limit: u64) -> Chunk {
    let Some(items) = items(command) else {
        return Chunk::Ordinary;
    };
    let is_too_large = |item: &Item| {
        let octets = item
            .data
            .as_ref()
            .map_or(0, |data| data.bytes().len() as u64);
        octets > limit || item.meta.size.is_some_and(|size| size > limit)
    };
    if items.iter().any(is_too_large) {
        *incoming = None;
        return Chunk::Refused(StatusCode::TOO_LARGE);
    }
    // An object that is cut stands last in its command.
    let Some(item) = items.last() else {
        return Chunk::Ordinary;
    };
    let mut held = match incoming.take() {
        Some(held) => held,
        None if !item.more_data => return Chunk::Ordinary,
        None => Incoming {
            name: command.name().to_owned(),
            uri: uri(item).to_owned(),
            first: command.clone(),
            size: item.meta.size.or(command_size(command)),
            data: dm::empty_like(item.data.as_ref()),
        },
    };
    if !dm::append(&mut held.data, item.data.as_ref()) {
        return Chunk::Refused(StatusCode::BAD_REQUEST);
    }
    let received = held.data.bytes().len() as u64;
    if received > limit || held.size.is_some_and(|size| size > limit) {
        return Chunk::Refused(StatusCode::TOO_LARGE);
    }
    if item.more_data {
        *incoming = Some(held);
        return Chunk::Stored;
    }
    let format = format_of(&held.first);
    let whole = octets(&held.data, format.as_deref()).len() as u64;
    // Some senders count the bytes, others the base64 text that carries them.
    if held
        .size
        .is_some_and(|size| size != received && size != whole)
    {
        return Chunk::Refused(StatusCode::SIZE_MISMATCH);
    }
    let mut joined = held.first;
    joined.set_cmd_id(command.cmd_id());
    if let Some(last) = items_mut(&mut joined).and_then(|items| items.last_mut()) {
        last.data = Some(held.data);
        last.more_data = false;
    }
    Chunk::Whole(Box::new(joined))
}

/// The bytes of a value: base64 is what carries them.
pub(super) fn octets(data: &Data, format: Option<&str>) -> Vec<u8> {
    let bytes = data.bytes();
    let carried = (format == Some("b64"))
        .then(|| from_base64(&String::from_utf8_lossy(bytes)))
        .flatten();
    carried.unwrap_or_else(|| bytes.to_vec())
}

/// The Items of a command that may bring a large object.
fn items(command: &Command) -> Option<&[Item]> {
    match command {
        Command::Results(Results { items, .. })
        | Command::Replace(ItemCommand { items, .. })
        | Command::Alert(Alert { items, .. }) => Some(items),
        _ => None,
    }
}

fn items_mut(command: &mut Command) -> Option<&mut Vec<Item>> {
    match command {
        Command::Results(Results { items, .. })
        | Command::Replace(ItemCommand { items, .. })
        | Command::Alert(Alert { items, .. }) => Some(items),
        _ => None,
    }
}

fn command_size(command: &Command) -> Option<u64> {
    match command {
        Command::Results(results) => results.meta.size,
        Command::Replace(replace) => replace.meta.size,
        _ => None,
    }
}

fn format_of(command: &Command) -> Option<String> {
    let of_command = match command {
        Command::Results(results) => results.meta.format.clone(),
        Command::Replace(replace) => replace.meta.format.clone(),
        _ => None,
    };
    let of_item = items(command).and_then(|items| items.last()?.meta.format.clone());
    of_item.or(of_command)
}

fn uri(item: &Item) -> &str {
    let location = item.source.as_ref().or(item.target.as_ref());
    location.map_or("", |l| &l.uri)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::syncml::{Location, Meta};

    fn chunk(text: &str, more_data: bool, size: Option<u64>) -> Command {
        Command::Results(Results {
            cmd_id: "7".into(),
            items: vec![Item {
                source: Some(Location::new("./A")),
                data: Some(Data::Text(text.into())),
                meta: Meta {
                    size,
                    format: Some("b64".into()),
                    ..Meta::default()
                },
                more_data,
                ..Item::default()
            }],
            ..Results::default()
        })
    }

    #[test]
    fn chunks_are_joined() {
        for size in [None, Some(8), Some(6)] {
            let mut held = None;
            assert!(matches!(
                take(&mut held, &chunk("QUJD", true, size), 100),
                Chunk::Stored
            ));
            let last = chunk("REVG", false, None);
            assert!(goes_on_with(held.as_ref().unwrap(), &last));
            let Chunk::Whole(whole) = take(&mut held, &last, 100) else {
                panic!("the whole")
            };
            let data = items(&whole).unwrap()[0].data.clone().unwrap();
            assert_eq!(octets(&data, Some("b64")), b"ABCDEF");
            assert!(held.is_none());
        }
    }

    #[test]
    fn refusals() {
        let refused = |chunks: &[Command], limit: u64| {
            let mut held = None;
            for chunk in chunks {
                if let Chunk::Refused(code) = take(&mut held, chunk, limit) {
                    assert!(held.is_none());
                    return code.0;
                }
            }
            0
        };
        assert_eq!(refused(&[chunk("abc", true, Some(200))], 100), 413);
        assert_eq!(refused(&[chunk("abcd", false, None)], 3), 413);
        let three = [chunk("abc", true, None), chunk("d", true, None)];
        assert_eq!(refused(&three, 3), 413);
        let wrong = [chunk("abc", true, Some(9)), chunk("d", false, None)];
        assert_eq!(refused(&wrong, 100), 424);
        assert!(matches!(
            take(&mut None, &chunk("abc", false, Some(3)), 100),
            Chunk::Ordinary
        ));
    }
}
