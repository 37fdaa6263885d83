//! What a trace that comes from outside must be before anything reads it: a story in order,
//! whose steps name only steps and titles that are there.

use super::{Event, FORMAT, Step, Trace};
use std::fmt;

/// Steps of the longest trace that is read.
const MAX_STEPS: usize = 2_000_000;

/// Why a text is no trace that can be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TraceError {
    /// Text that is not JSON, or not a trace.
    Json {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
        reason: String,
    },
    /// Format of another version.
    Format(u32),
    /// More steps than are read.
    Steps(usize),
    /// A step that cannot stand where it stands.
    Step {
        /// Place in the trace, from 0.
        index: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
}

impl fmt::Display for TraceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TraceError::Json {
                line,
                column,
                reason,
            } => write!(f, "line {line}, column {column}: {reason}"),
            TraceError::Format(format) => write!(
                f,
                "the trace has format {format}; this program reads format {FORMAT}"
            ),
            TraceError::Steps(count) => {
                write!(
                    f,
                    "the trace has {count} steps; at most {MAX_STEPS} are read"
                )
            }
            TraceError::Step { index, reason } => write!(f, "step {index}: {reason}"),
        }
    }
}

impl std::error::Error for TraceError {}

impl Trace {
    /// Reads a trace from JSON and checks it: the one way in for traces from outside.
    pub fn from_json(text: &str) -> Result<Trace, TraceError> {
        let trace: Trace = serde_json::from_str(text).map_err(|error| TraceError::Json {
            line: error.line(),
            column: error.column(),
            reason: error.to_string(),
        })?;
        trace.check()?;
        Ok(trace)
    }

    /// Checks what every reader of a trace relies on: `steps[n].id == n`, causes and enclosing
    /// steps come before, each enclosing step is of a higher layer (but an HTTP message of that of
    /// its records of TLS), titles are there.
    pub fn check(&self) -> Result<(), TraceError> {
        if self.format != FORMAT {
            return Err(TraceError::Format(self.format));
        }
        if self.steps.len() > MAX_STEPS {
            return Err(TraceError::Steps(self.steps.len()));
        }
        for (index, step) in self.steps.iter().enumerate() {
            if let Some(reason) = self.fault(index, step) {
                return Err(TraceError::Step { index, reason });
            }
        }
        Ok(())
    }

    fn fault(&self, index: usize, step: &Step) -> Option<&'static str> {
        let before = |id: u32| (id as usize) < index;
        if step.id as usize != index {
            Some("its id is not its place")
        } else if step.enabler_step as usize >= self.titles.len() {
            Some("its step of the enabler has no title")
        } else if index > 0 && self.steps[index - 1].tick > step.tick {
            Some("it is earlier than the step before it")
        } else if step.cause.is_some_and(|id| !before(id)) {
            Some("its cause does not come before it")
        } else if step
            .enclosing
            .is_some_and(|id| !before(id) || !encloses(&self.steps[id as usize], step))
        {
            Some("what encloses it does not come before it, or is of no higher layer")
        } else {
            None
        }
    }
}

/// Whether a step can lie in another.
fn encloses(outer: &Step, step: &Step) -> bool {
    let is_http = matches!(
        outer.event,
        Event::HttpRequestSent { .. } | Event::HttpResponseSent { .. }
    );
    let is_record = matches!(step.event, Event::TlsRecordSent { .. });
    outer.layer() < step.layer() || is_http && is_record
}
