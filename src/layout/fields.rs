//! Fields as rows, and the way between fields and bytes.
//!
//! Knows no codec: fields come as they are.

use crate::state::Ordered;
use dmsc_core::codec::Field;

/// One field as a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldRow {
    /// Index at each level.
    pub path: Vec<usize>,
    /// It has parts.
    pub openable: bool,
    /// They are shown.
    pub open: bool,
}

/// The rows of all fields but those inside of closed ones.
pub fn rows(fields: &[Field], closed: &Ordered<Vec<usize>>) -> Vec<FieldRow> {
    let mut rows = Vec::new();
    let mut path = Vec::new();
    add(fields, closed, &mut path, &mut rows);
    rows
}

fn add(
    fields: &[Field],
    closed: &Ordered<Vec<usize>>,
    path: &mut Vec<usize>,
    rows: &mut Vec<FieldRow>,
) {
    for (at, field) in fields.iter().enumerate() {
        path.push(at);
        let openable = !field.children.is_empty();
        let open = openable && !closed.contains(path);
        rows.push(FieldRow {
            path: path.clone(),
            openable,
            open,
        });
        if open {
            add(&field.children, closed, path, rows);
        }
        path.pop();
    }
}

/// The field at a place.
pub fn at<'a>(fields: &'a [Field], path: &[usize]) -> Option<&'a Field> {
    let (first, rest) = path.split_first()?;
    let field = fields.get(*first)?;
    if rest.is_empty() {
        Some(field)
    } else {
        at(&field.children, rest)
    }
}

/// The place of the deepest field that covers a byte; empty when none does.
pub fn deepest(fields: &[Field], byte: usize) -> Vec<usize> {
    let mut path = Vec::new();
    let mut fields = fields;
    while let Some((at, field)) = fields
        .iter()
        .enumerate()
        .find(|(_, field)| field.range.contains(&byte))
    {
        path.push(at);
        fields = &field.children;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Vec<Field> {
        vec![
            Field::new("head", 0..2, "01 02"),
            Field::new("body", 2..8, "").children(vec![
                Field::new("tag", 2..3, "03"),
                Field::new("value", 4..8, "").children(vec![Field::new("inner", 5..6, "07")]),
            ]),
        ]
    }

    #[test]
    fn a_byte_leads_to_its_deepest_field() {
        let fields = fields();
        assert_eq!(deepest(&fields, 0), [0]);
        assert_eq!(deepest(&fields, 2), [1, 0]);
        assert_eq!(deepest(&fields, 3), [1]);
        assert_eq!(deepest(&fields, 5), [1, 1, 0]);
        assert_eq!(deepest(&fields, 9), Vec::<usize>::new());
        assert_eq!(at(&fields, &[1, 1, 0]).unwrap().name, "inner");
        assert_eq!(at(&fields, &[1, 7]), None);
        assert_eq!(at(&fields, &[]), None);
    }

    #[test]
    fn what_is_closed_hides_its_parts() {
        let closed = Ordered::from([(vec![1, 1], ())]);
        let rows = rows(&fields(), &closed);
        let paths: Vec<_> = rows.iter().map(|row| row.path.as_slice()).collect();
        assert_eq!(paths, [&[0][..], &[1], &[1, 0], &[1, 1]]);
        assert!(rows[1].open && !rows[3].open && rows[3].openable);
    }
}
