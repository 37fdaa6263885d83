// Starts the program. Trunk leaves the names of its two files in a template element; an
// inline script, which it would write by itself, is refused by the page's security policy.
// `data-started` tells the browser tests that the program runs.
const { js, wasm } = document.querySelector("#start").dataset;
const at = (name) => new URL(name, document.baseURI).href;

try {
  const program = await import(at(js));
  await program.default({ module_or_path: at(wasm) });
  document.documentElement.dataset.started = "";
} catch (error) {
  const message = document.createElement("p");
  message.setAttribute("role", "alert");
  message.textContent = `The page could not start: ${error}. It needs a browser with WebAssembly from 2023 or later.`;
  document.body.prepend(message);
  throw error;
}
