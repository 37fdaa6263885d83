//! Formats of card and air by name: what bytes may be, how they are shown, what is wrong with
//! them. Documents (WBXML, XML) and pushes say themselves what they are and stand elsewhere.

use super::{apdu, atr, ber, cose, ef, fcp, gsmtap, pps, secured_packet, sms, t1, tls, toolkit};
use crate::codec::apdu::{CommandApdu, ResponseApdu, instruction_name};
use crate::codec::atr::Atr;
use crate::codec::cose::Sign1;
use crate::codec::ef::{Contents, Form, Home};
use crate::codec::fcp::Fcp;
use crate::codec::gsmtap::Packet;
use crate::codec::pps::Pps;
use crate::codec::secured_packet::Keys;
use crate::codec::sms::{Deliver, Submit};
use crate::codec::t1::{Block, Edc};
use crate::codec::tls::Record;
use crate::codec::toolkit::{Envelope, ProactiveCommand, TerminalResponse};
use crate::codec::{DecodeError, Field};

/// Format of a byte string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A command APDU (ISO/IEC 7816-4 §5.1).
    Command,
    /// A response APDU.
    Response,
    /// An answer to reset (ISO/IEC 7816-3 §8).
    Atr,
    /// Protocol and parameters selection (ISO/IEC 7816-3 §9).
    Pps,
    /// File control parameters (TS 102 221 §11.1.1.3).
    Fcp,
    /// Contents of an elementary file.
    Ef {
        /// Standard that says what the files of its directory hold.
        home: Home,
        /// File identifier.
        fid: u16,
    },
    /// A proactive command (TS 102 223 §6.6).
    ProactiveCommand,
    /// An envelope (TS 102 223 §7).
    Envelope,
    /// The objects of a TERMINAL RESPONSE (TS 102 223 §6.8).
    TerminalResponse,
    /// An SMS TPDU (TS 23.040 §9.2.2).
    Sms,
    /// A command packet of remote management (TS 102 225 §5.1).
    SecuredPacket,
    /// BER-TLV objects.
    Tlv,
    /// A block of T=1 (ISO/IEC 7816-3 §11.3) with a longitudinal check.
    T1Block,
    /// A GSMTAP packet.
    Gsmtap,
    /// Records of TLS (RFC 5246 §6.2).
    Tls,
    /// A signed order or receipt, COSE_Sign1 (RFC 9052 §4.2).
    Cose,
}

impl Kind {
    /// Name for people.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Command => "Command APDU",
            Kind::Response => "Response APDU",
            Kind::Atr => "Answer to reset",
            Kind::Pps => "PPS",
            Kind::Fcp => "FCP template",
            Kind::Ef { .. } => "Contents of an EF",
            Kind::ProactiveCommand => "Proactive command",
            Kind::Envelope => "Envelope",
            Kind::TerminalResponse => "Terminal response",
            Kind::Sms => "SMS TPDU",
            Kind::SecuredPacket => "Secured packet",
            Kind::Tlv => "BER-TLV",
            Kind::T1Block => "T=1 block",
            Kind::Gsmtap => "GSMTAP",
            Kind::Tls => "TLS records",
            Kind::Cose => "COSE_Sign1",
        }
    }

    /// Bytes taken apart, as far as they can be read.
    pub fn fields(self, bytes: &[u8]) -> Vec<Field> {
        match self {
            Kind::Command => apdu::command_fields(bytes),
            Kind::Response => apdu::response_fields(bytes),
            Kind::Atr => atr::fields(bytes),
            Kind::Pps => pps::fields(bytes),
            Kind::Fcp => fcp::fields(bytes),
            Kind::Ef { home, fid } => ef::fields(home, fid, bytes),
            Kind::ProactiveCommand | Kind::Envelope => toolkit::fields(bytes),
            Kind::TerminalResponse => toolkit::object_fields(bytes),
            Kind::Sms => sms::fields(bytes),
            Kind::SecuredPacket => secured_packet::command_fields(bytes),
            Kind::Tlv => ber::fields(bytes),
            Kind::T1Block => t1::fields(bytes, Edc::Lrc),
            Kind::Gsmtap => gsmtap::fields(bytes),
            Kind::Tls => tls::fields(bytes),
            Kind::Cose => cose::fields(bytes),
        }
    }

    /// Bytes taken apart with the keys of a secured packet, which other formats do without.
    pub fn fields_with(self, bytes: &[u8], keys: &Keys<'_>) -> Vec<Field> {
        match self {
            Kind::SecuredPacket => secured_packet::opened_fields(bytes, keys),
            kind => kind.fields(bytes),
        }
    }

    /// The first thing that is wrong.
    pub fn check(self, bytes: &[u8]) -> Result<(), DecodeError> {
        match self {
            Kind::Command => CommandApdu::decode(bytes).map(drop),
            Kind::Response => ResponseApdu::decode(bytes).map(drop),
            Kind::Atr => Atr::decode(bytes).map(drop),
            Kind::Pps => Pps::decode(bytes).map(drop),
            Kind::Fcp => Fcp::decode(bytes).map(drop),
            Kind::Ef { home, fid } => Contents::decode(Form::of(home, fid), bytes).map(drop),
            Kind::ProactiveCommand => ProactiveCommand::decode(bytes).map(drop),
            Kind::Envelope => Envelope::decode(bytes).map(drop),
            Kind::TerminalResponse => TerminalResponse::decode(bytes).map(drop),
            // TP-MTI (TS 23.040 §9.2.3.1).
            Kind::Sms if bytes.first().is_some_and(|first| first & 3 == 1) => {
                Submit::decode(bytes).map(drop)
            }
            Kind::Sms => Deliver::decode(bytes).map(drop),
            Kind::SecuredPacket => crate::codec::secured_packet::command_parts(bytes).map(drop),
            Kind::Tlv => {
                let form = crate::codec::ber::Form::Ber;
                crate::codec::ber::decode(bytes, form).map(drop)
            }
            Kind::T1Block => match Block::decode(bytes, Edc::Lrc) {
                Ok(_) => Ok(()),
                Err(damaged) => Err(damaged.error),
            },
            Kind::Gsmtap => Packet::decode(bytes).map(drop),
            Kind::Tls => records(bytes),
            Kind::Cose => Sign1::decode(bytes).map(drop),
        }
    }

    /// Whether bytes of this kind begin so that they are hardly anything else.
    pub fn is_sure(self) -> bool {
        matches!(
            self,
            Kind::Atr
                | Kind::Pps
                | Kind::Fcp
                | Kind::ProactiveCommand
                | Kind::Envelope
                | Kind::TerminalResponse
                | Kind::Gsmtap
                | Kind::Tls
                | Kind::Cose
        )
    }
}

/// What bytes may be, the likeliest first: all of it can be read whole.
pub fn guesses(bytes: &[u8]) -> Vec<Kind> {
    let first = bytes.first().copied().unwrap_or_default();
    let second = bytes.get(1).copied().unwrap_or_default();
    let candidates = [
        (Kind::Atr, matches!(first, 0x3B | 0x3F)),
        (Kind::Gsmtap, (first, second) == (0x02, 0x04)),
        (Kind::Cose, (first, second) == (0xD2, 0x84)),
        (Kind::ProactiveCommand, first == 0xD0),
        (Kind::Envelope, matches!(first, 0xD1..=0xE4)),
        (Kind::Fcp, first == 0x62),
        (
            Kind::Tls,
            matches!((first, second), (0x14..=0x17, 0x03)) && bytes.len() > 5,
        ),
        (
            Kind::TerminalResponse,
            (first & 0x7F, second) == (0x01, 0x03),
        ),
        (Kind::Pps, first == 0xFF),
        (Kind::T1Block, first == 0x00 && bytes.len() >= 4),
        (Kind::SecuredPacket, is_packet(bytes)),
        (Kind::Command, is_command(bytes)),
        (Kind::Response, is_response(bytes)),
        (Kind::Sms, is_message(bytes)),
        (Kind::Tlv, !matches!(first, 0x00 | 0xFF) && bytes.len() > 2),
    ];
    candidates
        .into_iter()
        .filter(|(kind, begins)| *begins && kind.check(bytes).is_ok())
        .map(|(kind, _)| kind)
        .collect()
}

/// Whole records, one behind the other.
fn records(bytes: &[u8]) -> Result<(), DecodeError> {
    let mut at = 0;
    loop {
        let read = Record::read(&bytes[at..]).map_err(|error| error.shifted(at))?;
        let Some((_, length)) = read else {
            // What is cut off is refused with its place; of nothing nothing is cut off.
            return match bytes.len() > at || at == 0 {
                true => Record::decode(&bytes[at..])
                    .map(drop)
                    .map_err(|error| error.shifted(at)),
                false => Ok(()),
            };
        };
        at += length;
    }
}

/// A class and an instruction that a card of the field knows.
fn is_command(bytes: &[u8]) -> bool {
    let class = matches!(
        bytes.first(),
        Some(0x00..=0x0F | 0x40..=0x4F | 0x80..=0x8F | 0xA0)
    );
    let named = |ins: &u8| !instruction_name(*ins).starts_with("INS");
    class && bytes.get(1).is_some_and(named)
}

/// A status word alone, or behind a template.
fn is_response(bytes: &[u8]) -> bool {
    let Some((body, [sw1, _])) = bytes.split_last_chunk::<2>() else {
        return false;
    };
    let status = matches!(sw1, 0x61..=0x6F | 0x90..=0x9F);
    status && (body.is_empty() || matches!(body.first(), Some(0x62 | 0xD0)))
}

/// Lengths that fit (TS 102 225 §5.1: at least SPI, KIc, KID and TAR in the header).
fn is_packet(bytes: &[u8]) -> bool {
    match bytes {
        [high, low, head, ..] => {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            length + 2 == bytes.len() && *head >= 0x0D && usize::from(*head) < bytes.len()
        }
        _ => false,
    }
}

/// An address as it must be: a length that is one, a type of number (TS 23.040 §9.1.2.5).
fn is_message(bytes: &[u8]) -> bool {
    let (length, kind) = match bytes {
        [first, length, kind, ..] if first & 3 == 0 => (length, kind),
        [first, _, length, kind, ..] if first & 3 == 1 => (length, kind),
        _ => return false,
    };
    *length <= 20 && kind & 0x80 != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;

    #[test]
    fn worked_bytes_are_known_by_themselves() {
        for (text, kind) in [
            ("00A4040C10A0000000871002FFFFFFFF8903020000", Kind::Command),
            ("3B94968001444F4F5295", Kind::Atr),
            ("FF10957A", Kind::Pps),
            ("9000", Kind::Response),
            (
                "D0158103012180820281028D0A04446F6F72206F70656E",
                Kind::ProactiveCommand,
            ),
            ("D60B8202828199010A38028100", Kind::Envelope),
            ("810301130082028281830100", Kind::TerminalResponse),
            (
                "040B910100000000F000006211224172650005C8329BFD06",
                Kind::Sms,
            ),
            (
                "00281516090202B00000C450FC44C5335BD88E6C5CE824312298BEAB3190EE4B0D0793CFBFD17055B7C8",
                Kind::SecuredPacket,
            ),
            (
                "02040401000000000000000000000000A0A40000023F009F16",
                Kind::Gsmtap,
            ),
            (
                "621A82054221001E0383022F008A01058B032F06018002005A880108",
                Kind::Fcp,
            ),
            ("00000500A4040000A5", Kind::T1Block),
            ("14030300010115030300020214", Kind::Tls),
            (
                "D2844DA201260448EDDE17664DB784E6A05842A601010269646D73632E6361726403190A1F0474494D45493A343933303035313030353932383030051A6AC5068806724361736520343731313A206E65772041504E5840B4F8C42BFB3AC173B2614B69BD2E686A3D8F1B3501692ABBC4D171A63CFF0C382976E04FD0BA3DA0549B2DE8B914177A33490A55B053099E064E1AB7D9B75EBF",
                Kind::Cose,
            ),
        ] {
            let bytes = hex::decode(text).unwrap();
            let found = guesses(&bytes);
            assert_eq!(found.first(), Some(&kind), "{text}: {found:?}");
            assert!(!kind.fields(&bytes).is_empty());
            assert_eq!(kind.check(&bytes), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_is_nothing_is_nothing() {
        for text in ["", "00", "48656C6C6F", "FFFFFFFF"] {
            assert_eq!(guesses(&hex::decode(text).unwrap()), [], "{text}");
        }
    }
}
