//! Programs of others: whether they are there, and what is said when they are not.

use std::io::Write;
use std::process::{Command, Stdio};

/// Says that a test did not take place, past the test runner, which would keep it to itself. Under
/// `CI` that is a failure: there a test that finds nothing to test with is no test.
pub(crate) fn skipped(reason: &str) {
    let is_ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
    assert!(!is_ci, "under CI nothing is skipped: {reason}");
    let _ = writeln!(std::io::stderr(), "skipped: {reason}");
}

/// Whether a program can be started; if not, a word on which Debian package brings it.
pub(crate) fn is_there(program: &str, package: &str) -> bool {
    let started = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match started {
        Ok(_) => true,
        Err(error) => {
            skipped(&format!("no {program} (Debian: {package}): {error}"));
            false
        }
    }
}
