// What the first load costs: every file that a browser really asks for, raw, with gzip and
// with brotli, and the sum against its limit. Ends with an error beyond the limit.

import { readFile } from "node:fs/promises";
import path from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { DIST, open, withPage } from "./lib.mjs";

const LIMIT = 200_000;

const files = await withPage(async (browser, server) => {
  const { page } = await open(browser, server.url);
  await page.waitForLoadState("networkidle", { timeout: 15_000 });
  // Not every headless browser asks for the icon; one with a window does.
  const icons = await page.evaluate(() => [...document.querySelectorAll("link[rel~=icon]")].map((link) => link.href));
  for (const icon of icons) await page.request.get(icon);
  return [...new Set(server.sent)];
});

const rows = [];
for (const file of files) {
  const raw = await readFile(file);
  const brotli = brotliCompressSync(raw, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length } });
  rows.push([path.relative(DIST, file), raw.length, gzipSync(raw, { level: 9 }).length, brotli.length]);
}
rows.sort((a, b) => b[3] - a[3]);
const sum = (column) => rows.reduce((total, row) => total + row[column], 0);
rows.push(["sum", sum(1), sum(2), sum(3)]);

const width = Math.max(...rows.map(([name]) => name.length));
const line = (cells) => console.log(cells[0].padEnd(width) + cells.slice(1).map((cell) => String(cell).padStart(10)).join(""));
line(["file", "raw", "gzip", "brotli"]);
rows.forEach(line);

const total = rows.at(-1)[3];
const share = ((100 * total) / LIMIT).toFixed(1);
console.log(`First load: ${total} of ${LIMIT} bytes with brotli (${share} %).`);
if (total > LIMIT) {
  console.error(`The first load is ${total - LIMIT} bytes beyond its limit.`);
  process.exitCode = 1;
}
