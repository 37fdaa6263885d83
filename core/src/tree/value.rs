//! Whether bytes are a value of a format (OMA-TS-DM_TND-V1_2_1 §7.7.2).

use super::node::INTERIOR;
use crate::codec::{auth, tnds, xml};

/// Formats a node can have.
pub(super) fn is_format(format: &str) -> bool {
    tnds::FORMATS.contains(&format)
}

/// Whether a node of this format may have this value.
pub(super) fn fits(format: &str, value: &[u8]) -> bool {
    if matches!(format, INTERIOR | "null") {
        return value.is_empty();
    }
    if format == "bin" {
        return true;
    }
    let Ok(text) = std::str::from_utf8(value) else {
        return false;
    };
    match format {
        // Text is what XML can carry: a node is read in XML too.
        "chr" => text.chars().all(xml::is_xml),
        "xml" => is_markup(text),
        "b64" => auth::from_base64(text).is_some(),
        "bool" => matches!(text, "true" | "false"),
        // 32 bits with a sign.
        "int" => !text.starts_with('+') && text.parse::<i32>().is_ok(),
        "float" => is_float(text),
        "date" => is_date(text),
        "time" => is_time(text),
        _ => false,
    }
}

/// Well-formed content, as a document or as a part of one.
fn is_markup(text: &str) -> bool {
    if text.starts_with("<?xml") || text.starts_with("<!DOCTYPE") {
        return xml::parse(text.as_bytes()).error.is_none();
    }
    xml::parse(format!("<xml>{text}</xml>").as_bytes())
        .error
        .is_none()
}

/// Single precision, as XML Schema writes it.
fn is_float(text: &str) -> bool {
    matches!(text, "INF" | "-INF" | "NaN")
        || (text
            .bytes()
            .all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b))
            && text.parse::<f32>().is_ok_and(f32::is_finite))
}

/// ISO 8601, `20261122` or `2026-11-22`.
fn is_date(text: &str) -> bool {
    let Some([year, month, day]) = numbers(text, [4, 2, 2], b'-') else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// ISO 8601, `193000` or `19:30:00`, perhaps with `Z`.
fn is_time(text: &str) -> bool {
    let text = text.strip_suffix('Z').unwrap_or(text);
    numbers(text, [2, 2, 2], b':').is_some_and(|[h, m, s]| h < 24 && m < 60 && s <= 60)
}

/// Three numbers of fixed widths, all joined by a sign or by none.
fn numbers(text: &str, widths: [usize; 3], sign: u8) -> Option<[u32; 3]> {
    let octets = text.as_bytes();
    let digits: usize = widths.iter().sum();
    let signed = match octets.len() {
        len if len == digits => false,
        len if len == digits + 2 => true,
        _ => return None,
    };
    let mut found = [0; 3];
    let mut rest = octets;
    for (i, (number, width)) in found.iter_mut().zip(widths).enumerate() {
        if i > 0 && signed {
            rest = rest.strip_prefix(&[sign])?;
        }
        let (part, after) = rest.split_at_checked(width)?;
        rest = after;
        for octet in part {
            *number = *number * 10 + char::from(*octet).to_digit(10)?;
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows TND-32.
    #[test]
    fn values_of_each_format() {
        for (format, good, bad) in [
            (
                "chr",
                &["", "a b", "ä\t\n"][..],
                &["a\0b", "\u{1}", "\u{ffff}"][..],
            ),
            ("null", &[""], &["x"]),
            ("node", &[""], &["x"]),
            ("bin", &["", "x"], &[]),
            ("b64", &["", "AAEC", "AA=="], &["*", "A"]),
            ("bool", &["true", "false"], &["", "1", "True", " true"]),
            (
                "int",
                &["0", "-7", "2147483647", "-2147483648", "007"],
                &["", "+1", "2147483648", "1.0", "x", "1 "],
            ),
            (
                "float",
                &["1", "-1.5e3", ".5", "INF", "NaN"],
                &["", "inf", "nan", "1e99", "1,5", "e"],
            ),
            (
                "date",
                &["20261122", "2026-11-22", "20240229", "20000229"],
                &[
                    "",
                    "20230229",
                    "21000229",
                    "20261301",
                    "2026-1122",
                    "20260431",
                    "2026/11/22",
                ],
            ),
            (
                "time",
                &["193000", "19:30:00", "193000Z", "19:30:00Z", "235960"],
                &["", "240000", "196000", "19:3000", "1930"],
            ),
            (
                "xml",
                &[
                    "",
                    "text",
                    "<a/>",
                    "<a/><b>x</b>",
                    "<?xml version='1.0'?><a/>",
                ],
                &[
                    "<a>",
                    "</xml><xml>",
                    "&e;",
                    "<!DOCTYPE a [<!ENTITY e 'x'>]><a/>",
                ],
            ),
            ("odd", &[], &["", "x"]),
        ] {
            for value in good {
                assert!(fits(format, value.as_bytes()), "{format} {value:?}");
            }
            for value in bad {
                assert!(!fits(format, value.as_bytes()), "{format} {value:?}");
            }
        }
        assert!(fits("bin", &[0xFF]));
        assert!(!fits("chr", &[0xFF]));
    }
}
