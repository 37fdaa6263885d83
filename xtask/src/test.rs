//! `cargo xtask test`: every test there is.

use crate::{Outcome, run, script, setup};

pub(crate) fn test() -> Outcome {
    let tools = setup::for_browser()?;
    setup::peers();

    run::run(
        "Native tests: core, components rendered to text, companion, and the rules of the project",
        tools.command("cargo").args(["test", "--workspace"]),
    )?;

    let script = run::root().join("e2e/wasm-tests.mjs");
    let runner = format!(
        "target.wasm32-unknown-unknown.runner = ['node', '{}']",
        script.display()
    );
    run::run(
        "The core's tests on WebAssembly, under Node",
        tools
            .command("cargo")
            .args(["test", "-p", "dmsc-core", "--tests"])
            .args(["--target", "wasm32-unknown-unknown", "--config", &runner])
            .env("WASM_BINDGEN_TEST_RUNNER", tools.test_runner()),
    )?;

    script::build_page(&tools)?;
    // Where it finds them by itself, every version of Node takes the same files for tests.
    run::run(
        "The built page in a browser",
        tools
            .command("node")
            .args(["--test", "--test-reporter=spec"])
            .args(["--test-timeout=240000", "--test-concurrency=1"])
            .current_dir(run::root().join("e2e")),
    )?;
    run::say("All tests passed.");
    Ok(())
}
