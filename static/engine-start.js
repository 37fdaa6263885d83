// Starts the engine's program in a worker. The build puts the names of the program's two files
// in the place of ENGINE_JS and ENGINE_WASM.
const failed = (error) => self.postMessage(`${error}`);
// What was asked while the program was loading.
const early = [];
self.onmessage = (event) => early.push(event);

try {
  const program = fetch("ENGINE_WASM");
  importScripts("ENGINE_JS");
  wasm_bindgen({ module_or_path: program }).then(() => {
    for (const event of early) self.onmessage(event);
  }, failed);
} catch (error) {
  failed(error);
}
