//! What must hold of the text of a plan.

use dmsc_core::server::{Config, DmServer, MAX_STEPS, Place, Plan};

/// A text: refused at a place in it, or a plan that stays the same when it is written and read.
pub(crate) fn check_plan(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match Plan::from_json(&text) {
        Ok(plan) => {
            assert!(plan.steps.len() <= MAX_STEPS);
            assert_eq!(plan.check(), Ok(()));
            let written = serde_json::to_string(&plan).unwrap();
            assert_eq!(Plan::from_json(&written).as_ref(), Ok(&plan), "{written}");
            let server = DmServer::new(Config::default(), plan.clone());
            assert_eq!(server.is_done(), plan.steps.is_empty());
        }
        Err(error) => {
            assert!(!error.problem.is_empty() && !error.to_string().is_empty());
            if let Place::Line { line, column } = error.place {
                let lines = text.split('\n').count();
                assert!(line >= 1 && line <= lines + 1, "{line}:{column} of {lines}");
            }
        }
    }
}
