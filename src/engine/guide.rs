//! Texts of the guide: a Markdown file for each story, by its id, and one that they share.
//!
//! They come with a run, so that the page's own program does not grow with each story.

use include_dir::{Dir, include_dir};

static GUIDE: Dir = include_dir!("$CARGO_MANIFEST_DIR/static/guide");

/// Name of the file that all stories share.
const EVENTS: &str = "events";

/// Name and text of each file.
pub fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
    GUIDE.files().filter_map(|file| {
        let name = file.path().file_stem()?.to_str()?;
        Some((name, file.contents_utf8()?))
    })
}

/// The files of a story, its own first.
pub(super) fn of_story(id: &str) -> Vec<(String, String)> {
    [id, EVENTS]
        .into_iter()
        .filter_map(|wanted| files().find(|(name, _)| *name == wanted))
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect()
}
