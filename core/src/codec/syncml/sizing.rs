//! What fits into a message of limited size, and how data are cut when it does not
//! (OMA-TS-DM_Protocol-V1_2_1 §6, §7).
//!
//! Pure arithmetic over messages; when to cut and what to say about it is the session's
//! business.

use super::{Command, Data, Encoding, Message};

/// How many commands, from the first, fit into a message beside what it has already.
pub fn fitting(base: &Message, commands: &[Command], encoding: Encoding, limit: usize) -> usize {
    let mut probe = base.clone();
    // Room for Final is kept, since whether it is the last is not known before it is filled.
    probe.is_final = true;
    let empty = probe.encode(encoding).len();
    let mut total = empty;
    for (i, command) in commands.iter().enumerate() {
        probe.commands.push(command.clone());
        // Sizes add up: WBXML has no shared strings here, and each element returns to its page.
        total += probe.encode(encoding).len().saturating_sub(empty);
        probe.commands.pop();
        if total > limit {
            return i;
        }
    }
    commands.len()
}

/// Cuts data so that the first part has at most `octets`, never inside a character of text.
/// `None` when the first or the second part would be empty, or the data cannot be cut.
pub fn cut(data: &Data, octets: usize) -> Option<(Data, Data)> {
    match data {
        Data::Text(text) => {
            let at = text.floor_char_boundary(octets);
            let (head, tail) = text.split_at(at);
            (!head.is_empty() && !tail.is_empty())
                .then(|| (Data::Text(head.to_owned()), Data::Text(tail.to_owned())))
        }
        Data::Opaque(bytes) => {
            let (head, tail) = bytes.split_at_checked(octets)?;
            (!head.is_empty() && !tail.is_empty())
                .then(|| (Data::Opaque(head.to_vec()), Data::Opaque(tail.to_vec())))
        }
        Data::Markup(_) => None,
    }
}

/// The first part no cut is smaller than, and the rest.
pub fn smallest(data: &Data) -> Option<(Data, Data)> {
    cut(data, SMALLEST)
}

/// Cuts data so that a message holding the first part fits. `with` builds the message for a
/// first part. The cut is never smaller than one character, so that every call goes forward.
pub fn cut_to_fit(
    data: &Data,
    encoding: Encoding,
    limit: usize,
    with: impl Fn(&Data) -> Message,
) -> Option<(Data, Data)> {
    let empty = match data {
        Data::Text(_) => Data::Text(String::new()),
        Data::Opaque(_) => Data::Opaque(Vec::new()),
        Data::Markup(_) => return None,
    };
    let size_of_empty = with(&empty).encode(encoding).len();
    let room = limit.saturating_sub(size_of_empty);
    // Lengths and escapes take octets of their own: try less until it fits.
    let mut octets = room.min(data.bytes().len().saturating_sub(1)).max(SMALLEST);
    while octets > SMALLEST {
        if let Some((head, tail)) = cut(data, octets) {
            let size = with(&head).encode(encoding).len();
            if size <= limit {
                return Some((head, tail));
            }
            // What is escaped takes several octets for one of the data.
            let part = size.saturating_sub(size_of_empty).max(1) as u64;
            let scaled = (octets as u64 * room as u64 / part) as usize;
            octets = scaled.min(octets - octets.div_ceil(16));
        } else {
            octets /= 2;
        }
    }
    smallest(data)
}

/// Octets of the smallest part; a character has at most four.
const SMALLEST: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::syncml::{Item, ItemCommand};

    fn command(text: &str) -> Command {
        Command::Replace(ItemCommand {
            cmd_id: "1".into(),
            items: vec![Item {
                data: Some(Data::Text(text.into())),
                ..Item::default()
            }],
            ..ItemCommand::default()
        })
    }

    #[test]
    fn what_fits_is_what_encodes_within_the_limit() {
        let base = Message {
            is_final: true,
            ..Message::default()
        };
        let commands: Vec<Command> = ["a", "<b>", "cccccccccccc", "d"]
            .into_iter()
            .map(command)
            .collect();
        for encoding in [Encoding::Wbxml, Encoding::Xml] {
            for limit in 0..600 {
                let n = fitting(&base, &commands, encoding, limit);
                let size = |n: usize| {
                    let mut message = base.clone();
                    message.commands.extend_from_slice(&commands[..n]);
                    message.encode(encoding).len()
                };
                assert!(n == 0 || size(n) <= limit);
                assert!(n == commands.len() || size(n + 1) > limit);
            }
        }
    }

    #[test]
    fn cuts_go_forward_and_fit() {
        let with = |data: &Data| Message {
            commands: vec![Command::Replace(ItemCommand {
                items: vec![Item {
                    data: Some(data.clone()),
                    more_data: true,
                    ..Item::default()
                }],
                ..ItemCommand::default()
            })],
            ..Message::default()
        };
        for encoding in [Encoding::Wbxml, Encoding::Xml] {
            for data in [
                Data::Text("<ä&>".repeat(200)),
                Data::Text("<".repeat(2000)),
                Data::Opaque((0..=255).cycle().take(900).collect()),
            ] {
                let mut rest = data.clone();
                let mut whole = Vec::new();
                let mut parts = 1;
                while let Some((head, tail)) = cut_to_fit(&rest, encoding, 400, with) {
                    assert!(with(&head).encode(encoding).len() <= 400);
                    whole.extend_from_slice(head.bytes());
                    rest = tail;
                    parts += 1;
                }
                // Each is worth its message, however much of it must be escaped.
                assert!(parts < 80, "{parts}");
                whole.extend_from_slice(rest.bytes());
                assert_eq!(whole, data.bytes());
            }
        }
        assert!(cut_to_fit(&Data::Text("ab".into()), Encoding::Xml, 0, with).is_none());
        let (head, _) = cut_to_fit(&Data::Text("abcdef".into()), Encoding::Xml, 0, with).unwrap();
        assert_eq!(head, Data::Text("abcd".into()));
    }
}
