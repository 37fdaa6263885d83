// What a person does on the built page: lets the flow play, answers the question, reads the
// tree, steps, links, zooms, loads a document of their own.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { launch, open, serve, settle } from "./lib.mjs";

let browser, server, opened;
before(async () => {
  server = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});
// Whatever a test does, the page logs nothing, breaks no rule and asks nobody else.
afterEach(async () => {
  const notebook = opened?.notebook;
  await opened?.context.close();
  opened = undefined;
  if (!notebook) return;
  assert.deepEqual([notebook.errors, notebook.violations, notebook.console, notebook.failed], [[], [], [], []]);
  const foreign = notebook.requests.filter((url) => !/^(data|blob):/.test(url) && !url.startsWith(server.url));
  assert.deepEqual(foreign, []);
});

async function visit(address = "", options = {}) {
  opened = await open(browser, server.url + address, { reducedMotion: "reduce", ...options });
  await settle(opened.page);
  return opened.page;
}

/** The address, once it has come to rest: it follows the page after a pause. */
async function hash(page) {
  for (let last; ; ) {
    const now = await page.evaluate(() => location.hash);
    if (now === last) return now;
    last = now;
    await page.waitForTimeout(250);
  }
}
const sentence = (page) => page.locator(".sentence__text").innerText();
const present = (page) => page.locator('[aria-current="step"]');
const event = (page) => present(page).getAttribute("data-event");
/** Waits until the run with an answer of the user, which the engine plays beside the page, is there. */
const answered = async (page) => {
  await page.waitForFunction(() => document.querySelector('[aria-current="step"]').dataset.event !== "user-asked", undefined, { timeout: 10_000 });
  await settle(page);
};
async function press(page, ...keys) {
  for (const key of keys) await page.keyboard.press(key);
  await settle(page);
}

/** The nodes of the tree in sight and out of it: URI to value, sign. */
async function tree(page) {
  const nodes = {};
  const list = page.locator(".tree-view__list");
  const height = await list.evaluate((element) => element.scrollHeight);
  for (let top = 0; top <= height; top += 200) {
    await list.evaluate((element, top) => element.scrollTo({ top, behavior: "instant" }), top);
    await settle(page);
    const rows = await page.locator(".tree-view__row").evaluateAll((rows) =>
      rows.map((row) => [row.dataset.uri, row.querySelector(".tree-view__new").textContent, row.classList.contains("tree-view__row--changed") ? row.dataset.sign : ""]),
    );
    for (const [uri, value, sign] of rows) nodes[uri] = { value, sign };
  }
  return nodes;
}

/** Scrolls the tree until a node is drawn. */
async function show(page, uri) {
  const list = page.locator(".tree-view__list");
  for (let top = 0; (await page.locator(`[data-uri="${uri}"]`).count()) === 0; top += 100) {
    assert.ok(top < 10_000, `${uri} is not in the tree`);
    await list.evaluate((element, top) => element.scrollTo({ top, behavior: "instant" }), top);
    await settle(page);
  }
}

/** Goes on until the present row shows an event of that kind. */
async function until(page, kind, limit = 60) {
  for (let i = 0; i < limit; i++) {
    if ((await event(page)) === kind) return;
    await press(page, "ArrowRight");
  }
  assert.fail(`no ${kind} within ${limit} rows`);
}

test("the first load plays the normal flow to its end without anybody", async () => {
  const page = await visit();
  assert.equal(await page.locator(".header__select").inputValue(), "remote-trigger");
  assert.equal(await page.locator('.ladder .segments__one[aria-pressed="true"]').innerText(), "Packages");
  await page.selectOption(".player__speed", "400");
  await page.locator(".prompt__phone").waitFor({ timeout: 20_000 });
  assert.match(await page.locator(".prompt__foot").innerText(), /Otherwise the setting answers: Accept/);
  // Nobody answers; the setting's answer counts after its time.
  await page.locator(".prompt__phone").waitFor({ state: "detached", timeout: 10_000 });
  await page.locator('.player__button[aria-label="Play"]').waitFor({ timeout: 30_000 });
  assert.equal(await event(page), "session-ended");
  assert.match(await sentence(page), /complete/i);
  const nodes = await tree(page);
  assert.equal(nodes["./Connectivity/NAP/Home"].sign, "added");
  assert.equal(nodes["./Connectivity/NAP/Home/Addr"].value, '"internet.example"');
  assert.equal(nodes["./Connectivity/NAP/Work/Addr"].sign, "replaced");
  assert.equal(nodes["./Connectivity/NAP/Legacy"].sign, "deleted");
});

test("a refusal leaves the tree as it was, and the link says so", async () => {
  const page = await visit();
  await press(page, "Home");
  const first = Object.keys(await tree(page));
  await until(page, "user-asked");
  await page.click(".prompt__answer--reject");
  await answered(page);
  assert.equal(await event(page), "user-answered");
  assert.match(await sentence(page), /no/);
  assert.match(await hash(page), /answer=reject/);
  // The choice plays on by itself.
  assert.equal(await page.locator('.player__button[aria-label="Pause"]').count(), 1);
  await press(page, "End");
  const nodes = await tree(page);
  assert.equal(nodes["./Connectivity/NAP/Home"], undefined);
  assert.ok(first.every((uri) => nodes[uri]?.sign !== "deleted"));
  assert.equal(await page.locator(".header__count").innerText(), "1");
});

test("every answer can be given", async () => {
  const page = await visit();
  for (const [answer, words] of [["none", /time is up/], ["cancel", /cancels/], ["accept", /accepts/]]) {
    await press(page, "Home");
    await until(page, "user-asked");
    await page.click(`.prompt__answer--${answer}`);
    await answered(page);
    assert.match(await sentence(page), words);
  }
});

test("the card asks by its menu, and the answer decides", async () => {
  const page = await visit("#/local-trigger?event=menu");
  await press(page, "Home");
  await until(page, "dialog-shown");
  assert.match(await page.locator(".prompt__phone").innerText(), /card asks.*GET INKEY.*new settings/is);
  await page.click(".prompt__answer--reject");
  await settle(page);
  assert.match(await sentence(page), /says no/);
  assert.match(await hash(page), /dialog=reject/);
  await press(page, "Home");
  await until(page, "dialog-shown");
  await page.click(".prompt__answer--accept");
  await until(page, "user-asked");
  assert.match(await page.locator(".prompt__phone").innerText(), /device asks/i);
});

test("keys do what the help says", async () => {
  const page = await visit();
  await press(page, "Home");
  const start = await hash(page);
  await press(page, "ArrowRight");
  assert.notEqual(await hash(page), start);
  await press(page, "ArrowLeft");
  assert.equal(await hash(page), start);
  await press(page, "Shift+ArrowRight", "Shift+ArrowRight");
  assert.equal((await page.locator(".sentence__number").innerText()).replace(/\D/g, ""), "2");
  await press(page, "5");
  assert.match(await hash(page), /depth=apdu/);
  await press(page, "2");
  await until(page, "message-sent");
  const opened = () => present(page).locator(".ladder-row__toggle").getAttribute("aria-expanded");
  assert.equal(await opened(), "false");
  await press(page, "Enter");
  assert.equal(await opened(), "true");
  await press(page, "Enter", "+");
  assert.equal(await page.locator(".player__speed").inputValue(), "200");
  await press(page, "t");
  assert.equal(await page.locator('.tree-view [aria-label="Changes shown"] [aria-pressed="true"]').innerText(), "This step");
  await press(page, "i");
  assert.equal(await page.locator('.inspector .segments__one[aria-pressed="true"]').innerText(), "XML");
  assert.match(await page.locator(".xml-view").innerText(), /<SyncHdr>/);
  await press(page, "d");
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "light");
  await press(page, "p");
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize), "21.6px");
  await press(page, "p", "?");
  assert.equal(await page.locator(".help-panel").count(), 1);
  await press(page, "Escape", "Space");
  assert.equal(await page.locator(".help-panel").count(), 0);
  assert.equal(await page.locator('.player__button[aria-label="Pause"]').count(), 1);
  // What is shown stands in the address, so it is shown as it was first.
  assert.match(await hash(page), /changes=step&tab=xml/);
  await press(page, "t", "i", "i", "End", "Home");
  assert.equal(await hash(page), start);
});

test("a button pressed with the mouse leaves the space bar to the player", async () => {
  const page = await visit("#/remote-trigger/31");
  await page.click('.player__button[aria-label="Forward"]');
  const there = await hash(page);
  await press(page, "Space");
  assert.equal(await page.locator('.player__button[aria-label="Pause"]').count(), 1);
  assert.equal(await hash(page), there);
});

test("theme and size are remembered", async () => {
  const page = await visit();
  await press(page, "d", "d", "p");
  await page.reload();
  await page.waitForSelector("html[data-started]", { state: "attached" });
  assert.deepEqual(await page.evaluate(() => ({ ...document.documentElement.dataset })), { theme: "dark", large: "", started: "" });
});

test("back is as good as forward: the tree returns", async () => {
  const page = await visit("#/remote-trigger/0");
  await until(page, "command-applied");
  await press(page, "ArrowLeft");
  const before = await tree(page);
  await press(page, "ArrowRight", "ArrowRight", "ArrowRight");
  const after = await tree(page);
  assert.notDeepEqual(after, before);
  await press(page, "ArrowLeft", "ArrowLeft", "ArrowLeft");
  assert.deepEqual(await tree(page), before);
});

test("a link brings back scenario, step, depth, field and settings, at rest", async () => {
  const page = await visit("#/local-trigger/70/1?depth=toolkit&answer=reject&seed=7");
  assert.equal(await page.locator(".header__select").inputValue(), "local-trigger");
  assert.equal(await page.locator('.ladder .segments__one[aria-pressed="true"]').innerText(), "Toolkit");
  assert.equal(await present(page).getAttribute("data-step"), "70");
  assert.equal(await page.locator(".field-list__row--chosen").getAttribute("data-field"), "1");
  assert.equal(await page.locator('.player__button[aria-label="Play"]').count(), 1);
  assert.equal(await page.locator(".notices").count(), 0);
  const link = await hash(page);
  for (const part of ["local-trigger/70/1", "depth=toolkit", "answer=reject", "seed=7"]) assert.ok(link.includes(part), link);
  await page.waitForTimeout(1500);
  assert.equal(await hash(page), link);
});

test("a wrong link says what there is, and the page works", async () => {
  const page = await visit("#/remote-triger/9?answer=maybe&colour=red&depth=7");
  const text = await page.locator(".notices").innerText();
  for (const word of ["remote-triger", "local-trigger", "maybe", "colour", "packages"]) assert.ok(text.includes(word), text);
  await press(page, "Home", "ArrowRight", "Escape");
  assert.equal(await page.locator(".notices").count(), 0);
  await page.evaluate(() => (location.hash = "#/remote-trigger/99999"));
  await settle(page);
  assert.match(await page.locator(".notices").innerText(), /no step 99999/);
  await page.evaluate(() => (location.hash = "#/local-trigger/43"));
  await settle(page);
  assert.equal(await present(page).getAttribute("data-step"), "43");
  assert.equal(await page.locator(".notices").count(), 0);
});

test("fields and bytes lead to each other", async () => {
  const page = await visit();
  await until(page, "message-sent");
  const field = page.locator(".field-list__row").nth(1);
  await field.click();
  await settle(page);
  const place = await field.getAttribute("data-field");
  assert.match(await hash(page), new RegExp(`/${place.replace(".", "\\.")}$`));
  assert.ok((await page.locator(".bytes-view__chosen").count()) > 0);
  await page.locator(".bytes-view__hex").first().click({ position: { x: 4, y: 8 } });
  await settle(page);
  assert.equal(await page.locator(".field-list__row--chosen").getAttribute("data-field"), "0");
  const layers = await page.locator(".breadcrumb__layer").allInnerTexts();
  assert.deepEqual(layers, ["APDU", "Toolkit", "HTTP", "Package #1", "Step 2"]);
  await page.click(".breadcrumb__layer >> text=HTTP");
  await settle(page);
  assert.match(await page.locator(".facts__title").innerText(), /POST/);
  assert.ok((await page.locator(".field-list__row").count()) > 3);
});

test("a node shows its properties and leads to the step that changed it", async () => {
  const page = await visit();
  await press(page, "End");
  await show(page, "./Connectivity/NAP/Work/Addr");
  await page.click('[data-uri="./Connectivity/NAP/Work/Addr"]');
  await settle(page);
  const card = await page.locator(".node-card").innerText();
  for (const word of ["ACL", "Format", "Type", "TStamp", "VerNo", "Title", "corp.example"]) assert.ok(card.includes(word), card);
  await page.click(".node-card__step");
  await settle(page);
  assert.equal(await event(page), "command-applied");
});

const own = (value) => `<?xml version="1.0" encoding="UTF-8"?>
<MgmtTree xmlns="syncml:dmddf1.2">
  <VerDTD>1.2</VerDTD>
  <Node>
    <NodeName>Mine</NodeName>
    <Path>./Connectivity/NAP</Path>
    <RTProperties><Format><node/></Format><Type><DDFName/></Type></RTProperties>
    <Node><NodeName>NAPID</NodeName><Value>mine</Value></Node><Node><NodeName>Addr</NodeName><RTProperties><Format><chr/></Format><Type><MIME>text/plain</MIME></Type></RTProperties>${value}</Node>
  </Node>
</MgmtTree>
`;

test("the card takes a document of one's own, and refuses a broken one with line and column", async () => {
  const page = await visit();
  await press(page, "s");
  const file = (name, text) => ({ name, mimeType: "text/xml", buffer: Buffer.from(text) });
  await page.setInputFiles('[data-set="file"]', file("mine.xml", own("<Value>my.example</Value>")));
  await page.locator(".settings-panel__loaded >> text=mine.xml").waitFor();
  await page.setInputFiles('[data-set="file"]', file("broken.xml", own("<Value>my.example</Valeu>")));
  const refusal = page.locator(".settings-panel__refusal");
  await refusal.waitFor();
  assert.match(await refusal.innerText(), /broken\.xml.*line 8, column \d+/s);
  assert.match(await refusal.innerText(), /Still loaded: mine\.xml/);
  await press(page, "Escape", "End");
  let nodes = await tree(page);
  assert.equal(nodes["./Connectivity/NAP/Mine/Addr"].value, '"my.example"');
  await press(page, "s");
  await page.click('[data-order="built-in"]');
  // The run is made beside the page.
  await page.locator(".settings-panel__loaded >> text=built-in").waitFor();
  await press(page, "Escape", "End");
  nodes = await tree(page);
  assert.equal(nodes["./Connectivity/NAP/Mine"], undefined);
  assert.ok(nodes["./Connectivity/NAP/Home"]);
});

test("settings make another run; a value that is none is refused in words", async () => {
  const page = await visit();
  await press(page, "s");
  await page.selectOption("#setting-encoding", "xml");
  await settle(page);
  assert.match(await hash(page), /encoding=xml/);
  await page.fill("#setting-max-msg-size", "7");
  await page.keyboard.press("Tab");
  await settle(page);
  assert.match(await page.locator(".notices").innerText(), /max-msg-size.*1024/s);
  await page.selectOption("#setting-confirm", "off");
  await press(page, "Escape", "Escape", "Home");
  await until(page, "command-applied");
  assert.match(await hash(page), /confirm=off/);
});

test("the card's own timer starts the alternate flow", async () => {
  const page = await visit();
  await page.selectOption(".header__select", "local-trigger");
  await settle(page);
  await until(page, "timer-expired");
  await until(page, "notification-sent");
  assert.equal(await present(page).getAttribute("data-interface"), "dmsc1");
  assert.equal(await page.locator(".architecture__label--busy").textContent(), "DM-SC-1");
  await press(page, "End");
  assert.ok((await tree(page))["./Connectivity/NAP/Home/Addr"]);
});

test("deeper keeps the place, and only rows in sight are drawn", async () => {
  const page = await visit();
  await until(page, "message-sent");
  const place = async () => (await present(page).boundingBox()).y;
  const before = await place();
  for (const depth of ["5", "3", "4", "2"]) {
    await press(page, depth);
    assert.equal(await event(page), "message-sent");
    assert.ok(Math.abs((await place()) - before) < 2, `depth ${depth} moves the present row`);
    assert.ok((await page.locator(".ladder-row").count()) < 60);
  }
});

test("the timeline goes where it is clicked and dragged", async () => {
  const page = await visit();
  const box = await page.locator(".timeline__line").boundingBox();
  await page.mouse.click(box.x + box.width - 2, box.y + box.height / 2);
  await settle(page);
  assert.equal(await event(page), "session-ended");
  await page.mouse.move(box.x + box.width - 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + 1, box.y + box.height / 2, { steps: 5 });
  await page.mouse.up();
  await settle(page);
  assert.equal(await event(page), "card-started");
  await page.mouse.wheel(0, 100);
  await settle(page);
  assert.notEqual(await event(page), "card-started");
});

for (const [width, height] of [[390, 844], [800, 900], [1180, 800], [1440, 900], [1920, 1080]]) {
  test(`at ${width} px nothing is wider than the window`, async () => {
    const page = await visit("", { viewport: { width, height } });
    for (const keys of [["Home"], ["End"], ["5"], ["s"], ["Escape", "?"], ["Escape", "1", "c"], ["p"]]) {
      await press(page, ...keys);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(wide, 0, keys.join(" "));
    }
    await press(page, "p");
    const small = await page.locator(".player__button").evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().height < 40).length);
    assert.equal(small, 0, "buttons of the player are 40 px high");
    assert.ok(await page.locator(".sentence").isVisible());
  });
}

/** The text of a row of the card. */
const cardRow = (page, key) => page.locator(`[data-key="${key}"]`);
const cardValue = (page, key) => cardRow(page, key).locator(".tree-view__new").innerText();

test("the card is seen to work while the flow plays, and a file opens in place", async () => {
  const page = await visit("#/remote-trigger/0");
  await press(page, "c");
  await page.waitForFunction(() => /[?&]card$/.test(location.hash), undefined, { timeout: 5000 });
  assert.equal(await page.locator('.side-head__switch .segments__one[aria-pressed="true"]').innerText(), "Card");
  await press(page, "Home", "t");
  // Each state of the channel that playing shows, in order.
  const states = [];
  await press(page, "4");
  for (let i = 0; i < 120; i++) {
    const state = (await cardValue(page, "bip-server")).replace(/\d+/g, "n");
    if (state !== states.at(-1)) states.push(state);
    await press(page, "ArrowRight");
  }
  assert.deepEqual(states.slice(0, 4), ["closed", "listens", "connected", "n B of a request"]);
  assert.ok(states.includes("n B to send"), states.join());
  assert.equal(states.at(-1), "listens");
  // Back to where a client comes: the change is marked with sign and colour, and what was.
  await press(page, "3", "Home");
  await until(page, "connection-opened");
  const channel = cardRow(page, "bip-server");
  assert.equal(await channel.getAttribute("data-sign"), "replaced");
  assert.match(await channel.innerText(), /~[^]*listens[^]*→[^]*connected/);
  // A section opens and closes, with the keyboard too.
  await cardRow(page, "toolkit").click();
  await settle(page);
  assert.equal(await cardValue(page, "profile"), "downloaded");
  await cardRow(page, "toolkit").locator("button").focus();
  await press(page, "Enter");
  assert.equal(await cardRow(page, "profile").count(), 0);
  // A file, by way of its directory.
  const list = page.locator(".card-view .listing");
  await list.evaluate((element) => element.scrollTo({ top: element.scrollHeight, behavior: "instant" }));
  await settle(page);
  const adf = cardRow(page, "3F00/7FFF");
  if ((await adf.getAttribute("aria-expanded")) === "false") await adf.click();
  await settle(page);
  const imsi = cardRow(page, "3F00/7FFF/6F07");
  assert.equal(await cardValue(page, "3F00/7FFF/6F07"), "001010123456789");
  await imsi.click();
  await settle(page);
  await page.waitForFunction(() => location.hash.includes("card=3F00/7FFF/6F07"), undefined, { timeout: 5000 });
  const rows = await page.locator(".card-view .tree-view__row").allInnerTexts();
  const shown = rows.join("\n");
  for (const word of ["Access rule", "PIN1", "File control parameters"]) assert.ok(shown.includes(word), shown);
  assert.ok(rows.length < 60);
  await press(page, "Escape", "c");
  assert.equal(await page.locator(".card-view").count(), 0);
  // The address follows quick changes after a pause.
  await page.waitForFunction(() => !location.hash.includes("card"), undefined, { timeout: 5000 });
});

test("a link leads to a file of the card, and says when there is none", async () => {
  const page = await visit("#/remote-trigger/40?card=3F00/7FFF/6F46");
  const row = cardRow(page, "3F00/7FFF/6F46");
  assert.equal(await row.getAttribute("aria-selected"), "true");
  assert.match(await row.innerText(), /DM_SC/);
  const [top, bottom] = await page.locator(".card-view .listing").evaluate((element) => {
    const box = element.getBoundingClientRect();
    return [box.top, box.bottom];
  });
  const box = await row.boundingBox();
  assert.ok(box.y >= top && box.y + box.height <= bottom, "the chosen file is in sight");
  await page.evaluate(() => (location.hash = "#/remote-trigger/40?card=3F00/0000"));
  await settle(page);
  assert.match(await page.locator(".notices").innerText(), /no file 3F00\/0000/);
});

test("on a phone every part is a tab away", async () => {
  const page = await visit("", { viewport: { width: 390, height: 844 } });
  await press(page, "End");
  await page.click(".page__tabs >> text=Tree");
  assert.ok((await tree(page))["./Connectivity/NAP/Home"]);
  await page.click(".page__tabs >> text=Card");
  assert.equal(await cardValue(page, "bip-server"), "listens");
  await page.click(".page__tabs >> text=Inspector");
  assert.ok(await page.locator(".inspector").isVisible());
  await page.click(".page__tabs >> text=Ladder");
  assert.ok(await page.locator(".ladder").isVisible());
});

test("with motion the message travels, without it stands where it arrived", async () => {
  const page = await visit("", { reducedMotion: "no-preference" });
  await until(page, "notification-sent");
  const moves = () => page.evaluate(() => document.getAnimations().map((one) => one.animationName).filter((name) => /travel/.test(name ?? "")));
  assert.ok((await moves()).includes("architecture-travel"));
  await page.emulateMedia({ reducedMotion: "reduce" });
  await press(page, "ArrowLeft", "ArrowRight");
  assert.deepEqual(await moves(), []);
  assert.equal(await page.locator(".architecture__dot").count(), 1);
});
