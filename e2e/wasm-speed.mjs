// How long decoding takes in WebAssembly beside native code, in one run: `node e2e/wasm-speed.mjs`.
//
// Builds `core/examples/decode_rounds.rs` natively, for WebAssembly with the same optimisation,
// and for WebAssembly as the page is built (small before fast), and times each in turn, many
// times; the shortest time counts, which other programs disturb least. Fails where the like
// build takes more than MOST times as long.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";

const MOST = 2.5;
const TRIES = 9;
const ROOT = path.resolve(import.meta.dirname, "..");
const TARGET = path.resolve(ROOT, process.env.CARGO_TARGET_DIR ?? "target");
const WASM = "wasm32-unknown-unknown";

function run(program, options) {
  const { status, error } = spawnSync(program, options, { cwd: ROOT, stdio: "inherit" });
  if (error || status !== 0) throw new Error(`${program} ${options.join(" ")}: ${error?.message ?? status}`);
}

/** Builds the program and gives the path of what came out. */
function built(profile, target) {
  const forTarget = target ? ["--target", target] : [];
  run("cargo", ["build", "--quiet", "--package", "dmsc-core", "--example", "decode_rounds", "--profile", profile, ...forTarget]);
  return path.join(TARGET, target ?? "", profile, "examples", target ? "decode_rounds.wasm" : "decode_rounds");
}

function native(file) {
  return () => run(file, []);
}

function wasm(file) {
  const module = new WebAssembly.Module(readFileSync(file));
  const imports = WebAssembly.Module.imports(module).map((one) => `${one.module}.${one.name}`);
  if (imports.length > 0) throw new Error(`${file} imports ${imports.join(", ")}`);
  // A new instance each time, since `main` is meant to run once; the compiled code is kept.
  return () => {
    const status = new WebAssembly.Instance(module).exports.main(0, 0);
    if (status !== 0) throw new Error(`${file} ended with ${status}`);
  };
}

const ways = [
  { name: "native", go: native(built("release")), best: Infinity },
  { name: "WebAssembly", go: wasm(built("release", WASM)), best: Infinity },
  { name: "WebAssembly of the page", go: wasm(built("page", WASM)), best: Infinity },
];
for (let i = 0; i < TRIES; i++) {
  for (const way of ways) {
    const start = performance.now();
    way.go();
    way.best = Math.min(way.best, performance.now() - start);
  }
}
for (const { name, best } of ways) {
  console.log(`${name.padEnd(24)}${best.toFixed(0).padStart(6)} ms${(best / ways[0].best).toFixed(2).padStart(7)} times native`);
}
if (ways[1].best > MOST * ways[0].best) {
  console.error(`Decoding in WebAssembly takes more than ${MOST} times as long as native code.`);
  process.exit(1);
}
