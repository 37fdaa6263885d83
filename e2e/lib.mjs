// What every test of the built page needs: a static server on loopback for dist/, a headless
// Chromium, and a notebook of all that the page logs, violates and requests. It knows nothing
// of the page but that start.js marks it as started.

import { chromium } from "playwright-core";
import { createServer } from "node:http";
import { readFile, stat } from "node:fs/promises";
import { accessSync, constants, existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
export const DIST = path.join(ROOT, "dist");
export const RESULTS = path.join(ROOT, "e2e", "results");

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
  ".md": "text/plain; charset=utf-8",
};

/** Serves `folder` below `base` on a free loopback port. `sent` lists the files it sent. */
export async function serve({ folder = DIST, base = "/" } = {}) {
  if (!existsSync(path.join(folder, "index.html"))) {
    throw new Error(`There is no page in ${folder}. Build it with \`cargo xtask build\`.`);
  }
  const sent = [];
  const server = createServer(async (request, response) => {
    const refuse = (status) => response.writeHead(status, { "content-type": "text/plain" }).end();
    try {
      const name = decodeURIComponent(new URL(request.url, "http://loopback").pathname);
      if (request.method !== "GET" && request.method !== "HEAD") return refuse(405);
      if (!name.startsWith(base)) return refuse(404);
      let file = path.join(folder, name.slice(base.length) || "index.html");
      if (file !== folder && !file.startsWith(folder + path.sep)) return refuse(403);
      if ((await stat(file)).isDirectory()) file = path.join(file, "index.html");
      const body = await readFile(file);
      sent.push(file);
      response.writeHead(200, {
        "content-type": TYPES[path.extname(file)] ?? "application/octet-stream",
        "content-length": body.length,
        "cache-control": "no-store",
      });
      response.end(request.method === "HEAD" ? undefined : body);
    } catch {
      refuse(404);
    }
  });
  await new Promise((done, failed) => server.once("error", failed).listen(0, "127.0.0.1", done));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    origin,
    url: origin + base,
    sent,
    close: () => new Promise((done) => (server.close(done), server.closeAllConnections())),
  };
}

function browserProgram() {
  const named = process.env.CHROME;
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  const candidates = named ? [named] : names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  const found = candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (!found) throw new Error("No Chromium was found. `cargo xtask test` installs one where it can; else set CHROME to its program.");
  return found;
}

export function launch() {
  return chromium.launch({
    executablePath: browserProgram(),
    headless: true,
    timeout: 60_000,
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
      "--force-color-profile=srgb",
    ],
  });
}

/**
 * Opens an address in a fresh context and waits until the program runs.
 * Returns the page and its notebook: `console` (warnings and errors), `errors` (uncaught),
 * `violations` (of the Content-Security-Policy), `requests` (addresses), `failed` (requests).
 */
export async function open(browser, url, { viewport = { width: 1440, height: 900 }, ...context } = {}) {
  const opened = await browser.newContext({ viewport, locale: "en-GB", timezoneId: "UTC", ...context });
  const page = await opened.newPage();
  const notebook = { console: [], errors: [], violations: [], requests: [], failed: [] };
  page.on("console", (message) => {
    if (["warning", "error", "assert"].includes(message.type())) notebook.console.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => notebook.errors.push(String(error)));
  page.on("request", (request) => notebook.requests.push(request.url()));
  page.on("requestfailed", (request) => notebook.failed.push(`${request.url()}: ${request.failure()?.errorText}`));
  page.on("response", (response) => {
    if (response.status() >= 400) notebook.failed.push(`${response.url()}: ${response.status()}`);
  });
  await page.exposeFunction("noteViolation", (text) => notebook.violations.push(text));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      window.noteViolation(`${event.effectiveDirective} refused ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  await page.goto(url, { waitUntil: "load", timeout: 30_000 });
  try {
    await started(page);
  } catch (cause) {
    throw new Error(`The program at ${url} did not start. ${JSON.stringify(notebook)}`, { cause });
  }
  return { page, notebook, context: opened };
}

/** Waits until the program runs. */
export const started = (page) => page.waitForSelector("html[data-started]", { state: "attached", timeout: 30_000 });

/** Lets the page draw: two frames. */
export const settle = (page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

/**
 * Runs a whole script with a server and a browser, and ends both, whatever happens.
 * A script that hangs is ended with an error.
 */
export async function withPage(work, { base, seconds = 300 } = {}) {
  const watchdog = setTimeout(() => {
    console.error(`The script was ended after ${seconds} s.`);
    process.exit(1);
  }, seconds * 1000);
  const server = await serve({ base });
  try {
    const browser = await launch();
    try {
      return await work(browser, server);
    } finally {
      await browser.close();
    }
  } finally {
    await server.close();
    clearTimeout(watchdog);
  }
}
