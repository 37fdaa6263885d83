//! The two forms of a message and their media types (OMA-TS-DM_Protocol-V1_2_1 §8).

use super::{Message, read, write};
use crate::codec::DecodeError;
use crate::codec::vocabulary::wbxml::Vocabulary;
use crate::codec::wbxml::{self, Writer};
use crate::codec::xml::{self, XmlSink};
use serde::{Deserialize, Serialize};

/// How messages are written; an answer comes as the request came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// Compact tokens.
    #[default]
    Wbxml,
    /// Text.
    Xml,
}

impl Encoding {
    /// The value for Content-Type.
    pub fn media_type(self) -> &'static str {
        match self {
            Encoding::Wbxml => "application/vnd.syncml.dm+wbxml",
            Encoding::Xml => "application/vnd.syncml.dm+xml",
        }
    }

    /// The encoding of a Content-Type; parameters and case do not matter.
    pub fn from_media_type(media_type: &str) -> Option<Encoding> {
        let bare = media_type.split(';').next().unwrap_or_default().trim();
        [Encoding::Wbxml, Encoding::Xml]
            .into_iter()
            .find(|encoding| bare.eq_ignore_ascii_case(encoding.media_type()))
    }
}

impl Message {
    /// Reads a message.
    pub fn decode(bytes: &[u8], encoding: Encoding) -> Result<Message, DecodeError> {
        match encoding {
            Encoding::Wbxml => Message::decode_wbxml(bytes),
            Encoding::Xml => Message::decode_xml(bytes),
        }
    }

    /// Writes the message.
    pub fn encode(&self, encoding: Encoding) -> Vec<u8> {
        match encoding {
            Encoding::Wbxml => self.encode_wbxml(),
            Encoding::Xml => self.encode_xml().into_bytes(),
        }
    }

    /// Reads WBXML.
    pub fn decode_wbxml(bytes: &[u8]) -> Result<Message, DecodeError> {
        read::message(&wbxml::document_as(bytes, Vocabulary::SyncMl12)?)
    }

    /// Reads WBXML and tells how many bytes it took, for files with padding.
    pub fn decode_wbxml_prefix(bytes: &[u8]) -> Result<(Message, usize), DecodeError> {
        let document = wbxml::document_prefix(bytes, Vocabulary::SyncMl12)?;
        Ok((read::message(&document)?, document.used))
    }

    /// Writes WBXML 1.3 with the numeric public identifier of SyncML 1.2.
    pub fn encode_wbxml(&self) -> Vec<u8> {
        let mut writer = Writer::new(Vocabulary::SyncMl12);
        write::message(self, &mut writer);
        writer.finish()
    }

    /// Reads XML in UTF-8.
    pub fn decode_xml(bytes: &[u8]) -> Result<Message, DecodeError> {
        read::message(&xml::document(bytes)?)
    }

    /// Writes XML without layout.
    pub fn encode_xml(&self) -> String {
        let mut sink = XmlSink::default();
        write::message(self, &mut sink);
        sink.out
    }
}
