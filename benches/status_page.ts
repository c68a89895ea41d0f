// The benchmark of the status page: 201 topics with 2,000 messages per second, and four plots of a topic with 1 kHz.
// It needs Chromium. `--help` lists the options.

import { parseArgs } from "@std/cli/parse-args";
import { Chromium } from "../tests/support/chromium.ts";
import { IMPORT_MAP } from "../tests/support/import_map.ts";
import { CHROMIUM } from "../tests/support/needed_programs.ts";
import { openStatusPage, topicButton } from "../tests/status_page/open_page.ts";
import { lines } from "../tests/support/program.ts";
import { machineLines } from "./e2e/machine.ts";
import { heapBytes, measureLoad, startMeasuring } from "./status_page/measure.ts";

/** The bars: see docs/performance.md. */
const MIN_FPS = 59;
const MAX_BUSY = 0.3;
const MAX_GROWTH_BYTES = 5_000_000;
/** Plots are full before the heap is measured for the first time. */
const WARM_UP_SECONDS = 25;

const HELP = `Measures the status page in headless Chromium: frames per second, load and memory.

deno task bench:page [options]

  --minutes <n>  the time between the two measurements of the heap (default: 1)
  --help         prints this text`;

const unknown: string[] = [];
const { help, minutes = "1" } = parseArgs(Deno.args, {
  boolean: ["help"],
  string: ["minutes"],
  unknown: (arg: string) => void unknown.push(arg),
});
const seconds = Number(minutes) * 60;
if (help) {
  console.log(HELP);
  Deno.exit(0);
}
if (!(seconds > 0) || unknown.length > 0) {
  console.error(HELP);
  Deno.exit(2);
}
if (CHROMIUM.path === undefined) throw new Error(CHROMIUM.missing);

const child = new Deno.Command(Deno.execPath(), {
  args: ["run", "-A", ...IMPORT_MAP, new URL("status_page/server.ts", import.meta.url).pathname],
  stdout: "piped",
}).spawn();
try {
  const { value: url } = await lines(child.stdout).next();
  await using browser = await Chromium.launch(CHROMIUM.path);
  const page = await openStatusPage(browser, url.replace("ws:", "http:"));
  await page.until(`${topicButton("/fast")} !== undefined`);
  // What the page shows at first sight depends on the topics, so it is closed.
  await page.until('document.querySelectorAll(".plot").length > 0');
  await page.evaluate(
    `document.querySelectorAll(".plot .close, .topic[aria-expanded='true']").forEach((each) => each.click())`,
  );
  await page.evaluate(`${topicButton("/fast")}.click()`);
  for (const name of ["x", "y", "z", "noise"]) {
    const button = `document.querySelector('[aria-label="Plot ${name}"]')`;
    await page.until(`${button} !== null`);
    await page.evaluate(`${button}.ariaPressed === "true" || ${button}.click()`);
  }
  await page.until('document.querySelectorAll(".plot").length === 4');
  await startMeasuring(page);
  await measureLoad(page, WARM_UP_SECONDS);
  const before = await heapBytes(page);
  const load = await measureLoad(page, seconds);
  const growth = await heapBytes(page) - before;
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  console.log(machineLines("bench:page").join("\n"));
  console.log(`
frames per second     ${load.fps.toFixed(1)}
frames above 34 ms    ${load.longFrames}
main thread busy      ${(load.busy * 100).toFixed(1)} % (scripts ${(load.script * 100).toFixed(1)} %)
heap                  ${megabytes(before)}, ${growth < 0 ? "" : "+"}${megabytes(growth)} after ${minutes} min`);
  if (load.fps < MIN_FPS || load.busy > MAX_BUSY || growth > MAX_GROWTH_BYTES) {
    console.error(
      `Too slow: at least ${MIN_FPS} frames per second, ${MAX_BUSY * 100} % and ${megabytes(MAX_GROWTH_BYTES)}`,
    );
    Deno.exitCode = 1;
  }
} finally {
  child.kill();
  await child.status;
}
