//! The nodes of a description, of which `MgmtTree` has the two forms.

use super::{Node, read, write};
use crate::codec::DecodeError;
use crate::codec::markup::sink::Sink;
use crate::codec::mgmt_tree::{Nodes, Reader};

impl Nodes for Node {
    const CLAUSE: &'static str = read::CLAUSE;
    const TAKES_FOREIGN: bool = true;

    fn read(reader: &Reader<'_, '_>, at: usize) -> Result<Node, DecodeError> {
        read::node(reader, at)
    }

    /// Descriptions of one name may stand beside each other: they may be for nodes of different
    /// formats.
    fn place(&self) -> Option<(Option<&str>, &str)> {
        None
    }

    fn write<S: Sink>(&self, out: &mut S) {
        write::node(self, 0, out);
    }
}
