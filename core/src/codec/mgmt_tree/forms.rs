//! The envelope in its two forms, around nodes of any kind.

use super::read::Reader;
use super::{MgmtTree, write};
use crate::codec::DecodeError;
use crate::codec::markup::Form;
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

#[expect(private_bounds, reason = "the kinds of nodes are those of this crate")]
impl<N: Nodes> MgmtTree<N> {
    /// Reads XML in UTF-8; [`line_column`](crate::codec::xml::line_column) makes a place for people of an error's offset.
    pub fn decode_xml(bytes: &[u8]) -> Result<Self, DecodeError> {
        read(&xml::document(bytes)?)
    }

    /// Writes XML without layout.
    pub fn encode_xml(&self) -> String {
        let mut sink = XmlSink::default();
        write(self, &mut sink);
        sink.out
    }

    /// Reads WBXML.
    pub fn decode_wbxml(bytes: &[u8]) -> Result<Self, DecodeError> {
        read(&wbxml::document_as(bytes, Vocabulary::DmDdf)?)
    }

    /// Reads WBXML and tells how many bytes it took, for files with padding.
    pub fn decode_wbxml_prefix(bytes: &[u8]) -> Result<(Self, usize), DecodeError> {
        let document = wbxml::document_prefix(bytes, Vocabulary::DmDdf)?;
        Ok((read(&document)?, document.used))
    }

    /// Writes WBXML 1.3; the public identifier has no number and stands in the string table.
    pub fn encode_wbxml(&self) -> Vec<u8> {
        let mut writer = Writer::new(Vocabulary::DmDdf);
        write(self, &mut writer);
        writer.finish()
    }

    /// Reads either form.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        match Form::of(bytes) {
            Some(Form::Wbxml) => Self::decode_wbxml(bytes),
            _ => Self::decode_xml(bytes),
        }
    }
}
