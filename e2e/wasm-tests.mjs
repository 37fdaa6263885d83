// Runs one WebAssembly test program of the core, as cargo's runner for wasm32-unknown-unknown.
//
// Tests marked with `wasm_bindgen_test` need wasm-bindgen's own runner. The plain `#[test]`s of
// the library need no help at all: Rust's own test harness is in the program, imports nothing
// and runs when `main` is called. It cannot print, but a test that fails panics, a panic traps,
// and the stack of the trap names the test. (wasm-bindgen's runner would say "no tests to run"
// to these, and succeed.) Plain tests in `core/tests` may read files, which there are none of
// here, so they are left to the native run.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";

const LIBRARY = "dmsc_core";

const [program, ...options] = process.argv.slice(2);
const name = path.basename(program).replace(/-[0-9a-f]{16}\.wasm$/, "");
const module = new WebAssembly.Module(readFileSync(program));
const imports = WebAssembly.Module.imports(module).map((one) => `${one.module}.${one.name}`);
const exported = WebAssembly.Module.exports(module).map((one) => one.name);

function end(status, sentence) {
  (status === 0 ? console.log : console.error)(`${name}: ${sentence}`);
  process.exit(status);
}

/** `9dmsc_core5codec` as `dmsc_core::codec`: each name is preceded by its length. */
function spelt(symbol) {
  const names = [];
  for (let rest = symbol, length; (length = /^\d+/.exec(rest)?.[0]); rest = rest.slice(length.length + Number(length))) {
    names.push(rest.slice(length.length, length.length + Number(length)));
  }
  return names.join("::");
}

if (exported.some((one) => one.startsWith("__wbgt_"))) {
  const runner = process.env.WASM_BINDGEN_TEST_RUNNER ?? "wasm-bindgen-test-runner";
  const { status, error } = spawnSync(runner, [program, ...options], { stdio: "inherit" });
  if (error) end(1, `${runner} could not be started: ${error.message}. \`cargo xtask setup\` installs it.`);
  process.exit(status ?? 1);
}

if (name !== LIBRARY) end(0, "has no test marked with wasm_bindgen_test; it runs natively only.");
if (imports.length > 0) end(1, `imports ${imports.join(", ")}, so the core is not free of its surroundings.`);
const asked = options.filter((option) => option !== "--quiet");
if (asked.length > 0) end(1, `plain tests take no options on WebAssembly, but got ${asked.join(" ")}.`);

Error.stackTraceLimit = 200;
const { exports } = new WebAssembly.Instance(module);
let status;
try {
  status = exports.main(0, 0);
} catch (error) {
  const stack = String(error.stack);
  // A frame reads `at file.wasm._ZN9dmsc_core5codec3hex5tests4good17h0123456789abcdefE (…)`.
  const where = stack
    .split("\n")
    .map((frame) => /\._ZN(\S+)17h[0-9a-f]{16}E /.exec(frame)?.[1] ?? "")
    .find((symbol) => symbol.startsWith(LIBRARY.length + LIBRARY));
  end(101, where ? `a test failed, at ${spelt(where)}. Run it natively to see its message.` : `a test failed.\n${stack}`);
}
end(status === 0 ? 0 : 101, status === 0 ? "all plain tests of the library passed on WebAssembly." : `ended with ${status}.`);
