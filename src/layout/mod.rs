//! From a trace to places on the page, as far as several parts of it share them; what belongs to
//! a pane lies in its folder. Pure geometry in rem and percent,
//! tested without a browser; knows no component.

pub mod fields;
pub mod hex;
pub mod timeline;

use std::ops::Range;

/// A length in hundredths, for style attributes like `top:350e-2rem`: whole numbers are written
/// with far less code than fractions.
pub fn hundredths(value: f64) -> i32 {
    (value * 100.0 + if value < 0.0 { -0.5 } else { 0.5 }) as i32
}

/// Which of `count` equally high rows a window shows, with some to spare on both sides.
pub fn window(top: f64, height: f64, row: f64, count: usize) -> Range<usize> {
    const SPARE: f64 = 6.0;
    if row <= 0.0 {
        return 0..count;
    }
    let first = (top / row - SPARE).max(0.0) as usize;
    let last = ((top + height) / row + SPARE).max(0.0) as usize + 1;
    first.min(count)..last.min(count)
}

#[cfg(test)]
mod tests {
    use super::{hundredths, window};

    #[test]
    fn lengths_are_rounded_to_hundredths() {
        assert_eq!(hundredths(3.5), 350);
        assert_eq!(hundredths(0.005), 1);
        assert_eq!(hundredths(-1.25), -125);
    }

    #[test]
    fn a_window_stays_within_its_rows() {
        assert_eq!(window(0.0, 10.0, 1.0, 100), 0..17);
        assert_eq!(window(50.0, 10.0, 1.0, 100), 44..67);
        assert_eq!(window(500.0, 10.0, 1.0, 100), 100..100);
        assert_eq!(window(0.0, 10.0, 1.0, 3), 0..3);
        assert_eq!(window(0.0, 10.0, 0.0, 3), 0..3);
    }
}
