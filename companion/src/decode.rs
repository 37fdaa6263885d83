//! `dmsc decode`: bytes to the core's fields, a line for each.
//!
//! What the bytes are is told by their beginning alone; whether they are right is for the
//! codecs to say. Holds no format but that of its lines.

use crate::ladder::plain;
use crate::{exchanges, input, print};
use clap::{Args, ValueEnum};
use dmsc_core::codec::ef::Home;
use dmsc_core::codec::markup::Form;
use dmsc_core::codec::markup::document::Document;
use dmsc_core::codec::notification::{self, Package0};
use dmsc_core::codec::secured_packet::Keys;
use dmsc_core::codec::shown::kind::{self, Kind as Wire};
use dmsc_core::codec::syncml::{Encoding, Message};
use dmsc_core::codec::vocabulary::wbxml::Vocabulary;
use dmsc_core::codec::wbxml;
use dmsc_core::codec::wsp::{Push, Token};
use dmsc_core::codec::{DecodeError, Field, ddf, devinf, hex, prov, shown, tnds, xml};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Arguments of `dmsc decode`.
#[derive(Args)]
pub(crate) struct DecodeArguments {
    /// What the bytes are.
    #[arg(long, value_enum, default_value_t = Asked::Auto)]
    kind: Asked,
    /// Path of the file whose contents the bytes are, from the MF: `7FFF/6F07`.
    #[arg(long, value_name = "PATH")]
    ef: Option<String>,
    /// Keys of a secured packet in hex: for ciphering, and behind a colon for the checksum when
    /// that is another.
    #[arg(long, value_name = "HEX[:HEX]")]
    key: Option<String>,
    /// PIN of the user, with which the MAC of a push is checked.
    #[arg(long, value_name = "DIGITS")]
    pin: Option<String>,
    /// PIN of the network in hex, such as the IMSI in semi-octets, with which the MAC of a push is
    /// checked.
    #[arg(long, value_name = "HEX")]
    network_pin: Option<String>,
    /// Also print why each field is there.
    #[arg(long)]
    notes: bool,
    /// File of raw bytes or hex text; standard input when absent or `-`.
    file: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Asked {
    /// Told by the content.
    Auto,
    /// Any WBXML document.
    Wbxml,
    /// A DM message in WBXML or XML.
    Syncml,
    /// Part of a management tree in WBXML or XML.
    Tnds,
    /// A device description in WBXML or XML.
    Ddf,
    /// A provisioning document in WBXML or XML.
    Prov,
    /// A notification without carrier.
    Package0,
    /// A WSP push.
    Wsp,
    /// A command APDU.
    Apdu,
    /// A response APDU.
    Response,
    /// Commands and responses in hex, a line each or a pair on a line.
    Log,
    /// An answer to reset.
    Atr,
    /// Protocol and parameters selection.
    Pps,
    /// File control parameters.
    Fcp,
    /// Contents of an elementary file; `--ef` says which.
    Ef,
    /// A proactive command.
    Proactive,
    /// An envelope.
    Envelope,
    /// The objects of a TERMINAL RESPONSE.
    TerminalResponse,
    /// An SMS TPDU.
    Sms,
    /// A command packet of remote management; `--key` opens it.
    Packet,
    /// BER-TLV objects.
    Tlv,
    /// A block of T=1.
    T1,
    /// A GSMTAP packet.
    Gsmtap,
    /// Records of TLS.
    Tls,
    /// A signed order or receipt, COSE_Sign1.
    Cose,
    /// A capture file, pcap or pcapng.
    Pcap,
}

/// What bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Markup(Model, Form),
    Package0,
    Wsp,
    /// A format of card or air.
    Wire(Wire),
}

/// Which value markup stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Model {
    Message,
    Tnds,
    Ddf,
    Prov,
    DevInf,
    /// Commands, or other parts of a message, without the message around them.
    Part,
    /// Any other document: only its form is checked.
    Other,
}

/// Prints what can be read; an error says why the rest cannot.
pub(crate) fn decode(arguments: &DecodeArguments) -> Result<ExitCode, String> {
    let text = input::read_text(arguments.file.as_ref())?;
    let is_auto = arguments.kind == Asked::Auto && arguments.ef.is_none();
    if arguments.kind == Asked::Log || is_auto && exchanges::is_log(&text) {
        print(&exchanges::log(&text, arguments.notes)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let bytes = input::bytes_of(arguments.file.as_ref(), text)?;
    if arguments.kind == Asked::Pcap || is_auto && exchanges::is_capture(&bytes) {
        print(&exchanges::capture(&bytes, arguments.notes)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let kind = match arguments.kind {
        Asked::Auto | Asked::Ef if arguments.ef.is_some() => Kind::Wire(elementary_file(
            arguments.ef.as_deref().unwrap_or_default(),
        )?),
        Asked::Ef => return Err("--kind ef needs --ef PATH, such as 7FFF/6F07".to_owned()),
        Asked::Auto => detect(&bytes).ok_or_else(|| {
            "these octets are nothing known here: no document, no push, no notification, nothing \
             of a card; --kind says what they are"
                .to_owned()
        })?,
        Asked::Apdu => Kind::Wire(Wire::Command),
        Asked::Response => Kind::Wire(Wire::Response),
        Asked::Atr => Kind::Wire(Wire::Atr),
        Asked::Pps => Kind::Wire(Wire::Pps),
        Asked::Fcp => Kind::Wire(Wire::Fcp),
        Asked::Proactive => Kind::Wire(Wire::ProactiveCommand),
        Asked::Envelope => Kind::Wire(Wire::Envelope),
        Asked::TerminalResponse => Kind::Wire(Wire::TerminalResponse),
        Asked::Sms => Kind::Wire(Wire::Sms),
        Asked::Packet => Kind::Wire(Wire::SecuredPacket),
        Asked::Tlv => Kind::Wire(Wire::Tlv),
        Asked::T1 => Kind::Wire(Wire::T1Block),
        Asked::Gsmtap => Kind::Wire(Wire::Gsmtap),
        Asked::Tls => Kind::Wire(Wire::Tls),
        Asked::Cose => Kind::Wire(Wire::Cose),
        Asked::Log | Asked::Pcap => return Err("nothing to read".to_owned()),
        Asked::Wbxml => Kind::Markup(Model::Other, Form::Wbxml),
        Asked::Syncml => Kind::Markup(Model::Message, form(&bytes)),
        Asked::Tnds => Kind::Markup(Model::Tnds, form(&bytes)),
        Asked::Ddf => Kind::Markup(Model::Ddf, form(&bytes)),
        Asked::Prov => Kind::Markup(Model::Prov, form(&bytes)),
        Asked::Package0 => Kind::Package0,
        Asked::Wsp => Kind::Wsp,
    };
    let text = match (kind, &arguments.key) {
        (Kind::Wire(wire), Some(key)) => {
            let (ciphering, checking) = keys(key)?;
            let keys = Keys {
                ciphering: &ciphering,
                checking: &checking,
            };
            listed(
                kind,
                &bytes,
                &wire.fields_with(&bytes, &keys),
                arguments.notes,
            )
        }
        (_, Some(_)) => return Err("--key is for secured packets".to_owned()),
        (_, None) => readable(kind, &bytes, arguments.notes),
    };
    print(&text)?;
    check(kind, &bytes).map_err(|error| said(kind, &bytes, &error))?;
    remark(kind, &bytes);
    if arguments.pin.is_none() && arguments.network_pin.is_none() {
        return Ok(ExitCode::SUCCESS);
    }
    proof(arguments, kind, &bytes)
}

/// Whether the MAC of a push is right by the PINs of the command line (OMA ProvBoot §5.2).
fn proof(arguments: &DecodeArguments, kind: Kind, bytes: &[u8]) -> Result<ExitCode, String> {
    let network_pin = arguments.network_pin.as_deref().unwrap_or_default();
    let network_pin = hex::decode(network_pin).ok_or("--network-pin takes hex digits")?;
    let user_pin = arguments.pin.as_deref().unwrap_or_default();
    let push = match kind {
        Kind::Wsp => Push::decode(bytes).map_err(|error| error.to_string())?,
        _ => return Err("--pin and --network-pin are for pushes".to_owned()),
    };
    let Some(is_right) = push.is_proved_by(&network_pin, user_pin) else {
        return Err("the push has no SEC and MAC that a PIN could be held against".to_owned());
    };
    let words = if is_right { "right" } else { "wrong" };
    print(&format!("The MAC is {words} by this PIN.\n"))?;
    Ok(if is_right {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Says on standard error what a document has that its value does not keep.
fn remark(kind: Kind, bytes: &[u8]) {
    if let Kind::Markup(model, form) = kind {
        let remarks = shown::remarks(&arena(bytes, form, model == Model::Part));
        say(remarks, form, bytes);
    }
}

/// What one form of a document says and the other does not, said on standard error; how many
/// things that are. Of parameters that have to change places too.
pub(crate) fn compare(before: (Form, &[u8]), after: (Form, &[u8])) -> usize {
    let document = arena(before.1, before.0, false);
    let mut remarks = shown::left_out(&document, &arena(after.1, after.0, false));
    if document.vocabulary == Vocabulary::Prov {
        remarks.extend(shown::remarks(&document));
    }
    let count = remarks.len();
    say(remarks, before.0, before.1);
    count
}

fn arena(bytes: &[u8], form: Form, is_part: bool) -> Document<'_> {
    match form {
        Form::Wbxml => wbxml::parse(bytes).document,
        Form::Xml if is_part => xml::parse_part(bytes).document,
        Form::Xml => xml::parse(bytes).document,
    }
}

fn say(remarks: shown::Remarks, form: Form, bytes: &[u8]) {
    let more = remarks.len().saturating_sub(MAX_REMARKS);
    for (offset, words) in remarks.into_iter().take(MAX_REMARKS) {
        let words = plain(&words);
        match form {
            Form::Wbxml => eprintln!("remark: at byte {offset}: {words}"),
            Form::Xml => {
                let (line, column) = xml::line_column(bytes, offset);
                eprintln!("remark: line {line}, column {column}: {words}");
            }
        }
    }
    if more > 0 {
        eprintln!("remark: and {more} more of this kind");
    }
}

/// So many remarks are printed; a document of many megabytes may have as many.
const MAX_REMARKS: usize = 20;

/// Every field that can be read, a line each, under a heading.
pub(crate) fn readable(kind: Kind, bytes: &[u8], notes: bool) -> String {
    listed(kind, bytes, &fields(kind, bytes), notes)
}

fn listed(kind: Kind, bytes: &[u8], fields: &[Field], notes: bool) -> String {
    let mut text = format!("{}, {} octets\n", name(kind), bytes.len());
    let widest = bytes.len().to_string().len() * 2 + 2;
    lines(fields, 0, widest, notes, &mut text);
    text
}

/// What bytes are. What begins so that it is hardly anything else goes first, then what can be
/// read whole, then what can be read in part. A digest may look like anything, so a notification
/// that can be read is preferred to a document that can be read only in part.
pub(crate) fn detect(bytes: &[u8]) -> Option<Kind> {
    let wires = kind::guesses(bytes);
    let wire = |sure: bool| wires.iter().find(|wire| wire.is_sure() == sure);
    if let Some(sure) = wire(true) {
        return Some(Kind::Wire(*sure));
    }
    let markup = detect_markup(bytes);
    let whole = |kind: &Kind| match kind {
        Kind::Markup(_, Form::Wbxml) => wbxml::document(bytes).is_ok(),
        Kind::Markup(_, Form::Xml) => true,
        _ => false,
    };
    if let Some(kind) = markup.filter(whole) {
        return Some(kind);
    }
    let push = Push::decode(bytes).ok();
    if push.as_ref().is_some_and(|push| pushed(push).is_some()) {
        return Some(Kind::Wsp);
    }
    let version = |b: &[u8]| u16::from(b[0]) << 2 | u16::from(b[1]) >> 6;
    let version = bytes.get(16..18).map(version);
    if version == Some(notification::VERSION) || is_notification(bytes, version) {
        return Some(Kind::Package0);
    }
    if push.is_some() {
        return Some(Kind::Wsp);
    }
    if let Some(wire) = wire(false) {
        return Some(Kind::Wire(*wire));
    }
    // The version of WBXML is no character of text.
    let begins = matches!(bytes.first(), Some(1..=3));
    markup.or(begins.then_some(Kind::Markup(Model::Other, Form::Wbxml)))
}

/// A notification of another version: a version there could be, and a server's name in text.
fn is_notification(bytes: &[u8], version: Option<u16>) -> bool {
    let named = |package: Package0| package.server_id.bytes().all(|b| b.is_ascii_graphic());
    matches!(version, Some(10..=30)) && Package0::decode(bytes).is_ok_and(named)
}

/// A file by its path from the MF.
fn elementary_file(path: &str) -> Result<Wire, String> {
    let wrong = || format!("\"{path}\" is no path of a file: it looks like 7FFF/6F07");
    let parts: Result<Vec<u16>, _> = path
        .split('/')
        .map(|part| u16::from_str_radix(part, 16))
        .collect();
    let parts = parts.map_err(|_| wrong())?;
    let (fid, above) = parts.split_last().ok_or_else(wrong)?;
    let home = match above.last() {
        // The application of a card whose type is not told is taken for a USIM.
        Some(0x7FFF) => Home::Usim,
        Some(0x7F50) => Home::Pkcs15,
        Some(directory) => Home::of(*directory, None).ok_or_else(|| {
            format!("what {directory:04X} holds is not known here; known are 3F00, 7FFF, 7F10, 7F20, 7F25, 7F50, 5F3A")
        })?,
        None if fid >> 8 == 0x2F => Home::Card,
        None => Home::Usim,
    };
    Ok(Wire::Ef { home, fid: *fid })
}

/// Both keys; one alone is for both purposes.
fn keys(text: &str) -> Result<(Vec<u8>, Vec<u8>), String> {
    let (ciphering, checking) = text.split_once(':').unwrap_or((text, text));
    let key = |text: &str| {
        hex::decode(text)
            .filter(|key| !key.is_empty())
            .ok_or_else(|| "a key is hex digits, two for each byte".to_owned())
    };
    Ok((key(ciphering)?, key(checking)?))
}

/// Markup whose root or public identifier names it.
pub(crate) fn detect_markup(bytes: &[u8]) -> Option<Kind> {
    let (document, form) = match form(bytes) {
        Form::Xml => (xml::parse(bytes).document, Form::Xml),
        Form::Wbxml => (wbxml::parse(bytes).document, Form::Wbxml),
    };
    let root = document.root().map(|root| document.name(root));
    let model = match (document.vocabulary, root.as_deref()) {
        // Every XML document passes for a message until its root is known.
        (Vocabulary::SyncMl11 | Vocabulary::SyncMl12, Some("SyncML")) => Model::Message,
        (Vocabulary::SyncMl11 | Vocabulary::SyncMl12, None) if form == Form::Wbxml => {
            Model::Message
        }
        (_, Some("MgmtTree")) | (Vocabulary::DmDdf, _) if describes(&document) => Model::Ddf,
        (_, Some("MgmtTree")) | (Vocabulary::DmDdf, _) => Model::Tnds,
        (Vocabulary::Prov, _) => Model::Prov,
        (Vocabulary::DevInf11 | Vocabulary::DevInf12, _) => Model::DevInf,
        (Vocabulary::SyncMl12, Some(root)) if form == Form::Xml && is_part(root) => Model::Part,
        (Vocabulary::Unknown, _) if form == Form::Wbxml => return None,
        _ => Model::Other,
    };
    Some(Kind::Markup(model, form))
}

/// Whether an element stands in a message and is no whole message: documentation shows those.
fn is_part(name: &str) -> bool {
    let tag = Vocabulary::SyncMl12.tag(0, name);
    name != "SyncML" && tag.is_some()
}

/// Whether a document of nodes says what they may be, not what they hold: its first node has
/// framework properties.
fn describes(document: &Document) -> bool {
    let find = |parent: usize, name: &str| {
        let named = |(element, _): &(usize, _)| document.name(*element) == name;
        document.elements(parent).find(named).map(|(at, _)| at)
    };
    document
        .root()
        .and_then(|root| find(root, "Node"))
        .and_then(|node| find(node, "DFProperties"))
        .is_some()
}

/// What is not text is tried as WBXML, whose first byte will be found wrong.
fn form(bytes: &[u8]) -> Form {
    Form::of(bytes).unwrap_or(Form::Wbxml)
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Markup(Model::Message, Form::Wbxml) => "DM message, WBXML",
        Kind::Markup(Model::Message, Form::Xml) => "DM message, XML",
        Kind::Markup(Model::Tnds, Form::Wbxml) => "TNDS, WBXML",
        Kind::Markup(Model::Tnds, Form::Xml) => "TNDS, XML",
        Kind::Markup(Model::Ddf, Form::Wbxml) => "Device description, WBXML",
        Kind::Markup(Model::Ddf, Form::Xml) => "Device description, XML",
        Kind::Markup(Model::Prov, Form::Wbxml) => "Provisioning document, WBXML",
        Kind::Markup(Model::Prov, Form::Xml) => "Provisioning document, XML",
        Kind::Markup(Model::DevInf, Form::Wbxml) => "DevInf, WBXML",
        Kind::Markup(Model::DevInf, Form::Xml) => "DevInf, XML",
        Kind::Markup(Model::Part, _) => "Part of a DM message, XML",
        Kind::Markup(Model::Other, Form::Wbxml) => "WBXML",
        Kind::Markup(Model::Other, Form::Xml) => "XML",
        Kind::Wire(wire) => wire.name(),
        Kind::Package0 => "Package #0",
        Kind::Wsp => "WSP push",
    }
}

fn fields(kind: Kind, bytes: &[u8]) -> Vec<Field> {
    match kind {
        Kind::Markup(Model::Message, form) => {
            let encoding = match form {
                Form::Wbxml => Encoding::Wbxml,
                Form::Xml => Encoding::Xml,
            };
            shown::syncml::fields(bytes, encoding)
        }
        Kind::Markup(Model::Tnds, Form::Wbxml) => shown::tnds::fields(bytes),
        Kind::Markup(Model::Ddf, Form::Wbxml) => shown::ddf::fields(bytes),
        Kind::Markup(Model::Prov, Form::Wbxml) => shown::prov::fields(bytes),
        Kind::Markup(Model::DevInf, Form::Wbxml) => shown::devinf::fields(bytes),
        Kind::Markup(Model::Part | Model::Other, Form::Wbxml) => shown::wbxml::fields(bytes),
        Kind::Markup(Model::Part, Form::Xml) => shown::xml::fields_of_part(bytes),
        Kind::Markup(_, Form::Xml) => shown::xml::fields(bytes),
        Kind::Wire(wire) => wire.fields(bytes),
        Kind::Package0 => shown::notification::fields(bytes),
        Kind::Wsp => shown::wsp::fields(bytes),
    }
}

/// What the content type of a push says its body is.
fn pushed(push: &Push) -> Option<Kind> {
    Some(match push.media_type()? {
        _ if push.is_notification() => Kind::Package0,
        Token::Code(0x36) => Kind::Markup(Model::Prov, Form::Wbxml),
        Token::Text(t) if t == prov::MEDIA_TYPE_WBXML => Kind::Markup(Model::Prov, Form::Wbxml),
        Token::Code(0x42) => Kind::Markup(Model::Message, Form::Wbxml),
        Token::Code(0x43) => Kind::Markup(Model::Message, Form::Xml),
        _ => return None,
    })
}

/// The first thing that is wrong.
fn check(kind: Kind, bytes: &[u8]) -> Result<(), DecodeError> {
    match kind {
        Kind::Markup(Model::Message, Form::Wbxml) => Message::decode_wbxml(bytes).map(drop),
        Kind::Markup(Model::Message, Form::Xml) => Message::decode_xml(bytes).map(drop),
        Kind::Markup(Model::Tnds, Form::Wbxml) => tnds::Document::decode_wbxml(bytes).map(drop),
        Kind::Markup(Model::Tnds, Form::Xml) => tnds::Document::decode_xml(bytes).map(drop),
        Kind::Markup(Model::Ddf, Form::Wbxml) => ddf::Document::decode_wbxml(bytes).map(drop),
        Kind::Markup(Model::Ddf, Form::Xml) => ddf::Document::decode_xml(bytes).map(drop),
        Kind::Markup(Model::Prov, Form::Wbxml) => prov::Document::decode_wbxml(bytes).map(drop),
        Kind::Markup(Model::Prov, Form::Xml) => prov::Document::decode_xml(bytes).map(drop),
        Kind::Markup(Model::DevInf, Form::Wbxml) => devinf::Document::decode_wbxml(bytes).map(drop),
        Kind::Markup(Model::DevInf, Form::Xml) => devinf::Document::decode_xml(bytes).map(drop),
        Kind::Markup(Model::Part | Model::Other, Form::Wbxml) => wbxml::document(bytes).map(drop),
        Kind::Markup(Model::Part, Form::Xml) => match xml::parse_part(bytes).error {
            Some(error) => Err(error),
            None => Ok(()),
        },
        Kind::Markup(Model::Other, Form::Xml) => xml::document(bytes).map(drop),
        Kind::Wire(wire) => wire.check(bytes),
        Kind::Package0 => Package0::decode(bytes).map(drop),
        Kind::Wsp => {
            let push = Push::decode(bytes)?;
            let start = bytes.len() - push.body.len();
            match pushed(&push) {
                Some(kind) => check(kind, &push.body).map_err(|e| e.shifted(start)),
                None => Ok(()),
            }
        }
    }
}

/// The TNDS document of a file, in either form; what could be read of a broken one is printed.
pub(crate) fn document(file: &Path, bytes: &[u8]) -> Result<tnds::Document, String> {
    tree_file(file, bytes, |form| match form {
        Form::Wbxml => tnds::Document::decode_wbxml(bytes),
        Form::Xml => tnds::Document::decode_xml(bytes),
    })
}

/// The device description of a file, in either form; what could be read of a broken one is
/// printed.
pub(crate) fn description(file: &Path, bytes: &[u8]) -> Result<ddf::Document, String> {
    tree_file(file, bytes, |form| match form {
        Form::Wbxml => ddf::Document::decode_wbxml(bytes),
        Form::Xml => ddf::Document::decode_xml(bytes),
    })
}

fn tree_file<T>(
    file: &Path,
    bytes: &[u8],
    read: impl FnOnce(Form) -> Result<T, DecodeError>,
) -> Result<T, String> {
    let shown = file.display();
    let Some(kind @ Kind::Markup(Model::Tnds | Model::Ddf, form)) = detect_markup(bytes) else {
        return Err(format!("{shown} is no MgmtTree document"));
    };
    read(form).or_else(|error| {
        print(&readable(kind, bytes, false))?;
        Err(format!("{shown}: {}", said(kind, bytes, &error)))
    })
}

/// An error as a sentence; in text the place is also told by line and column.
pub(crate) fn said(kind: Kind, bytes: &[u8], error: &DecodeError) -> String {
    match kind {
        Kind::Markup(_, Form::Xml) => {
            let (line, column) = xml::line_column(bytes, error.offset);
            format!("line {line}, column {column}, {error}")
        }
        _ => error.to_string(),
    }
}

/// `range  name: value  [clause]`, parts one step to the right.
pub(crate) fn lines(fields: &[Field], depth: usize, widest: usize, notes: bool, out: &mut String) {
    for field in fields {
        let range = format!("{}..{}", field.range.start, field.range.end);
        let indent = depth * 2;
        let _ = write!(
            out,
            "{range:<widest$}  {:indent$}{}",
            "",
            plain(&field.name)
        );
        if !field.value.is_empty() {
            let _ = write!(out, ": {}", plain(&field.value));
        }
        if !field.clause.is_empty() {
            let _ = write!(out, "  [{}]", field.clause);
        }
        if notes && !field.note.is_empty() {
            let _ = write!(out, "  {}", plain(&field.note));
        }
        out.push('\n');
        lines(&field.children, depth + 1, widest, notes, out);
    }
}
