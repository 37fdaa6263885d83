//! The card as rows: sections, what is in them, and what became of it between two moments.
//!
//! Knows no commands; what files mean the engine has told.

mod contents;
mod sections;

use crate::engine::FileParts;
use crate::panes::tree::layout::Sign;
use crate::playback::Run;
use crate::state::side::Branches;
use crate::words::{fill, say};
use dmsc_core::trace::card::{CardFile, CardMoment};
use sections::{Fact, Section};
use std::sync::Arc;

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// The head of a section.
    Section,
    /// A name and a value.
    Fact,
    /// A file or a directory; the key is its path.
    File,
    /// The head of a group of details of the chosen file.
    Group,
    /// A detail of the chosen file.
    Detail,
    /// Octets of the chosen file.
    Octets,
}

/// One visible row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardRow {
    /// What it is.
    pub kind: RowKind,
    /// Path of a file; for others a text that no two rows have in common.
    pub key: String,
    /// What is named.
    pub name: String,
    /// A few letters more: the identifier of a file.
    pub note: String,
    /// How deep it stands.
    pub level: usize,
    /// There is something below it.
    pub openable: bool,
    /// It is shown.
    pub open: bool,
    /// What became of it.
    pub sign: Sign,
    /// What became of what is hidden below it: the strongest.
    pub below: Sign,
    /// What it is at.
    pub value: String,
    /// What it was at when that was another: a file at the moment compared with, anything
    /// else just before the present.
    pub old: Option<String>,
    /// Size, clause, number.
    pub aside: String,
    /// The present changed it.
    pub fresh: bool,
    /// The file that the card has selected.
    pub selected: bool,
    /// The file that the person has chosen.
    pub chosen: bool,
}

/// The card at one moment, compared with another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// From top to bottom.
    pub rows: Vec<CardRow>,
    /// How much was added.
    pub added: usize,
    /// How much became another.
    pub replaced: usize,
    /// How much is no longer there.
    pub deleted: usize,
}

/// What shall be laid out.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// The card to compare with.
    pub before: &'a CardMoment,
    /// The card just before the present.
    pub last: &'a CardMoment,
    /// The card.
    pub now: &'a CardMoment,
    /// Sections and directories opened and closed by hand.
    pub branches: &'a Branches,
    /// Path of the chosen file.
    pub chosen: Option<&'a str>,
    /// Octets of an opened file on a line.
    pub line: usize,
    /// The run, which knows what files hold.
    pub run: &'a Run,
    /// What the chosen file means, once it is known.
    pub parts: Option<&'a FileParts>,
}

/// Key of the section of files.
pub const FILES: &str = "files";

impl Card {
    /// Lays out the card.
    pub fn new(question: &Question<'_>) -> Self {
        let mut card = Card::default();
        let [before, last, now] =
            [question.before, question.last, question.now].map(sections::sections);
        for ((now, before), last) in now.into_iter().zip(before).zip(last) {
            card.section(question, now, &before, &last);
        }
        card.files(question);
        card
    }

    fn count(&mut self, sign: Sign) {
        match sign {
            Sign::Same => {}
            Sign::Added => self.added += 1,
            Sign::Replaced => self.replaced += 1,
            Sign::Deleted => self.deleted += 1,
        }
    }

    fn section(&mut self, question: &Question<'_>, now: Section, before: &Section, last: &Section) {
        let open = question.is_open(now.key, now.open);
        let head = self.rows.len();
        self.rows.push(CardRow {
            openable: !now.facts.is_empty(),
            open,
            value: now.value,
            ..CardRow::new(RowKind::Section, now.key, now.name, 0)
        });
        let (mut below, mut fresh_below) = (Sign::Same, false);
        for (fact, sign) in compared(now.facts, &before.facts) {
            self.count(sign);
            below = below.max(sign);
            let fresh = sign != Sign::Same && !last.facts.contains(&fact);
            fresh_below |= fresh;
            if open {
                let was = last.facts.iter().find(|was| was.key == fact.key);
                let was = was.filter(|was| fresh && was.value != fact.value);
                self.rows.push(CardRow {
                    sign,
                    old: was.map(|was| was.value.clone()),
                    fresh,
                    note: fact.note,
                    value: fact.value,
                    aside: fact.aside,
                    ..CardRow::new(RowKind::Fact, &fact.key, &fact.name, 1)
                });
            }
        }
        if !open {
            self.rows[head].below = below;
            self.rows[head].fresh = fresh_below;
        }
    }

    fn files(&mut self, question: &Question<'_>) {
        let files = &question.now.files;
        let open = question.is_open(FILES, true);
        let head = self.rows.len();
        let selected = sections::selected(question.now);
        self.rows.push(CardRow {
            openable: !files.is_empty(),
            open,
            value: match files.iter().find(|file| file.path == selected) {
                Some(file) => fill(
                    "card.files-selected",
                    &[
                        ("count", files.len().to_string()),
                        ("file", title(file).to_owned()),
                    ],
                ),
                None => fill("card.files", &[("count", files.len().to_string())]),
            },
            ..CardRow::new(RowKind::Section, FILES, say("card.section-files"), 0)
        });
        let below = self.file(question, 0, 1, open);
        if !open {
            self.rows[head].below = below;
        }
    }

    /// Lays out a file with all below it; gives the strongest sign among them.
    fn file(&mut self, question: &Question<'_>, index: usize, level: usize, visible: bool) -> Sign {
        let files = &question.now.files;
        let Some(file) = files.get(index) else {
            return Sign::Same;
        };
        let changed = |other: &CardMoment| match other.files.get(index) {
            Some(before) => !Arc::ptr_eq(before, file) && before != file,
            None => true,
        };
        let sign = match question.before.files.get(index) {
            Some(_) if changed(question.before) => Sign::Replaced,
            Some(_) => Sign::Same,
            None => Sign::Added,
        };
        self.count(sign);
        let children: Vec<usize> = (index + 1..files.len())
            .filter(|at| files[*at].parent == index && file.is_directory())
            .collect();
        let chosen = question.chosen == Some(&file.path);
        let open = question.is_open(&file.path, level < 2);
        let row = self.rows.len();
        if visible {
            let selected = sections::selected(question.now) == file.path;
            let old = question.before.files.get(index);
            let old = old.map(|file| summary(question.run, file));
            let value = summary(question.run, file);
            self.rows.push(CardRow {
                note: file.fid().to_owned(),
                openable: !file.is_directory() || !children.is_empty(),
                open: if file.is_directory() { open } else { chosen },
                sign,
                old: old.filter(|old| sign == Sign::Replaced && *old != value),
                value,
                aside: size(file),
                fresh: sign != Sign::Same && changed(question.last),
                selected,
                chosen,
                ..CardRow::new(RowKind::File, &file.path, title(file), level)
            });
            if chosen {
                contents::details(
                    file,
                    question.parts,
                    level + 1,
                    question.line,
                    &mut self.rows,
                );
            }
        }
        let mut below = Sign::Same;
        for child in children {
            below = below.max(self.file(question, child, level + 1, visible && open));
        }
        if visible && !open {
            self.rows[row].below = below;
        }
        sign.max(below)
    }
}

impl CardRow {
    fn new(kind: RowKind, key: &str, name: &str, level: usize) -> Self {
        CardRow {
            kind,
            key: key.to_owned(),
            name: name.to_owned(),
            note: String::new(),
            level,
            openable: false,
            open: false,
            sign: Sign::Same,
            below: Sign::Same,
            value: String::new(),
            old: None,
            aside: String::new(),
            fresh: false,
            selected: false,
            chosen: false,
        }
    }
}

impl Question<'_> {
    fn is_open(&self, key: &str, by_itself: bool) -> bool {
        self.branches.get(key).copied().unwrap_or(by_itself)
    }
}

/// The facts now, each with what became of it; what is gone comes last.
fn compared(now: Vec<Fact>, before: &[Fact]) -> Vec<(Fact, Sign)> {
    let gone: Vec<Fact> = before
        .iter()
        .filter(|old| now.iter().all(|fact| fact.key != old.key))
        .cloned()
        .collect();
    let mut all: Vec<_> = now
        .into_iter()
        .map(|fact| match before.iter().find(|old| old.key == fact.key) {
            None => (fact, Sign::Added),
            Some(old) if *old == fact => (fact, Sign::Same),
            Some(_) => (fact, Sign::Replaced),
        })
        .collect();
    all.extend(gone.into_iter().map(|fact| (fact, Sign::Deleted)));
    all
}

/// The directories above a file, which must be open for it to be seen.
pub fn above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(path.rsplit_once('/').map(|(above, _)| above), |path| {
        path.rsplit_once('/').map(|(above, _)| above)
    })
}

fn title(file: &CardFile) -> &str {
    match file.name.as_str() {
        "" => file.fid(),
        name => name,
    }
}

/// What a file holds, in one line.
fn summary(run: &Run, file: &CardFile) -> String {
    let text = run.summary(file);
    if file.active {
        text.to_owned()
    } else {
        [say("card.deactivated"), text].join("  ")
    }
}

/// How large a file is: octets, or records times octets.
fn size(file: &CardFile) -> String {
    use dmsc_core::trace::card::FileKind;
    match (file.kind, file.contents.as_slice()) {
        (FileKind::Directory, _) => String::new(),
        (FileKind::Transparent, [octets]) => format!("{} B", octets.len()),
        (_, [first, ..]) => format!("{} × {}", file.contents.len(), first.len()),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests;
