//! A file opened: access rule, file control parameters, octets and what they mean.

use super::{CardRow, RowKind};
use crate::engine::FileParts;
use crate::layout::hex::{line_count, line_range, pieces};
use crate::words::{fill, say};
use dmsc_core::codec::{Field, hex};
use dmsc_core::trace::card::{CardFile, FileKind};

/// Fields in fields that are shown.
const DEEPEST: usize = 6;

/// False where nothing was ever written.
fn is_used(octets: &[u8]) -> bool {
    octets.iter().any(|octet| *octet != 0xFF)
}

/// The rows of an opened file, so many octets on a line.
///
/// What they mean comes once it is known; until then octets and file control parameters stand.
pub(super) fn details(
    file: &CardFile,
    parts: Option<&FileParts>,
    level: usize,
    line: usize,
    rows: &mut Vec<CardRow>,
) {
    let mut out = Out {
        file,
        parts,
        level,
        line: line.max(1),
        first: rows.len(),
        rows,
    };
    out.contents();
    out.group(say("card.rule"), "");
    for (operations, condition) in parts.map_or(&[][..], |parts| &parts.rule) {
        out.detail(operations, condition, "", 0);
    }
    out.group(say("card.fcp"), &hex::spaced(&file.fcp));
    out.fields(parts.map_or(&[], |parts| &parts.parameters), 0);
}

struct Out<'a> {
    file: &'a CardFile,
    parts: Option<&'a FileParts>,
    level: usize,
    /// Octets on a line.
    line: usize,
    /// Row of the first detail.
    first: usize,
    rows: &'a mut Vec<CardRow>,
}

impl Out<'_> {
    fn contents(&mut self) {
        let file = self.file;
        let mut at = 0;
        while let Some(octets) = file.contents.get(at) {
            let unused = file.contents[at..]
                .iter()
                .take_while(|octets| !is_used(octets))
                .count();
            let name = match (file.kind, unused) {
                (FileKind::Transparent, _) => say("card.contents").to_owned(),
                (_, 0 | 1) => fill("card.record", &[("number", (at + 1).to_string())]),
                (_, several) => fill(
                    "card.records",
                    &[
                        ("first", (at + 1).to_string()),
                        ("last", (at + several).to_string()),
                    ],
                ),
            };
            if unused > 0 {
                self.group(&name, say("card.empty"));
                at += unused;
                continue;
            }
            self.group(&name, "");
            let known = self.parts.and_then(|parts| parts.records.get(at));
            self.fields(known.map_or(&[], Vec::as_slice), 0);
            self.octets(octets);
            at += 1;
        }
    }

    fn row(&mut self, kind: RowKind, name: &str, deeper: usize) -> &mut CardRow {
        let at = self.rows.len();
        let key = format!("{}#{}", self.file.path, at - self.first);
        let row = CardRow::new(kind, &key, name, self.level + deeper);
        self.rows.push(row);
        &mut self.rows[at]
    }

    fn group(&mut self, name: &str, value: &str) {
        self.row(RowKind::Group, name, 0).value = value.to_owned();
    }

    fn detail(&mut self, name: &str, value: &str, clause: &str, deeper: usize) {
        let row = self.row(RowKind::Detail, name, deeper);
        row.value = value.to_owned();
        row.aside = clause.to_owned();
    }

    fn fields(&mut self, fields: &[Field], deeper: usize) {
        for field in fields {
            self.detail(&field.name, &field.value, &field.clause, deeper);
            if deeper < DEEPEST {
                self.fields(&field.children, deeper + 1);
            }
        }
    }

    /// Lines of octets, up to where nothing more is written.
    fn octets(&mut self, octets: &[u8]) {
        let last = octets.last().copied().unwrap_or_default();
        let rest = octets.iter().rev().take_while(|octet| **octet == last);
        let rest = rest.count();
        let shown = match (last, octets.len() - rest) {
            (0x00 | 0xFF, written) if rest > self.line => written,
            _ => octets.len(),
        };
        for line in 0..line_count(shown, self.line) {
            let range = line_range(line, shown, self.line);
            let name = format!("{:04X}", range.start);
            let pieces = pieces(octets, range, &(0..0), &(0..0));
            let row = self.row(RowKind::Octets, &name, 0);
            if let Some(piece) = pieces.into_iter().next() {
                row.value = piece.hex;
                row.note = piece.text;
            }
        }
        if shown < octets.len() {
            let row = self.row(RowKind::Octets, &format!("{shown:04X}"), 0);
            row.value = format!("{} × {last:02X}", octets.len() - shown);
        }
    }
}
