// How long decoding, a card's commands and a story with an edit at its end take in WebAssembly beside native code, in one run:
// `node e2e/wasm-speed.mjs`.
//
// Builds the programs natively, for WebAssembly with the same optimisation, and for
// WebAssembly as the page is built (small before fast), and times each in turn, many times; the
// shortest time counts, which other programs disturb least. Fails where the like build of
// decoding takes more than MOST times as long.

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
function built(example, profile, target) {
  const forTarget = target ? ["--target", target] : [];
  run("cargo", ["build", "--quiet", "--package", "dmsc-core", "--example", example, "--profile", profile, ...forTarget]);
  return path.join(TARGET, target ?? "", profile, "examples", target ? `${example}.wasm` : example);
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

/** Times one program all three ways; `rounds` of what it does, if it is to be counted. */
function timed(example, what, rounds) {
  const ways = [
    { name: "native", go: native(built(example, "release")), best: Infinity },
    { name: "WebAssembly", go: wasm(built(example, "release", WASM)), best: Infinity },
    { name: "WebAssembly of the page", go: wasm(built(example, "page", WASM)), best: Infinity },
  ];
  for (let i = 0; i < TRIES; i++) {
    for (const way of ways) {
      const start = performance.now();
      way.go();
      way.best = Math.min(way.best, performance.now() - start);
    }
  }
  console.log(what);
  for (const { name, best } of ways) {
    const rate = rounds ? `${Math.round((rounds / best) * 1000).toLocaleString("en").padStart(12)} a second` : "";
    console.log(`  ${name.padEnd(24)}${best.toFixed(0).padStart(6)} ms${(best / ways[0].best).toFixed(2).padStart(7)} times native${rate}`);
  }
  return ways[1].best / ways[0].best;
}

timed("card_rounds", "Commands to a card", 320_000);
timed("edit_rounds", "Stories with an edit at their last message", 400);
if (timed("decode_rounds", "Decoding") > MOST) {
  console.error(`Decoding in WebAssembly takes more than ${MOST} times as long as native code.`);
  process.exit(1);
}
