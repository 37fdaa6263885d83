// The built page in a browser: it starts, it keeps to its own strict policy, it asks nobody
// but its own server, and its console stays clean. At the root of a server and below a folder.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open, serve, settle } from "./lib.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** Directives that must be there with exactly these sources. */
const POLICY = {
  "default-src": "'none'",
  "script-src": "'self' 'wasm-unsafe-eval'",
  "style-src": "'self'",
  "connect-src": "'self'",
  "base-uri": "'none'",
  "form-action": "'none'",
};

for (const base of ["/", "/some/folder/"]) {
  test(`the page below ${base} runs under its policy and is quiet`, async () => {
    const server = await serve({ base });
    try {
      const { page, notebook, context } = await open(browser, server.url);
      await settle(page);
      await page.waitForTimeout(1500);
      assert.equal(await page.title(), "DM_SC Explorer");
      assert.notEqual((await page.locator("body").innerText()).trim(), "", "the page shows nothing");

      const written = await page.getAttribute('meta[http-equiv="Content-Security-Policy"]', "content");
      const directives = Object.fromEntries(
        written.split(";").map((directive) => {
          const [name, ...sources] = directive.trim().split(/\s+/);
          return [name, sources.join(" ")];
        }),
      );
      for (const [name, sources] of Object.entries(POLICY)) assert.equal(directives[name], sources, name);

      assert.deepEqual(notebook.violations, []);
      assert.deepEqual(notebook.errors, []);
      assert.deepEqual(notebook.console, []);
      assert.deepEqual(notebook.failed, []);
      const foreign = notebook.requests.filter((url) => !/^(data|blob):/.test(url) && !url.startsWith(server.url));
      assert.deepEqual(foreign, []);
      assert.equal(await page.evaluate(() => document.querySelectorAll("script:not([src])").length), 0, "inline scripts");
      await context.close();
    } finally {
      await server.close();
    }
  });
}

test("the policy is in force: what it forbids is refused, and noted", async () => {
  const server = await serve();
  try {
    const { page, notebook, context } = await open(browser, server.url);
    const outcome = await page.evaluate(async () => {
      const script = document.createElement("script");
      script.textContent = "window.inlineRan = true";
      document.head.append(script);
      const sheet = document.createElement("style");
      sheet.textContent = "body { --inline-style: yes }";
      document.head.append(sheet);
      // A second loopback port is a foreign origin, and asking it disturbs nobody.
      const foreign = await fetch("http://127.0.0.1:9/").then(() => "answered", () => "refused");
      return {
        inline: window.inlineRan === true,
        style: getComputedStyle(document.body).getPropertyValue("--inline-style"),
        foreign,
      };
    });
    await settle(page);
    assert.deepEqual(outcome, { inline: false, style: "", foreign: "refused" });
    const refused = notebook.violations.map((text) => text.split(" ")[0]).sort();
    assert.deepEqual(refused, ["connect-src", "script-src-elem", "style-src-elem"]);
    await context.close();
  } finally {
    await server.close();
  }
});

test("a program that cannot start says so in the page", async () => {
  const server = await serve();
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.route("**/*.wasm", (route) => route.abort());
    await page.goto(server.url);
    await page.getByRole("alert").filter({ hasText: "could not start" }).waitFor({ timeout: 15_000 });
  } finally {
    await context.close();
    await server.close();
  }
});
