//! What fits into a message of the server's size: what may be left out, what is cut, what no
//! message can hold (OMA-TS-DM_Protocol-V1_2_1 §6, §7).

use crate::codec::syncml::sizing;
use crate::codec::syncml::{Command, Data, Encoding, Message, Results};
use crate::dm::{LONG_ID, OBLIGATORY};

/// Bytes below which a message is not filled with part of an object.
const WORTH_CUTTING: usize = 64;

/// Bytes that Results need at most beside the name of their node, with data worth a cut.
const AMPLE: usize = 1024;

/// Cuts Results that no message could hold whole: what still fits behind `filled`, and the rest.
pub(super) fn part(
    filled: &Message,
    next: &Command,
    is_rest: bool,
    base: &Message,
    encoding: Encoding,
    limit: usize,
) -> Option<(Command, Command)> {
    // Results that another message could hold whole wait for it, unless this one has nothing but
    // the Status that every message begins with.
    if filled.commands.len() > OBLIGATORY
        && sizing::fitting(base, std::slice::from_ref(next), encoding, limit) > 0
    {
        return None;
    }
    let Command::Results(results) = next else {
        return None;
    };
    let [item] = results.items.as_slice() else {
        return None;
    };
    let data = item.data.as_ref()?;
    let head = |data: &Data| {
        let mut head = results.clone();
        for item in &mut head.items {
            // The size of the whole is told once.
            item.meta.size = (!is_rest).then_some(data_size(results));
            item.data = Some(data.clone());
            item.more_data = true;
        }
        Command::Results(head)
    };
    let with = |data: &Data| {
        let mut message = filled.clone();
        message.commands.push(head(data));
        message
    };
    let bare = with(&Data::Text(String::new())).encode(encoding).len();
    if limit.saturating_sub(bare) < WORTH_CUTTING && filled.commands.len() > OBLIGATORY {
        return None;
    }
    let (first, rest) = sizing::cut_to_fit(data, encoding, limit, with)?;
    let mut tail = results.clone();
    for item in &mut tail.items {
        item.data = Some(rest.clone());
        item.meta.size = None;
    }
    Some((head(&first), Command::Results(tail)))
}

/// Bytes that commands take beside the rest of a message.
fn size(base: &Message, commands: &[Command], encoding: Encoding) -> usize {
    let empty = base.encode(encoding).len();
    let mut filled = base.clone();
    filled.commands.extend_from_slice(commands);
    filled.encode(encoding).len().saturating_sub(empty)
}

/// A Status says by CmdRef what it answers, and Results by their Source: what else names it is
/// left out where a message could not hold it behind the Status that is in every message.
pub(super) fn shorten(base: &Message, waiting: &mut [Command], encoding: Encoding, limit: usize) {
    let mut base = base.clone();
    base.is_final = true;
    let room = limit.saturating_sub(base.encode(encoding).len());
    let (mut before, mut total) = (0, 0);
    for (i, command) in waiting.iter_mut().enumerate() {
        let measure = |command: &Command| size(&base, std::slice::from_ref(command), encoding);
        let mut octets = measure(command);
        // The first Status leaves room for others.
        let own_room = if i == 0 { room / 2 } else { room };
        if before + octets > own_room {
            match command {
                Command::Status(status) => {
                    status.target_refs.clear();
                    status.source_refs.clear();
                    octets = measure(command);
                }
                Command::Results(results)
                    if before + bare_size(&base, results, encoding) + WORTH_CUTTING > room =>
                {
                    results.target_ref = None;
                    results.source_ref = None;
                    octets = measure(command);
                }
                _ => {}
            }
        }
        if let Command::Status(status) = command
            && before + octets > room
        {
            // Which node failed; what a user typed is held against the room before.
            status.items.clear();
            octets = size(&base, &[Command::Status(status.clone())], encoding);
        }
        if i < OBLIGATORY {
            before += octets;
        }
        total += octets;
        // What is behind comes in a later message.
        if total > room {
            break;
        }
    }
}

/// Bytes of Results without their data.
fn bare_size(base: &Message, results: &Results, encoding: Encoding) -> usize {
    let mut bare = results.clone();
    for item in &mut bare.items {
        item.data = Some(Data::Text(String::new()));
        item.meta.size = Some(u64::from(u32::MAX));
        item.more_data = true;
    }
    size(base, &[Command::Results(bare)], encoding)
}

/// Whether a message can hold part of these Results, or all.
pub(super) fn can_hold(
    sparse: &Message,
    results: &Results,
    encoding: Encoding,
    limit: usize,
) -> bool {
    let room = limit.saturating_sub(sparse.encode(encoding).len());
    let name = results.items.iter().filter_map(|i| i.source.as_ref());
    // An escaped character takes six bytes at most: nearly all names are short enough.
    if name.map(|n| n.uri.len()).sum::<usize>() * 6 + AMPLE <= room {
        return true;
    }
    let mut named_once = results.clone();
    named_once.target_ref = None;
    named_once.source_ref = None;
    bare_size(sparse, &named_once, encoding) + WORTH_CUTTING <= room
}

/// Whether one message can hold all of these Status; what names their targets may be left out.
pub(super) fn holds_all(
    sparse: &Message,
    statuses: &[Command],
    encoding: Encoding,
    limit: usize,
) -> bool {
    let mut bare = statuses.to_vec();
    for command in &mut bare {
        if let Command::Status(status) = command {
            status.cmd_id = LONG_ID.to_owned();
            status.target_refs.clear();
        }
    }
    let room = limit.saturating_sub(sparse.encode(encoding).len());
    size(sparse, &bare, encoding) <= room
}

fn data_size(results: &Results) -> u64 {
    let data = results.items.iter().filter_map(|i| i.data.as_ref());
    data.map(|d| d.bytes().len() as u64).sum()
}
