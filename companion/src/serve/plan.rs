//! What the server is to do: read from a file, or a few questions about the device.

use crate::decode::{Form, Kind, Model, detect_markup, readable, said};
use crate::{input, print};
use dmsc_core::codec::tnds::Document;
use dmsc_core::server::{Object, Operation, OperationKind, Plan};
use std::path::PathBuf;

/// What every device can say of itself (DM StdObj §5).
const QUESTIONS: [&str; 6] = [
    "./DevInfo/DevId",
    "./DevInfo/Man",
    "./DevInfo/Mod",
    "./DevInfo/Lang",
    "./DevDetail/FwV",
    "./DevDetail/SwV",
];

/// The plan of a file; without one, the device is read.
pub(super) fn read(file: Option<&PathBuf>) -> Result<Plan, String> {
    let Some(file) = file else {
        return Ok(Plan {
            operations: QUESTIONS.map(get).to_vec(),
        });
    };
    let bytes = input::read(Some(file))?;
    let Some(kind @ Kind::Markup(Model::Tnds, form)) = detect_markup(&bytes) else {
        return Err(format!("{} is no TNDS document", file.display()));
    };
    let document = match form {
        Form::Wbxml => Document::decode_wbxml(&bytes),
        Form::Xml => Document::decode_xml(&bytes),
    };
    match document {
        Ok(document) => Ok(Plan::from_documents(&Document::default(), &document)),
        Err(error) => {
            print(&readable(kind, &bytes, false))?;
            Err(format!(
                "{}: {}",
                file.display(),
                said(kind, &bytes, &error)
            ))
        }
    }
}

fn get(uri: &str) -> Operation {
    Operation {
        kind: OperationKind::Get,
        uri: uri.to_owned(),
        object: Object::None,
    }
}
