//! A byte string as lines of hex and text, and which parts of a line are marked.
//!
//! Knows nothing of what the bytes mean.

use std::ops::Range;

/// How a byte is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Not at all.
    Plain,
    /// Within what encloses the chosen field.
    Around,
    /// Within the chosen field.
    Chosen,
}

/// A piece of a line whose bytes are marked alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// How.
    pub mark: Mark,
    /// Two digits for each byte, spaces between.
    pub hex: String,
    /// One character for each byte, a dot for what is no text.
    pub text: String,
}

/// How many lines `len` bytes make.
pub fn line_count(len: usize, per_line: usize) -> usize {
    len.div_ceil(per_line.max(1))
}

/// The bytes of one line.
pub fn line_range(line: usize, len: usize, per_line: usize) -> Range<usize> {
    let start = (line * per_line).min(len);
    start..(start + per_line).min(len)
}

/// What two ranges have in common; empty ranges at the start of the line when nothing.
pub fn clipped(range: &Range<usize>, line: &Range<usize>) -> Range<usize> {
    let start = range.start.clamp(line.start, line.end);
    let end = range.end.clamp(start, line.end);
    if start == end {
        line.start..line.start
    } else {
        start..end
    }
}

/// A line in pieces. The space between two pieces belongs to neither.
pub fn pieces(
    bytes: &[u8],
    line: Range<usize>,
    around: &Range<usize>,
    chosen: &Range<usize>,
) -> Vec<Piece> {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut pieces: Vec<Piece> = Vec::new();
    for at in line.clone() {
        let byte = bytes[at];
        let mark = if chosen.contains(&at) {
            Mark::Chosen
        } else if around.contains(&at) {
            Mark::Around
        } else {
            Mark::Plain
        };
        if pieces.last().is_none_or(|last| last.mark != mark) {
            pieces.push(Piece {
                mark,
                hex: String::new(),
                text: String::new(),
            });
        }
        if let Some(piece) = pieces.last_mut() {
            if !piece.hex.is_empty() {
                piece.hex.push(' ');
            }
            piece.hex.push(DIGITS[usize::from(byte >> 4)] as char);
            piece.hex.push(DIGITS[usize::from(byte & 15)] as char);
            piece.text.push(match byte {
                0x20..=0x7E => byte as char,
                _ => '·',
            });
        }
    }
    pieces
}

/// Index of the byte at a share (0 to 1) of a full line's width of digits.
pub fn byte_at(share: f64, line: &Range<usize>, per_line: usize) -> Option<usize> {
    let at = line.start + (share * per_line as f64).max(0.0) as usize;
    line.contains(&at).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_cover_all_bytes_once() {
        for len in [0, 1, 15, 16, 17, 600] {
            let mut next = 0;
            for line in 0..line_count(len, 16) {
                let range = line_range(line, len, 16);
                assert_eq!(range.start, next);
                next = range.end;
            }
            assert_eq!(next, len);
        }
    }

    #[test]
    fn pieces_change_with_the_mark() {
        let bytes = b"\x03DM\x00\xFF";
        let got = pieces(bytes, 0..5, &(1..5), &(2..3));
        let marks: Vec<_> = got.iter().map(|piece| piece.mark).collect();
        assert_eq!(
            marks,
            [Mark::Plain, Mark::Around, Mark::Chosen, Mark::Around]
        );
        let hex: Vec<&str> = got.iter().map(|piece| piece.hex.as_str()).collect();
        assert_eq!(hex, ["03", "44", "4D", "00 FF"]);
        let text: String = got.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(text, "·DM··");
    }

    #[test]
    fn ranges_are_clipped_to_the_line() {
        assert_eq!(clipped(&(3..40), &(16..32)), 16..32);
        assert_eq!(clipped(&(20..22), &(16..32)), 20..22);
        assert_eq!(clipped(&(0..4), &(16..32)), 16..16);
        assert_eq!(clipped(&(90..94), &(16..32)), 16..16);
    }

    #[test]
    fn a_byte_is_found_by_its_place() {
        assert_eq!(byte_at(0.0, &(16..32), 16), Some(16));
        assert_eq!(byte_at(0.99, &(16..32), 16), Some(31));
        assert_eq!(byte_at(0.99, &(16..20), 16), None);
    }
}
