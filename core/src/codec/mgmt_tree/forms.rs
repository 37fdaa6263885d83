//! The envelope in its two forms, around nodes of any kind.

use super::read::Reader;
use super::{MgmtTree, write};
use crate::codec::DecodeError;
use crate::codec::markup::document::Document;
use crate::codec::markup::sink::Sink;
use crate::codec::vocabulary::wbxml::Vocabulary;
use crate::codec::wbxml::{self, Writer};
use crate::codec::xml::{self, XmlSink};

/// A kind of node that an envelope holds.
pub(crate) trait Nodes: Sized {
    /// Whom errors name.
    const CLAUSE: &'static str;
    /// Whether elements of other namespaces are passed over.
    const TAKES_FOREIGN: bool;
    /// Reads one directly under MgmtTree, with all below it.
    fn read(reader: &Reader<'_, '_>, at: usize) -> Result<Self, DecodeError>;
    /// What no two nodes directly under MgmtTree may have alike: path and name.
    fn place(&self) -> Option<(Option<&str>, &str)>;
    /// Writes one with all below it.
    fn write<S: Sink>(&self, out: &mut S);
}

fn read<N: Nodes>(document: &Document<'_>) -> Result<MgmtTree<N>, DecodeError> {
    let clause = N::CLAUSE;
    Reader { document, clause }.envelope(N::TAKES_FOREIGN, N::read, N::place)
}

fn write<S: Sink, N: Nodes>(tree: &MgmtTree<N>, out: &mut S) {
    write::envelope(tree, N::write, out);
}

pub(crate) fn from_xml<N: Nodes>(bytes: &[u8]) -> Result<MgmtTree<N>, DecodeError> {
    read(&xml::document(bytes)?)
}

pub(crate) fn from_wbxml<N: Nodes>(bytes: &[u8]) -> Result<MgmtTree<N>, DecodeError> {
    read(&wbxml::document_as(bytes, Vocabulary::DmDdf)?)
}

/// Also tells how many bytes it took.
pub(crate) fn from_wbxml_prefix<N: Nodes>(
    bytes: &[u8],
) -> Result<(MgmtTree<N>, usize), DecodeError> {
    let document = wbxml::document_prefix(bytes, Vocabulary::DmDdf)?;
    Ok((read(&document)?, document.used))
}

pub(crate) fn to_xml<N: Nodes>(tree: &MgmtTree<N>) -> String {
    let mut sink = XmlSink::default();
    write(tree, &mut sink);
    sink.out
}

pub(crate) fn to_wbxml<N: Nodes>(tree: &MgmtTree<N>) -> Vec<u8> {
    let mut writer = Writer::new(Vocabulary::DmDdf);
    write(tree, &mut writer);
    writer.finish()
}
