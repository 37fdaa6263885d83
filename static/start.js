// Starts the program of the page, and the engine in a worker. The build leaves the names of their
// files in a template element; an inline script, which Trunk would write by itself, is refused by
// the page's security policy.
const { js, wasm, engine, first, stories } = document.querySelector("#start").dataset;
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

// What a page asks first about a story was answered when the page was built. Where that will do,
// the line is left to it and to the program, which then starts the engine by itself.
const [place, query] = location.hash.split("?");
const known = stories.split(" ");
const story = place.split("/").find((part) => !/^(#|~.*)?$/.test(part)) ?? known[0];
const answers =
  known.includes(story) &&
  fetch(at(`${first}${story}.bin`)).then(
    async (response) => (response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined),
    () => undefined,
  );

if (query || !answers) {
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
}

// Read while it comes, where the server says what it is.
const compiled = async (response) =>
  response.headers.get("content-type")?.startsWith("application/wasm")
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());

try {
  const [program, module, file] = await Promise.all([import(at(js)), fetch(at(wasm)).then(compiled), answers]);
  window.dmscFirst = file;
  // A frame may be drawn between reading the program and running it.
  await new Promise((done) => setTimeout(done));
  await program.default({ module_or_path: module });
} catch (error) {
  const message = document.createElement("p");
  message.className = "fault";
  message.setAttribute("role", "alert");
  message.textContent = `The page could not start: ${error}. It needs a browser with WebAssembly from 2023 or later.`;
  document.body.prepend(message);
  throw error;
}
