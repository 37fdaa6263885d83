//! The versions of the tools. Each is written in one place, the file of the tool that insists
//! on it, and read from there.

use crate::{Outcome, run};
use std::path::Path;

/// The versions this workspace builds with.
pub(crate) struct Pins {
    /// `trunk-version` in Trunk.toml.
    pub(crate) trunk: String,
    /// The library's version in Cargo.lock; the command line tool must be the same.
    pub(crate) wasm_bindgen: String,
    /// `wasm_opt` in Trunk.toml, as Binaryen counts its releases.
    pub(crate) binaryen: String,
}

impl Pins {
    pub(crate) fn read() -> Outcome<Self> {
        let root = run::root();
        let trunk_toml = text(&root.join("Trunk.toml"))?;
        let cargo_lock = text(&root.join("Cargo.lock"))?;
        Ok(Self {
            trunk: after(&trunk_toml, "trunk-version = \"=", "Trunk.toml")?,
            wasm_bindgen: after(
                &cargo_lock,
                "name = \"wasm-bindgen\"\nversion = \"",
                "Cargo.lock",
            )?,
            binaryen: after(&trunk_toml, "wasm_opt = \"version_", "Trunk.toml")?,
        })
    }
}

/// The text of a file.
pub(crate) fn text(file: &Path) -> Outcome<String> {
    std::fs::read_to_string(file)
        .map(|text| text.replace("\r\n", "\n"))
        .map_err(|error| format!("{} could not be read: {error}.", file.display()))
}

/// The text between `mark` and the next double quote.
fn after(text: &str, mark: &str, file: &str) -> Outcome<String> {
    text.split_once(mark)
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(value, _)| value.to_owned())
        .ok_or_else(|| format!("{file} no longer has a line with `{mark}…\"`, from which the version of a tool is read."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_where_they_are_written() {
        let pins = Pins::read().unwrap();
        for version in [&pins.trunk, &pins.wasm_bindgen, &pins.binaryen] {
            assert!(
                version.starts_with(|c: char| c.is_ascii_digit()),
                "{version}"
            );
        }
    }

    #[test]
    fn a_missing_version_names_its_file() {
        let error = after("nothing", "wasm_opt = \"", "Trunk.toml").unwrap_err();
        assert!(error.contains("Trunk.toml"), "{error}");
    }
}
