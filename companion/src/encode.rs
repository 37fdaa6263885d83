//! `dmsc encode`: a message, a TNDS or a provisioning document from one form to the other, by
//! way of the core's values, so that what comes out is what this core writes.

use crate::decode::{Kind, Model, compare, detect_markup, said};
use crate::input;
use clap::{Args, ValueEnum};
use dmsc_core::codec::markup::Form;
use dmsc_core::codec::syncml::{Encoding, Message};
use dmsc_core::codec::{DecodeError, ddf, devinf, hex, prov, tnds};
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `dmsc encode`.
#[derive(Args)]
pub(crate) struct EncodeArguments {
    /// The form to write.
    #[arg(long, value_enum)]
    to: To,
    /// Write WBXML as hex text.
    #[arg(long)]
    hex: bool,
    /// Write nothing when anything would be left out or change its place, which is said in any
    /// case.
    #[arg(long)]
    strict: bool,
    /// File with the document in either form, raw or as hex text; standard input when absent
    /// or `-`.
    file: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum To {
    Wbxml,
    Xml,
}

/// Writes the document; after an error nothing has been written.
pub(crate) fn encode(arguments: &EncodeArguments) -> Result<ExitCode, String> {
    let bytes = input::read(arguments.file.as_ref())?;
    let Some(kind @ Kind::Markup(model, from)) = detect_markup(&bytes) else {
        return Err(NO_DOCUMENT.to_owned());
    };
    let written = match model {
        // What is none of the others is refused by its root, as no message.
        Model::Message | Model::Part | Model::Other => message(&bytes, from, arguments.to),
        Model::Tnds => tree(&bytes, from, arguments.to),
        Model::Ddf => description(&bytes, from, arguments.to),
        Model::DevInf => information(&bytes, from, arguments.to),
        Model::Prov => provisioning(&bytes, from, arguments.to),
    };
    let mut written = written.map_err(|error| said(kind, &bytes, &error))?;
    let to = match arguments.to {
        To::Wbxml => Form::Wbxml,
        To::Xml => Form::Xml,
    };
    let lost = compare((from, &bytes), (to, &written));
    if arguments.strict && lost > 0 {
        return Err(
            "not written, as --strict says: what is remarked would be lost, or change its place"
                .to_owned(),
        );
    }
    if arguments.to == To::Xml {
        if !written.ends_with(b"\n") {
            written.push(b'\n');
        }
    } else if arguments.hex {
        written = format!("{}\n", hex::spaced(&written)).into_bytes();
    }
    crate::print_bytes(&written)?;
    Ok(ExitCode::SUCCESS)
}

const NO_DOCUMENT: &str = "this is neither XML nor WBXML of a message, a TNDS, a device description, a DevInf or a \
     provisioning document";

fn message(bytes: &[u8], from: Form, to: To) -> Result<Vec<u8>, DecodeError> {
    let from = match from {
        Form::Wbxml => Encoding::Wbxml,
        Form::Xml => Encoding::Xml,
    };
    let to = match to {
        To::Wbxml => Encoding::Wbxml,
        To::Xml => Encoding::Xml,
    };
    Ok(Message::decode(bytes, from)?.encode(to))
}

fn tree(bytes: &[u8], from: Form, to: To) -> Result<Vec<u8>, DecodeError> {
    let document = match from {
        Form::Wbxml => tnds::Document::decode_wbxml(bytes)?,
        Form::Xml => tnds::Document::decode_xml(bytes)?,
    };
    Ok(match to {
        To::Wbxml => document.encode_wbxml(),
        To::Xml => document.encode_xml().into_bytes(),
    })
}

fn description(bytes: &[u8], from: Form, to: To) -> Result<Vec<u8>, DecodeError> {
    let document = match from {
        Form::Wbxml => ddf::Document::decode_wbxml(bytes)?,
        Form::Xml => ddf::Document::decode_xml(bytes)?,
    };
    Ok(match to {
        To::Wbxml => document.encode_wbxml(),
        To::Xml => document.encode_xml().into_bytes(),
    })
}

fn information(bytes: &[u8], from: Form, to: To) -> Result<Vec<u8>, DecodeError> {
    let document = match from {
        Form::Wbxml => devinf::Document::decode_wbxml(bytes)?,
        Form::Xml => devinf::Document::decode_xml(bytes)?,
    };
    Ok(match to {
        To::Wbxml => document.encode_wbxml(),
        To::Xml => document.encode_xml().into_bytes(),
    })
}

fn provisioning(bytes: &[u8], from: Form, to: To) -> Result<Vec<u8>, DecodeError> {
    let document = match from {
        Form::Wbxml => prov::Document::decode_wbxml(bytes)?,
        Form::Xml => prov::Document::decode_xml(bytes)?,
    };
    Ok(match to {
        To::Wbxml => document.encode_wbxml(),
        To::Xml => document.encode_xml().into_bytes(),
    })
}
