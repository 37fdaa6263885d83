// Starts the empty page, as static/start.js starts the page.
const { js, wasm } = document.querySelector("#start").dataset;
const at = (name) => new URL(name, document.baseURI).href;
const program = await import(at(js));
await program.default({ module_or_path: at(wasm) });
document.documentElement.dataset.started = "";
