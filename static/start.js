// Starts the engine in a worker and the program beside it. The build leaves the names of their
// files in a template element; an inline script, which Trunk would write by itself, is refused by
// the page's security policy.
const { js, wasm, engine } = document.querySelector("#start").dataset;
const at = (name) => new URL(name, document.baseURI).href;

try {
  // Colours and size as they were, before anything more is drawn.
  const { dataset } = document.documentElement;
  const theme = localStorage.getItem("dmsc-theme");
  if (theme) dataset.theme = theme;
  if (localStorage.getItem("dmsc-large")) dataset.large = "";
} catch {
  // A browser may refuse to remember.
}

try {
  // The program takes this worker over; until then it remembers what went wrong.
  const worker = new Worker(at(engine));
  worker.onerror = (event) => {
    event.preventDefault();
    worker.early = event.message || "its script could not be loaded";
  };
  worker.onmessage = (event) => (worker.early = event.data);
  window.dmscEngine = worker;
} catch {
  // The program tries for itself, and says why it cannot.
}

try {
  const program = await import(at(js));
  await program.default({ module_or_path: at(wasm) });
} catch (error) {
  const message = document.createElement("p");
  message.className = "fault";
  message.setAttribute("role", "alert");
  message.textContent = `The page could not start: ${error}. It needs a browser with WebAssembly from 2023 or later.`;
  document.body.prepend(message);
  throw error;
}
