//! User interaction alerts 1100 to 1104 (OMA-TS-DM_Protocol-V1_2_1 §10).
//!
//! Alert to question, answer to Status. Knows no screen.

use crate::client::input_type::InputType;
use crate::client::question::{Answer, Question};
use crate::codec::syncml::{Alert, AlertCode, Data, Item, StatusCode};
use percent_encoding::percent_decode_str;

/// Choices of a question that are looked at.
const MAX_CHOICES: usize = 64;

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
        take_option(&mut question, name, value.trim());
    }
    // Held against the other options, wherever it stands among them.
    question.default_response = pairs()
        .rfind(|(name, _)| *name == "DR")
        .and_then(|(_, value)| default_answer(&question, &value));
    Ok(question)
}

/// Takes an option; one in the wrong place, without sense or unknown is passed over.
fn take_option(question: &mut Question, name: &str, value: &str) {
    let is_text = AlertCode(question.code) == AlertCode::TEXT_INPUT;
    match name {
        "MINDT" => question.min_display_s = seconds(value),
        "MAXDT" => question.max_display_s = seconds(value),
        "MAXLEN" if is_text => question.max_length = value.parse().ok(),
        "IT" if is_text => question.input_type = InputType::parse(value).unwrap_or_default(),
        "ET" if is_text => question.hidden = value == "P",
        _ => {}
    }
}

/// The answer DR stands for, when it is one to this question.
fn default_answer(question: &Question, value: &str) -> Option<Answer> {
    let answer = match AlertCode(question.code) {
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
    question.takes(&answer).then_some(answer)
}

/// A time to show something; one that is not positive is none.
fn seconds(value: &str) -> Option<u32> {
    value.parse().ok().filter(|seconds| *seconds > 0)
}

fn words(item: &Item) -> String {
    let bytes = item.data.as_ref().map(Data::bytes).unwrap_or_default();
    String::from_utf8_lossy(bytes).into_owned()
}

/// Undoes URL encoding: `+` and `%20` are spaces, and a percent sign without digits is one.
fn unquoted(value: &str) -> String {
    let value = value.replace('+', " ");
    percent_decode_str(&value).decode_utf8_lossy().into_owned()
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

/// Keeps what an answer says of the session: a "yes" to 1101 is the user's consent to what the
/// server does from there on, and any other end of that question takes it back.
pub(super) fn note_consent(question: u16, code: StatusCode, agreed: &mut bool) {
    if AlertCode(question) == AlertCode::CONFIRM_OR_REJECT {
        *agreed = code == StatusCode::OK;
    }
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

    /// Shows PRO-100, PRO-102.
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

    /// Shows PRO-102.
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

    /// Shows PRO-102.
    #[test]
    fn options_of_text_mean_nothing_elsewhere() {
        let question = asked(AlertCode::CONFIRM_OR_REJECT, "IT=N&ET=P&MAXLEN=1&MAXDT=x");
        assert_eq!(question, asked(AlertCode::CONFIRM_OR_REJECT, ""));
        let question = asked(AlertCode::DISPLAY, "MINDT=0&MAXDT=-1");
        assert_eq!(question, asked(AlertCode::DISPLAY, ""));
    }

    #[test]
    fn alerts_that_cannot_be_asked() {
        let code = |code, items: &[&str]| question(&alert(code, items)).unwrap_err().0;
        assert_eq!(code(AlertCode::DISPLAY, &[""]), 412);
        assert_eq!(code(AlertCode::SINGLE_CHOICE, &["", "Which?"]), 412);
        assert_eq!(code(AlertCode::MULTIPLE_CHOICE, &["x"; 100]), 416);
    }

    /// Shows PRO-103, PRO-104, PRO-105, PRO-106, PRO-109.
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
