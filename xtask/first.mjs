// Lets the built engine answer what a page asks first about each story, and writes a file for
// each into a folder: `node first.mjs ENGINE_JS ENGINE_WASM FOLDER`. Prints the stories, the
// first one first. The engine is that of the page, so the answers are those that it would give.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { runInThisContext } from "node:vm";

const [script, program, folder] = process.argv.slice(2);
const told = [];
// What the engine finds in a worker.
globalThis.self = globalThis;
globalThis.postMessage = (message) => told.push(Buffer.from(message));
const start = runInThisContext(`${await readFile(script, "utf8")}\n;wasm_bindgen`);
await start({ module_or_path: await readFile(program) });
globalThis.onmessage({ data: new Uint8Array() });

await mkdir(folder, { recursive: true });
const stories = [];
for (const message of told) {
  const end = message.indexOf("\n");
  const story = message.subarray(0, end).toString();
  if (!/^[a-z0-9-]+$/.test(story)) throw new Error(`The engine told no story's answers: ${message.subarray(0, 200)}`);
  await writeFile(path.join(folder, `${story}.bin`), message.subarray(end + 1));
  stories.push(story);
}
if (!stories.length) throw new Error("The engine told nothing.");
console.log(stories.join(" "));
