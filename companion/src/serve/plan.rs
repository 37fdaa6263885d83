//! What the server is to do: read from a file, or a few questions about the device.

use crate::decode::document;
use crate::input;
use dmsc_core::codec::tnds::Document;
use dmsc_core::server::{Operation, Plan, Step};
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
            steps: QUESTIONS.map(get).to_vec(),
        });
    };
    let bytes = input::read(Some(file))?;
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        let after = document(file, &bytes)?;
        return Ok(Plan::from_documents(&Document::default(), &after));
    }
    let shown = file.display();
    let text = std::str::from_utf8(&bytes)
        .map_err(|e| format!("{shown}: at byte {}: no UTF-8", e.valid_up_to()))?;
    Plan::from_json(text).map_err(|e| format!("{shown}: {e}"))
}

fn get(uri: &str) -> Step {
    let target = uri.to_owned();
    Operation::Get { target }.into()
}
