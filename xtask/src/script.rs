//! The built page, and the Node scripts in `e2e/` that look at it.

use crate::setup::{self, Tools};
use crate::{Outcome, run};

/// Builds the release page into `dist/`.
pub(crate) fn build_page(tools: &Tools) -> Outcome {
    run::run(
        "Building the release page into dist/ (the first time some minutes)",
        &mut trunk(tools, "build", true),
    )
}

/// Trunk with what every use of it here needs.
pub(crate) fn trunk(tools: &Tools, verb: &str, release: bool) -> std::process::Command {
    let mut command = tools.command("trunk");
    // The tools are set up; a wrong version shall be an error, not a download.
    command.args([verb, "--offline"]);
    if release {
        command.args(["--release", "--cargo-profile", "page"]);
    }
    // Trunk takes NO_COLOR for a switch of its own and stumbles over the usual value, 1.
    if std::env::var_os("NO_COLOR").is_some() {
        command.env_remove("NO_COLOR").args(["--color", "never"]);
    }
    command
}

/// Builds the release page and runs one script of `e2e/` on it.
pub(crate) fn on_page(script: &str, options: &[&str]) -> Outcome {
    let tools = setup::for_browser()?;
    build_page(&tools)?;
    run::run(
        &format!("Running e2e/{script}"),
        tools
            .command("node")
            .arg(format!("e2e/{script}"))
            .args(options),
    )
}

/// Builds the release page and an empty page beside it, and measures both.
pub(crate) fn timing() -> Outcome {
    let tools = setup::for_browser()?;
    let mut empty = trunk(&tools, "build", true);
    empty.args(["--dist", "e2e/results/empty", "e2e/empty/index.html"]);
    run::run("Building an empty page to compare with", &mut empty)?;
    on_page("timing.mjs", &[])
}
