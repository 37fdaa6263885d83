//! `cargo xtask test`: every test there is.

use crate::{Outcome, run, script, setup};

pub(crate) fn test() -> Outcome {
    let tools = setup::for_browser()?;

    run::run(
        "Native tests: core, components rendered to text, companion, and the rules of the project",
        tools.command("cargo").args(["test", "--workspace"]),
    )?;

    run::run(
        "The core's tests on WebAssembly, under Node",
        tools
            .command("cargo")
            .args([
                "test",
                "-p",
                "dmsc-core",
                "--tests",
                "--target",
                "wasm32-unknown-unknown",
            ])
            .env(
                "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
                "node e2e/wasm-tests.mjs",
            )
            .env("WASM_BINDGEN_TEST_RUNNER", tools.test_runner()),
    )?;

    script::build_page(&tools)?;
    run::run(
        "The built page in a browser",
        tools.command("node").args([
            "--test",
            "--test-timeout=240000",
            "--test-concurrency=1",
            "e2e/",
        ]),
    )?;
    run::say("All tests passed.");
    Ok(())
}
