// Load and interaction on a processor slowed four times, the load on a slow line too: 1.6 Mbit/s
// and 150 ms each way and back. An empty page of the same framework, built in the same way, is
// measured in the same run, so that figures of different machines can be compared.
//
// Load: first paint with words, first run playable, blocking time (what tasks last beyond 50 ms
// each, until it is playable), layout shift; for the page as it is, and for one whose address has
// a setting, so that the engine has to play. Interaction: from the key until
// the next frame is drawn (event timing), and the script in it. Playing: script in a frame.

import path from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { createServer } from "node:http";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { DIST, RESULTS, launch, serve, settle, started } from "./lib.mjs";

const SLOWED = 4;
const LINE = { latency: 150, downloadThroughput: 200_000, uploadThroughput: 200_000, offline: false };
const LOADS = 3;
const ROUNDS = 3;
const EMPTY = path.join(RESULTS, "empty");

const sorted = (values) => [...values].sort((a, b) => a - b);
const median = (values) => sorted(values)[Math.floor(values.length / 2)] ?? NaN;
const share = (values, part) => sorted(values)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? NaN;
const ms = (value) => `${Math.round(value)} ms`.padStart(10);

/** Serves a folder with brotli, as a server on the slow line would. */
async function compressed(folder) {
  const inner = await serve({ folder });
  const kept = new Map();
  const server = createServer(async (request, response) => {
    const answer = await fetch(inner.origin + request.url);
    const body = Buffer.from(await answer.arrayBuffer());
    if (!kept.has(request.url)) {
      kept.set(request.url, brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
    }
    const packed = kept.get(request.url);
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type"), "content-encoding": "br", "content-length": packed.length, "cache-control": "no-store" });
    response.end(packed);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: async () => {
      await new Promise((done) => (server.close(done), server.closeAllConnections()));
      await inner.close();
    },
  };
}

async function slowed(browser, line) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWED });
  if (line) {
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", LINE);
  }
  await page.addInitScript(() => {
    window.seen = { long: [], shift: 0, events: [] };
    const watch = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, durationThreshold: 16 });
    watch("longtask", (entry) => seen.long.push([entry.startTime, entry.duration]));
    watch("layout-shift", (entry) => entry.hadRecentInput || (seen.shift += entry.value));
    watch("event", (entry) => entry.name === "keydown" && seen.events.push(entry.duration));
  });
  return { context, page, session };
}

/** Runs in the page: ends when it has started and two frames were drawn. */
const playable = async () => {
  const root = document.documentElement;
  await new Promise((done) => {
    const look = () => root.hasAttribute("data-started") && done();
    new MutationObserver(look).observe(root, { attributes: true });
    look();
  });
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  seen.now = performance.now();
  // Long tasks are told a moment later.
  await new Promise((done) => setTimeout(done, 100));
};

async function load(browser, url) {
  const { context, page, session } = await slowed(browser, true);
  await page.goto(url, { waitUntil: "commit" });
  // Asked of the browser itself: what Playwright puts into a page to wait is a long task of its own.
  await session.send("Runtime.evaluate", { expression: `(${playable})()`, awaitPromise: true });
  const seen = await page.evaluate(() => {
    const paint = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN;
    const { now } = seen;
    const before = seen.long.filter(([start]) => start < now);
    const blocked = before.reduce((sum, [, lasted]) => sum + Math.max(0, lasted - 50), 0);
    return { paint, now, blocked, shift: seen.shift };
  });
  await context.close();
  return seen;
}

async function report(browser, name, url) {
  const loads = [];
  for (let i = 0; i < LOADS; i++) loads.push(await load(browser, url));
  const of = (key) => median(loads.map((one) => one[key]));
  console.log(`${name.padEnd(8)}${ms(of("paint"))}${ms(of("now"))}${ms(of("blocked"))}${of("shift").toFixed(4).padStart(10)}`);
}

const watchdog = setTimeout(() => (console.error("The script was ended after 900 s."), process.exit(1)), 900_000);
const browser = await launch();
try {
  console.log(`Load on a slow line, processor slowed ${SLOWED} times, median of ${LOADS}:`);
  console.log(`${"".padEnd(8)}${"words".padStart(10)}${"playable".padStart(10)}${"blocked".padStart(10)}${"shift".padStart(10)}`);
  for (const [name, folder, address] of [["empty", EMPTY, ""], ["page", DIST, ""], ["setting", DIST, "#/remote-trigger?encoding=xml"]]) {
    if (!existsSync(folder)) continue;
    const server = await compressed(folder);
    await report(browser, name, server.url + address);
    await server.close();
  }

  const server = await serve();
  const { context, page, session } = await slowed(browser, false);
  await page.goto(server.url);
  await started(page);
  await session.send("Performance.enable");
  const metrics = async () =>
    Object.fromEntries((await session.send("Performance.getMetrics")).metrics.map(({ name, value }) => [name, value * 1000]));
  const measure = async (key) => {
    await settle(page);
    const before = await metrics();
    if (key) await page.keyboard.press(key);
    await settle(page);
    const after = await metrics();
    return { script: after.ScriptDuration - before.ScriptDuration, task: after.TaskDuration - before.TaskDuration };
  };
  await page.keyboard.press("Home");
  await page.waitForTimeout(500);
  const rows = {};
  const note = (what, one) => (rows[what] ??= []).push(one);
  for (let i = 0; i < 10; i++) note("no key", await measure());
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < 40; i++) note("step (ArrowRight)", await measure("ArrowRight"));
    for (let i = 0; i < 40; i++) note("back (ArrowLeft)", await measure("ArrowLeft"));
    for (const key of ["End", "Home"]) note(`seek (${key})`, await measure(key));
    for (const key of ["5", "End", "Home", "3", "1", "2"]) note(`depth and ends (${key})`, await measure(key));
    for (const key of ["i", "i", "i", "t", "t", "c", "c", "s", "s"]) note("panes (i t c s)", await measure(key));
  }
  const show = (values) => `${median(values).toFixed(1)} / ${share(values, 0.95).toFixed(1)} / ${Math.max(...values).toFixed(1)}`;
  console.log(`\nInteraction, milliseconds, median / 95 % / longest, processor slowed ${SLOWED} times:`);
  console.log("what".padEnd(24) + "times".padStart(6) + "script".padStart(24) + "all tasks".padStart(24));
  for (const [what, measured] of Object.entries(rows)) {
    const column = (name) => show(measured.map((one) => one[name])).padStart(24);
    console.log(what.padEnd(24) + String(measured.length).padStart(6) + column("script") + column("task"));
  }
  const events = await page.evaluate(() => seen.events);
  console.log(`From key to frame (event timing): ${events.length} of 16 ms and longer, p98 ${share(events, 0.98)} ms`);

  // Playing: script between frames, as the page's own clock moves it.
  await page.keyboard.press("Home");
  await page.selectOption(".player__speed", "400");
  await page.keyboard.press("Space");
  const frames = [];
  for (let i = 0; i < 150; i++) {
    const before = await metrics();
    await page.evaluate(() => new Promise(requestAnimationFrame));
    frames.push((await metrics()).ScriptDuration - before.ScriptDuration);
  }
  console.log(`Playing at 4×: script in a frame, 95 %: ${share(frames, 0.95).toFixed(1)} ms (asking costs some of it)`);
  await context.close();
  await server.close();
} finally {
  await browser.close();
  clearTimeout(watchdog);
}
