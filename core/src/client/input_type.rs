//! IT, the option of a text input alert (OMA-TS-DM_Protocol-V1_2_1 §10.3).

/// Kind of text that a user may type: the option IT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputType {
    /// `A`: anything.
    #[default]
    Alphanumeric,
    /// `N`: digits, sign, decimal point.
    Numeric,
    /// `D`: DDMMYYYY.
    Date,
    /// `T`: hhmmss.
    Time,
    /// `P`: digits, `p`, `w`, `s`; `+` first.
    Phone,
    /// `I`: four numbers with points.
    IpAddress,
}

impl InputType {
    pub(super) fn parse(value: &str) -> Option<Self> {
        Some(match value {
            "A" => InputType::Alphanumeric,
            "N" => InputType::Numeric,
            "D" => InputType::Date,
            "T" => InputType::Time,
            "P" => InputType::Phone,
            "I" => InputType::IpAddress,
            _ => return None,
        })
    }

    /// Whether a text is of this type.
    pub fn takes(self, text: &str) -> bool {
        let number = |range: std::ops::Range<usize>, of: std::ops::RangeInclusive<u32>| {
            let digits = text.get(range).unwrap_or_default();
            digits.parse().is_ok_and(|n: u32| of.contains(&n))
        };
        let digits = |count: usize| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
        match self {
            InputType::Alphanumeric => true,
            InputType::Numeric => {
                let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
                unsigned.bytes().all(|b| b.is_ascii_digit() || b == b'.')
                    && unsigned.bytes().any(|b| b.is_ascii_digit())
                    && unsigned.bytes().filter(|b| *b == b'.').count() <= 1
            }
            InputType::Date => digits(8) && number(0..2, 1..=31) && number(2..4, 1..=12),
            InputType::Time => {
                digits(6) && number(0..2, 0..=23) && number(2..4, 0..=59) && number(4..6, 0..=59)
            }
            InputType::Phone => {
                let rest = text.strip_prefix('+').unwrap_or(text);
                let plain = |b: u8| b.is_ascii_digit() || matches!(b, b'p' | b'w' | b's');
                !rest.is_empty() && rest.bytes().all(plain)
            }
            InputType::IpAddress => {
                let part = |part: &str| {
                    part.bytes().all(|b| b.is_ascii_digit()) && part.parse::<u8>().is_ok()
                };
                text.split('.').count() == 4 && text.split('.').all(part)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows PRO-104.
    #[test]
    fn texts_by_their_input_type() {
        for (kind, good, bad) in [
            (InputType::Alphanumeric, vec!["", "a b"], vec![]),
            (
                InputType::Numeric,
                vec!["1", "-1.5", "+0"],
                vec!["", "-", "1a", "1.2.3", "1-"],
            ),
            (
                InputType::Date,
                vec!["31122026"],
                vec!["32122026", "31132026", "3112026", "+1122026"],
            ),
            (
                InputType::Time,
                vec!["235959"],
                vec!["240000", "236000", "2359"],
            ),
            (
                InputType::Phone,
                vec!["+4912p3", "1w2s"],
                vec!["", "+", "1+2", "x"],
            ),
            (
                InputType::IpAddress,
                vec!["127.0.0.1"],
                vec!["1.2.3", "256.0.0.1", "::1", "1.2..4", "1.2.3.+4"],
            ),
        ] {
            for text in good {
                assert!(kind.takes(text), "{kind:?} {text}");
            }
            for text in bad {
                assert!(!kind.takes(text), "{kind:?} {text}");
            }
        }
    }
}
