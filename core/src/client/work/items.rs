//! Add, Replace, Delete, Copy and Get, Item by Item (OMA-TS-DM_RepPro-V1_2_1 §6.6).

use super::data;
use super::progress::{Scene, Work};
use super::tree_commands::{add, copy, delete, refusal, replace, target};
use crate::client::fit;
use crate::codec::syncml::{Command, Item, ItemCommand, Location, Meta, Results, StatusCode};
use crate::tree::Refusal;

/// A command that came to nothing.
#[derive(Clone, Debug)]
struct Failed {
    refusal: Refusal,
    /// Bytes of what is too large.
    size: Option<u64>,
}

impl From<Refusal> for Failed {
    fn from(refusal: Refusal) -> Self {
        Failed {
            refusal,
            size: None,
        }
    }
}

impl Work {
    /// Add, Replace, Delete, Copy, Get: each Item has its own outcome.
    pub(super) fn items(&mut self, command: &Command, scene: &mut Scene<'_>) {
        let (Command::Add(c)
        | Command::Replace(c)
        | Command::Delete(c)
        | Command::Copy(c)
        | Command::Get(c)) = command
        else {
            return;
        };
        if c.items.is_empty() {
            self.refuse(command, StatusCode::INCOMPLETE, scene);
            return;
        }
        for item in &c.items {
            let uri = target(item);
            let outcome = match command {
                Command::Add(_) => add(uri, item, &c.meta, scene).map_err(Failed::from),
                Command::Replace(_) => replace(uri, item, &c.meta, scene).map_err(Failed::from),
                Command::Delete(_) => delete(uri, scene).map_err(Failed::from),
                Command::Copy(_) => copy(uri, item, scene).map_err(Failed::from),
                _ => self.get(uri, c, scene).map(|()| Vec::new()),
            };
            let (code, changes, failed, size) = match outcome {
                Ok(changes) => (StatusCode::OK, changes, None, None),
                Err(Failed { refusal, size }) => (refusal.code, Vec::new(), refusal.uri, size),
            };
            self.done(command.name(), &c.cmd_id, uri, code, changes, scene);
            if c.no_resp {
                continue;
            }
            let items = failed
                .filter(|f| f != uri)
                .map(|f| Item {
                    target: Some(Location::new(f)),
                    ..Item::default()
                })
                .into_iter()
                .chain(size.map(|octets| Item {
                    meta: Meta {
                        size: Some(octets),
                        ..Meta::default()
                    },
                    ..Item::default()
                }))
                .collect();
            self.status(command.name(), &c.cmd_id, code, Some(uri), items);
        }
    }

    fn get(
        &mut self,
        uri: &str,
        command: &ItemCommand,
        scene: &mut Scene<'_>,
    ) -> Result<(), Failed> {
        let node = scene.tree.parse_uri(uri)?;
        let reading = scene.tree.get(&node, scene.caller)?;
        let items = data::results(uri, reading, scene.encoding);
        let largest = items
            .iter()
            .filter_map(|i| i.data.as_ref())
            .map(|d| d.bytes().len() as u64)
            .max();
        let refused = |why, size| Failed {
            refusal: refusal(StatusCode::TOO_LARGE, why),
            size,
        };
        if scene.peer_max_obj_size < largest && scene.peer_max_obj_size.is_some() {
            return Err(refused("larger than the server's MaxObjSize", largest));
        }
        let results: Vec<Results> = items
            .into_iter()
            .map(|item| Results {
                msg_ref: Some(self.msg_ref.clone()),
                cmd_ref: command.cmd_id.clone(),
                target_ref: Some(uri.to_owned()),
                items: vec![item],
                ..Results::default()
            })
            .collect();
        let fits = |results: &Results| {
            fit::can_hold(&scene.sparse, results, scene.encoding, scene.max_msg_size)
        };
        if !results.iter().all(fits) {
            return Err(refused("larger than the server's MaxMsgSize", None));
        }
        self.more.extend(results.into_iter().map(Command::Results));
        Ok(())
    }
}
