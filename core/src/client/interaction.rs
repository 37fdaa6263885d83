//! User interaction alerts 1100 to 1104 (OMA-TS-DM_Protocol-V1_2_1 §10).
//!
//! Alert to question, answer to Status. Knows no screen.

use crate::codec::syncml::{Alert, AlertCode, Data, Item, StatusCode};

/// Choices of a question that are looked at.
const MAX_CHOICES: usize = 64;

/// A user interaction alert, ready to be shown (DM Protocol §10).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// 1100–1104.
    pub code: u16,
    /// The text to show.
    pub text: String,
    /// Choices of 1103 and 1104, numbered from 1.
    pub choices: Vec<String>,
    /// MINDT, seconds: how long at least it is to be seen.
    pub min_display_s: Option<u32>,
    /// MAXDT, seconds: no answer until then is 408.
    pub max_display_s: Option<u32>,
    /// DR: what is offered at first. One that would be no answer is left out.
    pub default_response: Option<Answer>,
    /// MAXLEN of 1102: characters of the longest text.
    pub max_length: Option<u32>,
    /// IT of 1102.
    pub input_type: InputType,
    /// ET of 1102 is `P`: what is typed is not to be seen.
    pub hidden: bool,
}

/// IT: what a text may consist of.
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

/// What the user did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// 1101: yes; 1100: seen.
    Accept,
    /// 1101: no.
    Reject,
    /// The user cancelled.
    Cancel,
    /// Nothing until MAXDT.
    NoAnswer,
    /// 1102: text.
    Text(String),
    /// 1103, 1104: numbers from 1.
    Choices(Vec<u32>),
    /// The device asks its user nothing.
    NotSupported,
    /// This question cannot be shown.
    CannotShow,
}

impl InputType {
    fn parse(value: &str) -> Option<Self> {
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

impl Question {
    /// A question without options.
    pub(super) fn new(code: AlertCode, text: String) -> Self {
        Question {
            code: code.0,
            text,
            ..Question::default()
        }
    }

    /// Whether an answer is one to this question; what is none counts as cancelled.
    pub fn takes(&self, answer: &Answer) -> bool {
        let valid = |numbers: &[u32]| {
            numbers.iter().enumerate().all(|(i, n)| {
                *n >= 1
                    && *n as usize <= self.choices.len()
                    && !numbers.iter().take(i).any(|m| m == n)
            })
        };
        match (AlertCode(self.code), answer) {
            (_, Answer::Cancel | Answer::NoAnswer | Answer::NotSupported | Answer::CannotShow) => {
                true
            }
            (AlertCode::DISPLAY | AlertCode::CONFIRM_OR_REJECT, Answer::Accept) => true,
            (AlertCode::CONFIRM_OR_REJECT, Answer::Reject) => true,
            (AlertCode::TEXT_INPUT, Answer::Text(text)) => {
                let fits = |max: u32| text.chars().count() <= max as usize;
                self.input_type.takes(text) && self.max_length.is_none_or(fits)
            }
            (AlertCode::SINGLE_CHOICE, Answer::Choices(numbers)) => {
                numbers.len() == 1 && valid(numbers)
            }
            (AlertCode::MULTIPLE_CHOICE, Answer::Choices(numbers)) => valid(numbers),
            _ => false,
        }
    }

    /// Takes an option; one in the wrong place, without sense or unknown is passed over.
    fn option(&mut self, name: &str, value: &str) {
        let is_text = AlertCode(self.code) == AlertCode::TEXT_INPUT;
        match name {
            "MINDT" => self.min_display_s = value.parse().ok(),
            "MAXDT" => self.max_display_s = value.parse().ok(),
            "MAXLEN" if is_text => self.max_length = value.parse().ok(),
            "IT" if is_text => self.input_type = InputType::parse(value).unwrap_or_default(),
            "ET" if is_text => self.hidden = value == "P",
            _ => {}
        }
    }

    /// The answer DR stands for, when it is one.
    fn default_answer(&self, value: &str) -> Option<Answer> {
        let answer = match AlertCode(self.code) {
            AlertCode::CONFIRM_OR_REJECT => match value {
                "0" => Answer::Reject,
                "1" => Answer::Accept,
                _ => return None,
            },
            AlertCode::TEXT_INPUT => Answer::Text(value.to_owned()),
            AlertCode::SINGLE_CHOICE | AlertCode::MULTIPLE_CHOICE => {
                let numbers: Result<_, _> = value.split('-').map(str::parse).collect();
                Answer::Choices(numbers.ok()?)
            }
            _ => return None,
        };
        self.takes(&answer).then_some(answer)
    }
}

/// The question of an alert, or the Status when it cannot be asked.
pub(super) fn question(alert: &Alert) -> Result<Question, StatusCode> {
    let [options, text, choices @ ..] = alert.items.as_slice() else {
        return Err(StatusCode::INCOMPLETE);
    };
    let wants_choices = matches!(
        alert.code,
        AlertCode::SINGLE_CHOICE | AlertCode::MULTIPLE_CHOICE
    );
    if wants_choices && choices.is_empty() {
        return Err(StatusCode::INCOMPLETE);
    }
    let mut question = Question::new(alert.code, words(text));
    if wants_choices {
        if choices.len() > MAX_CHOICES {
            return Err(StatusCode::CANNOT_DISPLAY);
        }
        question.choices = choices.iter().map(words).collect();
    }
    let options = words(options);
    let pairs = || {
        options
            .split('&')
            .filter_map(|option| option.split_once('='))
            .map(|(name, value)| (name.trim(), unquoted(value)))
    };
    for (name, value) in pairs() {
        question.option(name, value.trim());
    }
    // Held against the other options, wherever it stands among them.
    question.default_response = pairs()
        .rfind(|(name, _)| *name == "DR")
        .and_then(|(_, value)| question.default_answer(&value));
    Ok(question)
}

fn words(item: &Item) -> String {
    let bytes = item.data.as_ref().map(Data::bytes).unwrap_or_default();
    String::from_utf8_lossy(bytes).into_owned()
}

/// Undoes URL encoding: `+` and `%20` are spaces.
fn unquoted(value: &str) -> String {
    let mut octets = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(octet) = rest.next() {
        octets.push(match octet {
            b'+' => b' ',
            b'%' => {
                let mut ahead = rest.clone();
                let mut digit = || ahead.next().and_then(|b| char::from(b).to_digit(16));
                match (digit(), digit()) {
                    (Some(high), Some(low)) => {
                        rest = ahead;
                        (high << 4 | low) as u8
                    }
                    _ => b'%',
                }
            }
            other => other,
        });
    }
    String::from_utf8_lossy(&octets).into_owned()
}

/// What an answer comes to: the Status of the alert, and the texts of its Items.
pub(super) fn outcome(question: &Question, answer: &Answer) -> (StatusCode, Vec<String>) {
    let code = match (AlertCode(question.code), answer) {
        // An answer of the wrong kind is no answer to this question.
        _ if !question.takes(answer) => StatusCode::CANCELLED_BY_USER,
        // A text that was shown has served its purpose, even when nobody said so.
        (AlertCode::DISPLAY, Answer::NoAnswer) => StatusCode::OK,
        (_, Answer::NoAnswer) => StatusCode::TIMED_OUT,
        (_, Answer::Cancel) => StatusCode::CANCELLED_BY_USER,
        (_, Answer::Reject) => StatusCode::NOT_MODIFIED,
        (_, Answer::NotSupported) => StatusCode::NOT_SUPPORTED,
        (_, Answer::CannotShow) => StatusCode::CANNOT_DISPLAY,
        (_, Answer::Accept | Answer::Text(_) | Answer::Choices(_)) => StatusCode::OK,
    };
    let texts = match answer {
        _ if code != StatusCode::OK => Vec::new(),
        Answer::Text(text) => vec![text.clone()],
        Answer::Choices(numbers) => numbers.iter().map(u32::to_string).collect(),
        _ => Vec::new(),
    };
    (code, texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(text: &str) -> Item {
        Item {
            data: Some(Data::Text(text.into())),
            ..Item::default()
        }
    }

    fn alert(code: AlertCode, items: &[&str]) -> Alert {
        Alert {
            code,
            items: items.iter().map(|t| item(t)).collect(),
            ..Alert::default()
        }
    }

    fn asked(code: AlertCode, options: &str) -> Question {
        question(&alert(code, &[options, "Well?", "a", "b", "c"])).unwrap()
    }

    #[test]
    fn options_of_every_kind() {
        let text = asked(
            AlertCode::TEXT_INPUT,
            "MINDT=10&MAXDT=60&DR=a+b%21%zz&IT=A&MAXLEN=8&ET=P&odd&ODD=1",
        );
        assert_eq!(
            text,
            Question {
                code: 1102,
                text: "Well?".into(),
                choices: Vec::new(),
                min_display_s: Some(10),
                max_display_s: Some(60),
                default_response: Some(Answer::Text("a b!%zz".into())),
                max_length: Some(8),
                input_type: InputType::Alphanumeric,
                hidden: true,
            }
        );
        let choices = asked(AlertCode::SINGLE_CHOICE, "");
        assert_eq!(choices.choices, ["a", "b", "c"]);
        for (letter, kind) in [
            ("A", InputType::Alphanumeric),
            ("N", InputType::Numeric),
            ("D", InputType::Date),
            ("T", InputType::Time),
            ("P", InputType::Phone),
            ("I", InputType::IpAddress),
            ("X", InputType::Alphanumeric),
        ] {
            let text = asked(AlertCode::TEXT_INPUT, &format!("IT={letter}&ET=T"));
            assert_eq!((text.input_type, text.hidden), (kind, false));
        }
    }

    #[test]
    fn a_default_response_counts_where_it_is_an_answer() {
        for (code, options, wanted) in [
            (1100, "DR=1", None),
            (1101, "DR=0", Some(Answer::Reject)),
            (1101, "DR=1", Some(Answer::Accept)),
            (1101, "DR=2", None),
            (1102, "DR=abc&MAXLEN=2", None),
            (1102, "DR=abc&IT=N", None),
            (1103, "DR=2", Some(Answer::Choices(vec![2]))),
            (1103, "DR=2-3", None),
            (1103, "DR=4", None),
            (1104, "DR=2-3", Some(Answer::Choices(vec![2, 3]))),
            (1104, "DR=2-x", None),
        ] {
            let question = asked(AlertCode(code), options);
            assert_eq!(question.default_response, wanted, "{code} {options}");
        }
    }

    #[test]
    fn options_of_text_mean_nothing_elsewhere() {
        let question = asked(AlertCode::CONFIRM_OR_REJECT, "IT=N&ET=P&MAXLEN=1&MAXDT=x");
        assert_eq!(question, asked(AlertCode::CONFIRM_OR_REJECT, ""));
    }

    #[test]
    fn alerts_that_cannot_be_asked() {
        let code = |code, items: &[&str]| question(&alert(code, items)).unwrap_err().0;
        assert_eq!(code(AlertCode::DISPLAY, &[""]), 412);
        assert_eq!(code(AlertCode::SINGLE_CHOICE, &["", "Which?"]), 412);
        assert_eq!(code(AlertCode::MULTIPLE_CHOICE, &["x"; 100]), 416);
    }

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

    #[test]
    fn answers() {
        for (code, answer, status, items) in [
            (1100, Answer::Accept, 200, 0),
            (1100, Answer::NoAnswer, 200, 0),
            (1100, Answer::Cancel, 214, 0),
            (1101, Answer::Accept, 200, 0),
            (1101, Answer::Reject, 304, 0),
            (1101, Answer::Cancel, 214, 0),
            (1101, Answer::NoAnswer, 408, 0),
            (1101, Answer::NotSupported, 406, 0),
            (1101, Answer::CannotShow, 416, 0),
            (1101, Answer::Text("x".into()), 214, 0),
            (1102, Answer::Text("x".into()), 200, 1),
            (1102, Answer::Text("too long".into()), 214, 0),
            (1103, Answer::Choices(vec![2]), 200, 1),
            (1103, Answer::Choices(vec![3]), 214, 0),
            (1103, Answer::Choices(vec![0]), 214, 0),
            (1103, Answer::Choices(vec![1, 2]), 214, 0),
            (1104, Answer::Choices(vec![1, 2]), 200, 2),
            (1104, Answer::Choices(vec![1, 1]), 214, 0),
            (1104, Answer::Choices(vec![]), 200, 0),
            (1104, Answer::NoAnswer, 408, 0),
        ] {
            let question = Question {
                choices: vec!["a".into(), "b".into()],
                max_length: Some(3),
                ..Question::new(AlertCode(code), String::new())
            };
            let (found, texts) = outcome(&question, &answer);
            assert_eq!((found.0, texts.len()), (status, items), "{code} {answer:?}");
        }
    }
}
