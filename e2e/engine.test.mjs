// The engine beside the page: it may be unable to start, die or take long, and an address, a
// pane, an edit or the browser's memory may not be there. The page says so and goes on.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { launch, open, serve, settle, started } from "./lib.mjs";

let browser, server, context;
before(async () => {
  server = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});
afterEach(async () => {
  await context?.close();
  context = undefined;
});

/** A page that is not loaded yet. */
async function blank(options = {}) {
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB", reducedMotion: "reduce", ...options });
  return context.newPage();
}
async function visit(address = "") {
  const opened = await open(browser, server.url + address, { reducedMotion: "reduce" });
  context = opened.context;
  await settle(opened.page);
  return opened;
}
const hash = (page) => page.evaluate(() => location.hash);
const scenario = (page) => page.locator(".header__select").inputValue();
/** Waits until the address has come to rest on something. */
const rests = (page, pattern) => page.waitForFunction((text) => new RegExp(text).test(location.hash), pattern.source, { timeout: 10_000 });

test("an engine that cannot start is said, and starts when it is tried again", async () => {
  const page = await blank();
  await page.route("**/engine-*_bg.wasm", (route) => route.abort());
  await page.goto(server.url);
  const alert = page.locator(".engine-notice--lost");
  await alert.waitFor({ timeout: 20_000 });
  assert.match(await alert.innerText(), /cannot be started/);
  assert.ok(await page.locator(".ladder").isVisible());
  await page.keyboard.press("d");
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "light");
  await page.unroute("**/engine-*_bg.wasm");
  await page.click(".engine-notice__button");
  await started(page);
  assert.equal(await scenario(page), "remote-trigger");
  assert.equal(await alert.count(), 0);
});

test("a script of the worker that is not there is said too", async () => {
  const page = await blank();
  await page.route("**/engine-start-*.js", (route) => route.fulfill({ status: 404 }));
  await page.goto(server.url);
  await page.locator(".engine-notice--lost").waitFor({ timeout: 20_000 });
});

test("an engine that dies is started again with a sentence, and the page stands where it stood", async () => {
  const { page } = await visit("#/remote-trigger/31?depth=http");
  await rests(page, /31\?depth=http$/);
  const before = await hash(page);
  await page.workers()[0].evaluate(() => void setTimeout(() => { throw new Error("on purpose"); }));
  const notice = page.locator(".notices");
  await notice.waitFor();
  assert.match(await notice.innerText(), /broke down .*on purpose.* runs again/);
  assert.equal(await hash(page), before);
  await page.keyboard.press("Escape");
  // It answers again: fields of steps it has not told yet, and another run.
  await page.keyboard.press("5");
  await page.keyboard.press("Home");
  await page.locator(".field-list__row").first().waitFor();
  await page.selectOption(".header__select", "local-trigger");
  await page.waitForFunction(() => location.hash.startsWith("#/local-trigger"));
});

test("an engine that takes long is said and can be stopped; the run before stays", async () => {
  const { page } = await visit("#/remote-trigger/31");
  await page.workers()[0].evaluate(() => void setTimeout(() => { for (const end = Date.now() + 60_000; Date.now() < end; ); }));
  await page.waitForTimeout(100);
  await page.selectOption(".header__select", "local-trigger");
  // The page does not wait.
  await page.keyboard.press("ArrowRight");
  await settle(page);
  assert.notEqual(await page.locator('[aria-current="step"]').getAttribute("data-step"), "31");
  await page.locator(".engine-notice--late").waitFor({ timeout: 10_000 });
  await page.click(".engine-notice__button");
  await page.locator(".notices").waitFor();
  assert.match(await page.locator(".notices").innerText(), /stopped/);
  assert.equal(await page.locator(".engine-notice").count(), 0);
  assert.match(await hash(page), /^#\/remote-trigger/);
  await page.keyboard.press("Escape");
  await page.selectOption(".header__select", "local-trigger");
  await page.waitForFunction(() => location.hash.startsWith("#/local-trigger"));
});

test("of two wishes in a row the last one counts", async () => {
  const { page } = await visit("#/remote-trigger/3");
  await page.keyboard.press("s");
  await page.selectOption("#setting-encoding", "xml");
  await page.selectOption("#setting-answer", "reject");
  await rests(page, /answer=reject/);
  await page.waitForTimeout(500);
  assert.match(await hash(page), /answer=reject/);
  assert.equal(await page.locator(".engine-notice").count(), 0);
});

test("addresses of an older form are read, and what is not there is said", async () => {
  const { page, notebook } = await visit("#/remote-trigger/40?card=3F00/2FE2");
  assert.equal(await page.locator('[data-key="3F00/2FE2"]').getAttribute("aria-selected"), "true");
  await page.locator(".card-view__row--detail").first().waitFor();
  await page.evaluate(() => (location.hash = "#/~moon/remote-trigger/20?pane=inspector,console&edit=message-sent.2:fly&edit=message-sent.2:drop"));
  const notices = page.locator(".notices");
  await notices.waitFor();
  for (const words of ["moon", "console", "message-sent.2:fly"]) assert.ok((await notices.innerText()).includes(words), words);
  assert.equal(await page.locator(".tag:visible").innerText(), "✕ dropped by you");
  assert.equal(await page.locator(".timeline__broken").innerText(), "▲ dropped");
  await rests(page, /edit=message-sent.2:fly&edit=message-sent.2:drop/);
  assert.deepEqual(notebook.errors, []);
});

test("an edit is taken back where it was made", async () => {
  const { page } = await visit("#/remote-trigger/20?edit=message-sent.2:drop");
  await page.click(".ladder-row__undo");
  await page.waitForFunction(() => !location.hash.includes("edit"));
  assert.equal(await page.locator(".tag").count(), 0);
});

test("a browser that refuses to remember is no harm", async () => {
  const page = await blank();
  await page.addInitScript(() => Object.defineProperty(window, "localStorage", { get: () => { throw new DOMException("refused", "SecurityError"); } }));
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(server.url);
  await started(page);
  await page.keyboard.press("d");
  await page.keyboard.press("p");
  await settle(page);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "light");
  assert.deepEqual(errors, []);
});

for (const [width, height] of [[1440, 900], [820, 1180], [390, 844]]) {
  test(`at ${width} px the frame stands before the program, and nothing jumps when it comes`, async () => {
    const page = await blank({ viewport: { width, height } });
    let release;
    const gate = new Promise((done) => (release = done));
    await page.route("**/*.wasm", async (route) => (await gate, route.continue()));
    await page.goto(server.url, { waitUntil: "commit" });
    await page.locator(".page--shell .sentence__text").waitFor();
    const boxes = () =>
      page.evaluate(() =>
        [".header", ".page__foot", ".sentence", ".page__main", ".page__column", ".player"].map((name) => {
          const { x, y, width, height } = document.querySelector(name).getBoundingClientRect();
          return [name, ...[x, y, width, height].map(Math.round)];
        }),
      );
    const words = await page.locator(".sentence__text").innerText();
    assert.match(words, /smart card/);
    const before = await boxes();
    release();
    await started(page);
    await settle(page);
    assert.deepEqual(await boxes(), before);
    assert.equal(await page.locator(".page--shell").count(), 0);
  });
}

test("keys go round the panes", async () => {
  const { page } = await visit("#/remote-trigger/3");
  const panes = [];
  for (let i = 0; i < 5; i++) {
    await page.keyboard.press("F6");
    panes.push(await page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.className));
  }
  assert.deepEqual(panes, ["Picture", "Ladder", "Management tree", "Inspector", "page__foot"]);
  await page.keyboard.press("Shift+F6");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Inspector");
});
