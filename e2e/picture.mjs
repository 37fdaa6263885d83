// The picture of the README. An address of the page may be named: node e2e/picture.mjs '#/…'

import { mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { ROOT, open, settle, withPage } from "./lib.mjs";

const address = process.argv[2] ?? "";
const file = path.join(ROOT, "docs", "page.png");

await withPage(async (browser, server) => {
  const { page } = await open(browser, server.url + address, { colorScheme: "light" });
  // Long enough for a run that plays by itself to have something to show.
  await page.waitForTimeout(6000);
  await settle(page);
  await mkdir(path.dirname(file), { recursive: true });
  await page.screenshot({ path: file });
  console.log(`docs/page.png, ${Math.round((await stat(file)).size / 1000)} kB`);
});
