//! A file opened: access rule, file control parameters, octets and what they mean.

use super::{CardRow, RowKind};
use crate::layout::hex::{line_count, line_range, pieces};
use dmsc_core::codec::{Field, hex};
use dmsc_core::trace::card::{CardFile, FileKind};

/// Octets of a file that means nothing known, in its one line.
const SHOWN: usize = 20;

/// Fields in fields that are shown.
const DEEPEST: usize = 6;

/// What a file holds, in one line.
pub(super) fn summary(file: &CardFile) -> String {
    let used: Vec<usize> = (0..file.contents.len())
        .filter(|at| is_used(&file.contents[*at]))
        .collect();
    let Some(first) = used.first() else {
        return "empty".to_owned();
    };
    let octets = &file.contents[*first];
    let fields = file.fields(*first);
    let values = values(&fields);
    let mut text = if values.is_empty() {
        let shown = hex::spaced(&octets[..octets.len().min(SHOWN)]);
        if octets.len() > SHOWN {
            shown + " …"
        } else {
            shown
        }
    } else {
        values.join(" · ")
    };
    if used.len() > 1 {
        text.push_str(&format!(" and {} more", used.len() - 1));
    }
    text
}

/// False where nothing was ever written.
fn is_used(octets: &[u8]) -> bool {
    octets.iter().any(|octet| *octet != 0xFF)
}

/// What matters of the fields: their values, or where a field only holds others, theirs.
fn values(fields: &[Field]) -> Vec<&str> {
    const MOST: usize = 4;
    let flat = |field: &'_ Field| field.children.is_empty();
    let all: Vec<&Field> = match fields {
        [one] if !flat(one) => one.children.iter().collect(),
        _ => fields.iter().collect(),
    };
    let values = all.iter().filter(|field| flat(field));
    let values = values.map(|field| field.value.as_str());
    let values: Vec<&str> = values.filter(|value| !value.is_empty()).collect();
    // Words are what people know a file by; octets count where there are none.
    let words = values.iter().copied().filter(|value| !is_hex(value));
    let words: Vec<&str> = words.take(MOST).collect();
    if words.is_empty() {
        values.into_iter().take(MOST).collect()
    } else {
        words
    }
}

fn is_hex(value: &str) -> bool {
    let digit = |byte: u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte);
    value
        .split(' ')
        .all(|pair| pair.len() == 2 && pair.bytes().all(digit))
}

/// The rows of an opened file, so many octets on a line.
pub(super) fn details(file: &CardFile, level: usize, line: usize, rows: &mut Vec<CardRow>) {
    let mut out = Out {
        file,
        level,
        line: line.max(1),
        first: rows.len(),
        rows,
    };
    out.contents();
    out.group("Access rule", "");
    for (operations, condition) in file.rule_words() {
        out.detail(&operations, &condition, "", 0);
    }
    out.group("File control parameters", &hex::spaced(&file.fcp));
    out.fields(&file.parameters(), 0);
}

struct Out<'a> {
    file: &'a CardFile,
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
                (FileKind::Transparent, _) => "Contents".to_owned(),
                (_, 0 | 1) => format!("Record {}", at + 1),
                (_, several) => format!("Records {} to {}", at + 1, at + several),
            };
            if unused > 0 {
                self.group(&name, "empty");
                at += unused;
                continue;
            }
            self.group(&name, "");
            self.fields(&file.fields(at), 0);
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
