// How long script runs for each step and seek, on a processor slowed four times. The page is
// driven by its keys. Counted is what Chromium says it spent in script (WebAssembly included)
// and in all tasks of the page from just before the key until two frames after it. Asking
// costs a little script too: the row "no key" is that cost, and is not taken off the others.

import { open, settle, started, withPage } from "./lib.mjs";

const SLOWED = 4;
const MOST_STEPS = 400;
const SEEKS = 10;

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

await withPage(
  async (browser, server) => {
    const { page, context } = await open(browser, server.url, { reducedMotion: "reduce" });
    const session = await context.newCDPSession(page);
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
    await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWED });
    const before = await metrics();
    await page.reload();
    await started(page);
    const after = await metrics();
    const start = (name) => (after[name] - before[name]).toFixed(1);
    console.log(`start: script ${start("ScriptDuration")} ms, all tasks ${start("TaskDuration")} ms`);

    await page.keyboard.press("Home");
    // Where the page plays by itself, its first key press or a moment of quiet ends that.
    let address = await page.evaluate(() => location.href);
    await page.waitForTimeout(3000);
    if ((await page.evaluate(() => location.href)) !== address) {
      await page.keyboard.press("Space");
      await page.keyboard.press("Home");
    }

    const rows = { "no key": [], "step (ArrowRight)": [], "back (ArrowLeft)": [], "seek (End)": [], "seek (Home)": [] };
    for (let i = 0; i < SEEKS; i++) rows["no key"].push(await measure());
    let steps = 0;
    address = await page.evaluate(() => location.href);
    while (steps < MOST_STEPS) {
      rows["step (ArrowRight)"].push(await measure("ArrowRight"));
      const next = await page.evaluate(() => location.href);
      if (next === address) break;
      address = next;
      steps++;
    }
    for (let i = 0; i < steps; i++) rows["back (ArrowLeft)"].push(await measure("ArrowLeft"));
    for (let i = 0; i < SEEKS; i++) {
      rows["seek (End)"].push(await measure("End"));
      rows["seek (Home)"].push(await measure("Home"));
    }

    const show = (values) => (values.length ? `${median(values).toFixed(1)} / ${Math.max(...values).toFixed(1)}` : "-");
    console.log(`${steps} steps; milliseconds, median / longest, processor slowed ${SLOWED} times`);
    console.log("what".padEnd(20) + "times".padStart(6) + "script".padStart(18) + "all tasks".padStart(18));
    for (const [what, measured] of Object.entries(rows)) {
      const column = (name) => show(measured.map((one) => one[name])).padStart(18);
      console.log(what.padEnd(20) + String(measured.length).padStart(6) + column("script") + column("task"));
    }
    if (steps === 0) console.log("ArrowRight did not change the page's address: no step was measured.");
  },
  { seconds: 900 },
);
