//! Running other programs, with errors as sentences. A child gets no standard input, so that
//! nothing here ever waits for an answer.

use crate::Outcome;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// The root of the workspace; every command runs there.
pub(crate) fn root() -> &'static Path {
    // The manifest lies in `xtask/`, so there always is a parent.
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest)
}

/// Says what happens now.
pub(crate) fn say(sentence: &str) {
    println!("[xtask] {sentence}");
}

/// A command in the root of the workspace, without standard input.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root()).stdin(Stdio::null());
    command
}

/// Says `doing`, runs the command to its end with its output shown, and says how long it took.
pub(crate) fn run(doing: &str, command: &mut Command) -> Outcome {
    say(doing);
    let start = Instant::now();
    let status = command
        .status()
        .map_err(|error| format!("`{}` could not be started: {error}.", shown(command)))?;
    if !status.success() {
        return Err(format!(
            "`{}` failed ({status}); what it said stands above.",
            shown(command)
        ));
    }
    say(&format!("  done in {:.1} s", start.elapsed().as_secs_f64()));
    Ok(())
}

/// What a program prints to standard output, trimmed; `None` where it is missing or fails.
pub(crate) fn output(program: impl AsRef<OsStr>, arguments: &[&str]) -> Option<String> {
    let output = command(program)
        .args(arguments)
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// Where PATH has a program of this name.
pub(crate) fn in_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .flat_map(|folder| [folder.join(name), folder.join(format!("{name}.exe"))])
        .find(|file| file.is_file())
}

fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy()];
    words.extend(command.get_args().map(OsStr::to_string_lossy));
    words.join(" ")
}
