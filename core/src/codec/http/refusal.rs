//! Why a message is not taken, and the status a server answers with (RFC 9110 §15.5).

use crate::codec::DecodeError;

/// Why a message is not taken, and what a server answers. The connection makes no sense
/// afterwards: where the next message begins is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Status code of the answer.
    pub status: u16,
    /// What is wrong, and where.
    pub error: DecodeError,
}

impl Refusal {
    pub(in crate::codec) fn bad(
        offset: usize,
        expected: &'static str,
        found: impl Into<String>,
        clause: &'static str,
    ) -> Self {
        Refusal {
            status: 400,
            error: DecodeError::new(offset, expected, found.into()).clause(clause),
        }
    }

    pub(in crate::codec) fn with(self, status: u16) -> Self {
        Refusal { status, ..self }
    }
}
