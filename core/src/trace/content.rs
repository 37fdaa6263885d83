//! What the bytes of a step are, and how they are taken apart.

use crate::codec::{Field, shown, syncml};
use borsh::{BorshDeserialize, BorshSerialize};

/// What the bytes of a step are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
pub enum Content {
    /// No bytes.
    None,
    /// A WSP push PDU carrying Package #0.
    WapPush,
    /// A SyncML message in WBXML.
    SyncmlWbxml,
    /// A SyncML message in XML.
    SyncmlXml,
    /// A document in WBXML of its own: SyncML, TNDS or provisioning.
    Wbxml,
    /// An HTTP request.
    HttpRequest,
    /// An HTTP response.
    HttpResponse,
    /// Records of TLS.
    TlsRecords,
    /// A proactive command (BER-TLV D0).
    ProactiveCommand,
    /// The objects of a TERMINAL RESPONSE.
    TerminalResponse,
    /// The BER-TLV of an ENVELOPE.
    Envelope,
    /// The octets of a TERMINAL PROFILE.
    TerminalProfile,
    /// A command APDU.
    CommandApdu,
    /// A response APDU.
    ResponseApdu,
    /// An answer to reset.
    Atr,
    /// An SMS-SUBMIT.
    SmsSubmit,
    /// An SMS-DELIVER.
    SmsDeliver,
    /// An SMS-DELIVER-REPORT.
    SmsReport,
    /// A secured packet for the card.
    CommandPacket,
    /// A signed order or receipt, COSE_Sign1.
    Cose,
    /// The card's proof of receipt, with its header.
    ResponsePacket,
}

impl Content {
    /// The bytes taken apart, each part with its clause.
    pub fn fields(self, bytes: &[u8]) -> Vec<Field> {
        let mut fields = self.parts(bytes);
        shown::complete(&mut fields, self.clause());
        fields
    }

    fn parts(self, bytes: &[u8]) -> Vec<Field> {
        match self {
            Content::None => Vec::new(),
            Content::WapPush => shown::wsp::fields(bytes),
            Content::SyncmlWbxml => shown::syncml::fields(bytes, syncml::Encoding::Wbxml),
            Content::SyncmlXml => shown::syncml::fields(bytes, syncml::Encoding::Xml),
            Content::Wbxml => shown::wbxml::fields(bytes),
            Content::HttpRequest | Content::HttpResponse => shown::http::fields(bytes),
            Content::TlsRecords => shown::tls::fields(bytes),
            Content::ProactiveCommand | Content::Envelope => shown::toolkit::fields(bytes),
            Content::TerminalResponse => shown::toolkit::object_fields(bytes),
            Content::TerminalProfile => shown::toolkit::profile_fields(bytes),
            Content::CommandApdu => shown::apdu::command_fields(bytes),
            Content::ResponseApdu => shown::apdu::response_fields(bytes),
            Content::Atr => shown::atr::fields(bytes),
            Content::SmsSubmit | Content::SmsDeliver => shown::sms::fields(bytes),
            Content::CommandPacket => shown::secured_packet::command_fields(bytes),
            Content::ResponsePacket => shown::secured_packet::response_fields(bytes),
            Content::SmsReport => shown::sms::report_fields(bytes),
            Content::Cose => shown::cose::fields(bytes),
        }
    }

    /// The document that says what such bytes are.
    fn clause(self) -> &'static str {
        match self {
            Content::None => "",
            Content::WapPush => "WAP-230-WSP §8.2",
            Content::SyncmlWbxml | Content::SyncmlXml => "DM RepPro §6",
            Content::Wbxml => "WBXML §5",
            Content::HttpRequest | Content::HttpResponse => "RFC 9112 §2",
            Content::ProactiveCommand => "TS 102 223 §6.6",
            Content::TerminalResponse => "TS 102 223 §6.8",
            Content::Envelope => "TS 102 223 §7",
            Content::TerminalProfile => "TS 102 223 §5.2",
            Content::CommandApdu | Content::ResponseApdu => "TS 102 221 §10",
            Content::Atr => "ISO/IEC 7816-3 §8",
            Content::SmsSubmit | Content::SmsDeliver | Content::SmsReport => "TS 23.040 §9.2",
            Content::TlsRecords => "RFC 5246 §6.2",
            Content::CommandPacket => "TS 102 225 §5.1",
            Content::ResponsePacket => "TS 102 225 §5.2",
            Content::Cose => "RFC 9052 §4.2",
        }
    }
}
