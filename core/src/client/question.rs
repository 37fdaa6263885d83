//! Questions to the user and the answers they take (OMA-TS-DM_Protocol-V1_2_1 §10).
//!
//! Knows no screen, and no message they came in.

use super::input_type::InputType;
use crate::codec::syncml::AlertCode;

/// A user interaction alert, ready to be shown (DM Protocol §10).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// Code of the alert: 1100–1104.
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
    /// ET of 1102 is `P`: the text being typed is not to be seen.
    pub hidden: bool,
}

/// Answer of the user to a question.
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
    /// The device cannot show the question.
    CannotShow,
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
}
