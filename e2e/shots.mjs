// Screenshots of the page into e2e/results/, for a person to look at: four sizes, light and
// dark. Further addresses of the page may be named: node e2e/shots.mjs '#/local-trigger/3'

import { mkdir } from "node:fs/promises";
import path from "node:path";
import { RESULTS, open, settle, withPage } from "./lib.mjs";

const SIZES = [[1440, 900], [1920, 1080], [820, 1180], [390, 844]];
const addresses = ["", ...process.argv.slice(2)];

await withPage(async (browser, server) => {
  await mkdir(RESULTS, { recursive: true });
  for (const address of addresses) {
    for (const [width, height] of SIZES) {
      for (const colorScheme of ["light", "dark"]) {
        const { page, context } = await open(browser, server.url + address, {
          viewport: { width, height },
          colorScheme,
          reducedMotion: "reduce",
        });
        await page.waitForTimeout(1000);
        await settle(page);
        const place = address.replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "") || "first";
        const file = path.join(RESULTS, `${place}-${width}x${height}-${colorScheme}.png`);
        await page.screenshot({ path: file });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        console.log(`${path.relative(process.cwd(), file)}${wide > 0 ? `  (the page is ${wide} px wider than the window)` : ""}`);
        await context.close();
      }
    }
  }
});
