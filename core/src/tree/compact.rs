//! A tree as bytes, for crossing between programs: each node's state, then its children by
//! name. See [`crate::trace`] for what crosses with it.

use super::change::NodeState;
use super::name::Name;
use super::node::Node;
use super::snapshot::Snapshot;
use super::uri::MAX_DEPTH;
use borsh::io::{Error, ErrorKind, Read, Result, Write};
use borsh::{BorshDeserialize, BorshSerialize};
use std::sync::Arc;

impl BorshSerialize for Snapshot {
    fn serialize<W: Write>(&self, to: &mut W) -> Result<()> {
        write(&self.root, to)
    }
}

fn write<W: Write>(node: &Node, to: &mut W) -> Result<()> {
    node.state.serialize(to)?;
    (node.children.len() as u32).serialize(to)?;
    for (name, child) in &node.children {
        name.as_str().serialize(to)?;
        write(child, to)?;
    }
    Ok(())
}

impl BorshDeserialize for Snapshot {
    fn deserialize_reader<R: Read>(from: &mut R) -> Result<Self> {
        let root = Arc::new(read(from, 0)?);
        Ok(Snapshot { root })
    }
}

fn read<R: Read>(from: &mut R, depth: usize) -> Result<Node> {
    if depth > MAX_DEPTH {
        let reason = "a node deeper than trees are";
        return Err(Error::new(ErrorKind::InvalidData, reason));
    }
    let mut node = Node::new(NodeState::deserialize_reader(from)?);
    for _ in 0..u32::deserialize_reader(from)? {
        let name = String::deserialize_reader(from)?;
        let child = Arc::new(read(from, depth + 1)?);
        node.children.insert(Name::from(name.as_str()), child);
    }
    Ok(node)
}
