//! The user of the device: answers given beforehand, then the terminal
//! (OMA-TS-DM_Protocol-V1_2_1 §10).

use crate::ladder::plain;
use crate::print;
use dmsc_core::client::{Answer, Question};
use std::collections::VecDeque;
use std::io::{BufRead, IsTerminal, Read};
use std::time::Duration;
use tokio::sync::mpsc::{Receiver, channel};
use tokio::time::{Instant, timeout_at};

/// Seconds a question stays when the server names no time.
const PATIENCE_S: u64 = 300;
/// Bytes of the longest line taken.
const MAX_LINE: u64 = 4096;

/// An answer as the command line names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Given(Answer);

impl std::str::FromStr for Given {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || "an answer is yes, no, cancel, none, text:WORDS or choice:NUMBER,NUMBER…".to_owned();
        Ok(Given(match text {
            "yes" | "accept" => Answer::Accept,
            "no" | "reject" => Answer::Reject,
            "cancel" => Answer::Cancel,
            "none" => Answer::NoAnswer,
            _ => match text.split_once(':') {
                Some(("text", words)) => Answer::Text(words.to_owned()),
                Some(("choice", list)) => Answer::Choices(numbers(list).ok_or_else(wrong)?),
                _ => return Err(wrong()),
            },
        }))
    }
}

/// Who answers questions.
pub(super) struct User {
    given: VecDeque<Answer>,
    /// The last given answer, for all questions behind it.
    last: Option<Answer>,
    typed: Option<Receiver<String>>,
}

impl User {
    /// Answers for the first questions, in order; the last also answers what comes later.
    /// Without any, the terminal is asked.
    pub(super) fn new(given: &[Given]) -> Self {
        User {
            given: given.iter().map(|g| g.0.clone()).collect(),
            last: None,
            typed: None,
        }
    }

    /// Shows a question and waits for the answer, no longer than the question may stay.
    pub(super) async fn answer(&mut self, question: &Question) -> Answer {
        show(question);
        if let Some(answer) = self.given.pop_front().or_else(|| self.last.clone()) {
            let _ = print(&format!("  User: {}\n", told(&answer)));
            self.last = Some(answer.clone());
            return answer;
        }
        let seconds = question.max_display_s.map_or(PATIENCE_S, u64::from);
        let until = Instant::now() + Duration::from_secs(seconds);
        let answer = loop {
            let typed = self.typed.get_or_insert_with(type_lines);
            match timeout_at(until, typed.recv()).await {
                Ok(Some(line)) => match understood(question, line.trim()) {
                    Some(answer) => break answer,
                    None => {
                        let _ = print("  Please answer as asked.\n");
                    }
                },
                // The terminal was closed: a person who did that wants no more of it.
                Ok(None) if std::io::stdin().is_terminal() => break Answer::Cancel,
                Ok(None) | Err(_) => break Answer::NoAnswer,
            }
        };
        let _ = print(&format!("  User: {}\n", told(&answer)));
        answer
    }
}

/// Lines of standard input. The thread cannot be stopped while it reads; it ends with the
/// process.
fn type_lines() -> Receiver<String> {
    let (sender, receiver) = channel(1);
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        loop {
            let mut line = String::new();
            let read = input.by_ref().take(MAX_LINE).read_line(&mut line);
            if !read.is_ok_and(|n| n > 0) || sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

fn show(question: &Question) {
    let mut text = format!("  Alert {}: {}\n", question.code, plain(&question.text));
    for (n, choice) in question.choices.iter().enumerate() {
        text.push_str(&format!("    {} {}\n", n + 1, plain(choice)));
    }
    let default = match &question.default_response {
        Some(answer) if question.code != 1100 => format!(" [{}]", told(answer)),
        _ => String::new(),
    };
    let how = match question.code {
        1100 => "Enter",
        1101 => "yes or no",
        1103 => "a number",
        1104 => "numbers",
        _ => "text",
    };
    text.push_str(&format!("  {how}{default}:\n"));
    let _ = print(&text);
}

/// What a typed line means; nothing typed is what the server suggests. `None` for what is no
/// answer to the question.
fn understood(question: &Question, line: &str) -> Option<Answer> {
    if let ("", Some(default)) = (line, &question.default_response) {
        return Some(default.clone());
    }
    let answer = match question.code {
        1100 => Answer::Accept,
        1101 => match line.to_ascii_lowercase().as_str() {
            "y" | "yes" => Answer::Accept,
            "n" | "no" => Answer::Reject,
            _ => return None,
        },
        1103 | 1104 => Answer::Choices(numbers(line)?),
        _ => Answer::Text(line.to_owned()),
    };
    question.takes(&answer).then_some(answer)
}

fn numbers(list: &str) -> Option<Vec<u32>> {
    list.split([',', '-', ' '])
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().ok())
        .collect()
}

fn told(answer: &Answer) -> String {
    match answer {
        Answer::Accept => "yes".to_owned(),
        Answer::Reject => "no".to_owned(),
        Answer::Cancel => "cancelled".to_owned(),
        Answer::NotSupported => "cannot be asked".to_owned(),
        Answer::CannotShow => "cannot be shown this".to_owned(),
        Answer::NoAnswer => "no answer".to_owned(),
        Answer::Text(text) => format!("\"{}\"", plain(text)),
        Answer::Choices(numbers) => {
            let numbers: Vec<_> = numbers.iter().map(u32::to_string).collect();
            numbers.join(", ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dmsc_core::client::InputType;

    fn question(code: u16, default: Option<Answer>) -> Question {
        Question {
            code,
            choices: vec!["a".into(), "b".into()],
            default_response: default,
            ..Question::default()
        }
    }

    #[test]
    fn lines_are_answers() {
        let text = |words: &str| Answer::Text(words.into());
        for (code, default, line, wanted) in [
            (1100, None, "", Some(Answer::Accept)),
            (1101, None, "yes", Some(Answer::Accept)),
            (1101, None, "N", Some(Answer::Reject)),
            (1101, Some(Answer::Accept), "", Some(Answer::Accept)),
            (1101, None, "", None),
            (1102, None, "a b", Some(text("a b"))),
            (1102, Some(text("x")), "", Some(text("x"))),
            (1103, None, "2", Some(Answer::Choices(vec![2]))),
            (1103, None, "1 2", None),
            (1103, None, "3", None),
            (
                1104,
                Some(Answer::Choices(vec![1, 2])),
                "",
                Some(Answer::Choices(vec![1, 2])),
            ),
            (1104, None, "2, 1", Some(Answer::Choices(vec![2, 1]))),
            (1104, None, "x", None),
        ] {
            let asked = question(code, default.clone());
            let found = understood(&asked, line);
            assert_eq!(found, wanted, "{code} {default:?} {line:?}");
        }
    }

    #[test]
    fn a_text_keeps_to_its_type() {
        let number = Question {
            input_type: InputType::Numeric,
            max_length: Some(3),
            ..question(1102, None)
        };
        assert_eq!(understood(&number, "12"), Some(Answer::Text("12".into())));
        assert_eq!(understood(&number, "1234"), None);
        assert_eq!(understood(&number, "x"), None);
    }

    #[test]
    fn answers_are_named() {
        for (text, wanted) in [
            ("yes", Some(Answer::Accept)),
            ("none", Some(Answer::NoAnswer)),
            ("text:a:b", Some(Answer::Text("a:b".into()))),
            ("choice:1,3", Some(Answer::Choices(vec![1, 3]))),
            ("choice:x", None),
            ("maybe", None),
        ] {
            assert_eq!(text.parse::<Given>().ok().map(|g| g.0), wanted, "{text}");
        }
    }
}
