//! What `decode` and `encode` read: a file or standard input, raw bytes or hex text.

use dmsc_core::codec::hex;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Largest document that is taken, bytes.
const MAX_DOCUMENT: usize = 1 << 20;
/// Hex text has two digits and perhaps a space for each byte.
const MAX_INPUT: usize = 4 * MAX_DOCUMENT;

/// The bytes of a file; of standard input when there is none or it is `-`.
pub(crate) fn read(file: Option<&PathBuf>) -> Result<Vec<u8>, String> {
    let text = read_text(file)?;
    bytes_of(file, text)
}

/// What a file holds as it stands, hex or not.
pub(crate) fn read_text(file: Option<&PathBuf>) -> Result<Vec<u8>, String> {
    let bytes = match path(file) {
        Some(path) => std::fs::File::open(path).and_then(limited),
        None => limited(std::io::stdin()),
    };
    bytes.map_err(|e| format!("{} cannot be read: {e}", name(file)))
}

/// The bytes that hex text means, or the text itself.
pub(crate) fn bytes_of(file: Option<&PathBuf>, text: Vec<u8>) -> Result<Vec<u8>, String> {
    let bytes = from_hex(&text)?.unwrap_or(text);
    let name = name(file);
    if bytes.is_empty() {
        return Err(format!("{name} is empty"));
    }
    if bytes.len() > MAX_DOCUMENT {
        return Err(format!(
            "{name} has more than the {MAX_DOCUMENT} octets that are taken"
        ));
    }
    Ok(bytes)
}

fn path(file: Option<&PathBuf>) -> Option<&Path> {
    file.map(PathBuf::as_path).filter(|f| *f != Path::new("-"))
}

fn name(file: Option<&PathBuf>) -> String {
    match path(file) {
        Some(path) => path.display().to_string(),
        None => "standard input".to_owned(),
    }
}

fn limited(from: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MAX_INPUT as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Bytes written as hex; `None` when the text is something else. No document of any kind here
/// consists of hex digits and white space alone.
fn from_hex(text: &[u8]) -> Result<Option<Vec<u8>>, String> {
    let is_hex = text
        .iter()
        .all(|b| b.is_ascii_hexdigit() || b.is_ascii_whitespace())
        && text.iter().any(u8::is_ascii_hexdigit);
    if !is_hex || text.len() > MAX_INPUT {
        return Ok(None);
    }
    // Only ASCII is left, so nothing is lost.
    match hex::decode(&String::from_utf8_lossy(text)) {
        Some(bytes) => Ok(Some(bytes)),
        None => {
            Err("the hex text has a digit without a partner; each octet has two digits".to_owned())
        }
    }
}
