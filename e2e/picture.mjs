// The picture of the README. An address of the page may be named: node e2e/picture.mjs '#/…'

import { mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { ROOT, open, settle, withPage } from "./lib.mjs";

const address = process.argv[2] ?? "#/remote-trigger/0";
const file = path.join(ROOT, "docs", "page.png");

await withPage(async (browser, server) => {
  const { page } = await open(browser, server.url + address, { colorScheme: "light" });
  if (!process.argv[2]) {
    // The moment that shows most: the DM Client has just added an object to its tree.
    for (let n = 0; n < 5; n += 1) await page.keyboard.press("Shift+ArrowRight");
    for (let n = 0; n < 2; n += 1) await page.keyboard.press("ArrowRight");
    // The ladder scrolls to the present moment.
    await page.waitForTimeout(1500);
  }
  await settle(page);
  await mkdir(path.dirname(file), { recursive: true });
  await page.screenshot({ path: file });
  console.log(`docs/page.png, ${Math.round((await stat(file)).size / 1000)} kB`);
});
