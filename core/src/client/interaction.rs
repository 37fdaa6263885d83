//! User interaction alerts 1100 to 1104 (OMA-TS-DM_Protocol-V1_2_1 §10).
//!
//! Alert to question, answer to Status. Knows no screen.

use super::output::{Answer, Question};
use crate::codec::syncml::{Alert, AlertCode, Data, Item, StatusCode};

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
    let mut question = Question {
        code: alert.code.0,
        text: words(text),
        choices: Vec::new(),
        min_display_s: None,
        max_display_s: None,
        default_response: None,
    };
    if wants_choices {
        question.choices = choices.iter().take(MAX_CHOICES).map(words).collect();
    }
    for option in words(options).split('&') {
        let Some((name, value)) = option.split_once('=') else {
            continue;
        };
        // An option without sense, or one we do not know, is passed over.
        match name.trim() {
            "MINDT" => question.min_display_s = value.trim().parse().ok(),
            "MAXDT" => question.max_display_s = value.trim().parse().ok(),
            "DR" => question.default_response = Some(unquoted(value)),
            _ => {}
        }
    }
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
    let valid = |numbers: &[u32]| {
        numbers
            .iter()
            .all(|n| *n >= 1 && *n as usize <= question.choices.len())
    };
    let texts = |numbers: &[u32]| numbers.iter().map(u32::to_string).collect();
    match (AlertCode(question.code), answer) {
        // A text that was shown has served its purpose, even when nobody said so.
        (AlertCode::DISPLAY, Answer::NoAnswer | Answer::Accept) => (StatusCode::OK, Vec::new()),
        (AlertCode::CONFIRM_OR_REJECT, Answer::Accept) => (StatusCode::OK, Vec::new()),
        (AlertCode::CONFIRM_OR_REJECT, Answer::Reject) => (StatusCode::NOT_MODIFIED, Vec::new()),
        (AlertCode::TEXT_INPUT, Answer::Text(text)) => (StatusCode::OK, vec![text.clone()]),
        (AlertCode::SINGLE_CHOICE, Answer::Choices(numbers))
            if numbers.len() == 1 && valid(numbers) =>
        {
            (StatusCode::OK, texts(numbers))
        }
        (AlertCode::MULTIPLE_CHOICE, Answer::Choices(numbers)) if valid(numbers) => {
            (StatusCode::OK, texts(numbers))
        }
        (_, Answer::NoAnswer) => (StatusCode::TIMED_OUT, Vec::new()),
        // An answer of the wrong kind is no answer to this question.
        _ => (StatusCode::CANCELLED_BY_USER, Vec::new()),
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

    #[test]
    fn options() {
        let asked = question(&alert(
            AlertCode::TEXT_INPUT,
            &["MINDT=10&MAXDT=60&DR=a+b%21%zz&IT=A&odd", "Name?"],
        ))
        .unwrap();
        assert_eq!(asked.text, "Name?");
        assert_eq!(asked.min_display_s, Some(10));
        assert_eq!(asked.max_display_s, Some(60));
        assert_eq!(asked.default_response.as_deref(), Some("a b!%zz"));
        let choices = question(&alert(AlertCode::SINGLE_CHOICE, &["", "Which?", "a", "b"]));
        assert_eq!(choices.unwrap().choices, ["a", "b"]);
        assert_eq!(
            question(&alert(AlertCode::DISPLAY, &[""])),
            Err(StatusCode::INCOMPLETE)
        );
        assert_eq!(
            question(&alert(AlertCode::SINGLE_CHOICE, &["", "Which?"])),
            Err(StatusCode::INCOMPLETE)
        );
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
            (1101, Answer::Text("x".into()), 214, 0),
            (1102, Answer::Text("x".into()), 200, 1),
            (1103, Answer::Choices(vec![2]), 200, 1),
            (1103, Answer::Choices(vec![3]), 214, 0),
            (1103, Answer::Choices(vec![0]), 214, 0),
            (1103, Answer::Choices(vec![1, 2]), 214, 0),
            (1104, Answer::Choices(vec![1, 2]), 200, 2),
            (1104, Answer::NoAnswer, 408, 0),
        ] {
            let question = Question {
                code,
                text: String::new(),
                choices: vec!["a".into(), "b".into()],
                min_display_s: None,
                max_display_s: None,
                default_response: None,
            };
            let (found, texts) = outcome(&question, &answer);
            assert_eq!((found.0, texts.len()), (status, items), "{code} {answer:?}");
        }
    }
}
