// The status page for all users: rules of axe-core in dark and light, narrow screens, and the keyboard.

import { assertEquals } from "@std/assert/equals";
import { createRobot } from "../../examples/robot/robot.ts";
import { StatusLevel } from "../../src/protocol/status.ts";
import { Log } from "../../src/schemas/mod.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { ACCESSIBILITY_FOLDER, explainMissing } from "../../tools/peers.ts";
import { Chromium, type Page } from "../support/chromium.ts";
import { CHROMIUM, firstMissing, testWith } from "../support/needed_programs.ts";
import { faults, openStatusPage, resize } from "./open_page.ts";

const AXE_FILE = `${ACCESSIBILITY_FOLDER}/node_modules/axe-core/axe.min.js`;
const missing = explainMissing("accessibility");
const AXE = { path: missing === undefined ? AXE_FILE : undefined, missing: `axe-core is ${missing}` };

interface AxeViolation {
  id: string;
  impact: string;
  nodes: { target: string[]; failureSummary: string }[];
}

/** Returns the serious findings of axe-core, with the elements. */
async function violations(page: Page): Promise<string[]> {
  // The page allows no other script, so the debugger runs it.
  await page.evaluate(`${await Deno.readTextFile(AXE_FILE)}; undefined`);
  const { violations } = await page.evaluate<{ violations: AxeViolation[] }>(
    "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => ({ violations }))",
  );
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical").flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")} ${failureSummary}`)
  );
}

/** Starts the demo robot, and opens its page with all that it shows. `stop` ends the messages of the robot. */
async function withRobotPage(
  path: string,
  use: (page: Page, stop: () => Promise<void>) => Promise<void>,
): Promise<void> {
  await using browser = await Chromium.launch(path);
  await using server = new FoxgloveServer({ name: "demo robot", port: 0 });
  const drive = createRobot(server);
  server.sendStatus(StatusLevel.WARNING, "The camera is away", { id: "camera", sticky: true });
  server.sendStatus(StatusLevel.ERROR, "The motor is hot", { id: "motor", sticky: true });
  server.channel("/arm/log", Log, { latch: true }).send({ name: "demo", message: "The arm is ready" });
  await server.start();
  const end = new AbortController();
  const driven = drive(end.signal).catch(() => {});
  const stop = async () => {
    end.abort();
    await driven;
  };
  try {
    const page = await openStatusPage(browser, `http://127.0.0.1:${server.addr!.port}/`);
    await page.until('document.querySelectorAll(".plot").length > 0');
    await use(page, stop);
    assertEquals(await faults(page), []);
  } finally {
    await stop();
  }
}

/** Opens all sections, and waits until they show something. */
async function openAll(page: Page): Promise<void> {
  await resize(page, 1400, 5000);
  await page.evaluate('document.querySelectorAll("details.section").forEach((each) => void (each.open = true))');
  await page.evaluate(`document.querySelectorAll('.topic[aria-expanded="false"]').forEach((each) => each.click())`);
  await page.until('document.querySelectorAll("#parameters li").length > 2');
  await page.until('document.querySelectorAll("#services .panel details").length > 1');
  await page.evaluate(
    'document.querySelectorAll("#services .panel details").forEach((each) => void (each.open = true))',
  );
  await page.until('document.querySelectorAll(".tree li").length > 20');
}

testWith(firstMissing(CHROMIUM, AXE), "axe-core finds no serious fault in the status page", async (t) => {
  await withRobotPage(CHROMIUM.path!, async (page, stop) => {
    await openAll(page);
    // axe-core blocks the page for seconds. The server would disconnect it, and a page without a connection is dim.
    await stop();
    await page.until('document.body.dataset.state === "open"');
    for (const value of ["dark", "light"]) {
      await t.step(value, async () => {
        await page.command("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value }] });
        assertEquals(await violations(page), []);
      });
    }
    await t.step("finds a fault", async () => {
      await page.evaluate('void document.querySelector("input[type=search]").removeAttribute("aria-label")');
      await page.evaluate('void document.querySelector("input[type=search]").removeAttribute("placeholder")');
      assertEquals((await violations(page)).map((each) => each.split(":")[0]), ["label"]);
    });
  });
});

testWith(CHROMIUM, "the status page fits a phone, without scrolling to the side", async (_t, path) => {
  await withRobotPage(path, async (page) => {
    await openAll(page);
    await resize(page, 360, 780);
    await page.until("innerWidth === 360");
    const wide = `[...document.querySelectorAll("main *, header *")].filter((each) => {
      const { right, width } = each.getBoundingClientRect();
      return width > 0 && right > innerWidth + 1 && getComputedStyle(each.parentElement).overflowX === "visible";
    }).map((each) => each.tagName + "." + each.className)`;
    assertEquals([await page.evaluate("document.documentElement.scrollWidth"), await page.evaluate(wide)], [360, []]);
  });
});

testWith(CHROMIUM, "the status page can be used with the keyboard", async (_t, path) => {
  await withRobotPage(path, async (page) => {
    const press = async (key: string, text?: string) => {
      const init = { key, code: key, windowsVirtualKeyCode: KEY_CODES[key] ?? 0, ...(text !== undefined && { text }) };
      await page.command("Input.dispatchKeyEvent", { type: "keyDown", ...init });
      await page.command("Input.dispatchKeyEvent", { type: "keyUp", ...init });
    };
    const plots = await page.evaluate<number>('document.querySelectorAll(".plot").length');
    await press("/", "/");
    assertEquals(await page.evaluate("document.activeElement.type"), "search");
    await page.command("Input.insertText", { text: "veloc" });
    await page.until(`document.querySelectorAll(".topics > li:not([hidden])").length === 1`);
    await press("Tab");
    await page.until(
      `document.activeElement.matches(".topic") && document.activeElement.textContent.includes("/velocity")`,
    );
    await press("Enter", "\r");
    await page.until(`document.activeElement.getAttribute("aria-expanded") === "true"`);
    await page.until(`document.querySelector(".topics > li:not([hidden]) .plot-this:not([hidden])") !== null`);
    await press("Tab");
    await press("Enter", "\r");
    await page.until(`document.querySelectorAll(".plot").length === ${plots} + 1`);
    await page.evaluate('document.querySelector(".plot:last-child canvas").focus()');
    await page.until('document.querySelector(".plot:last-child canvas").ariaLabel?.includes("Plot of")');
    // The cursor moves to the left edge, where the plot has no value yet.
    const value = 'document.querySelector(".plot:last-child .legend .value").textContent';
    await page.until(`!Number.isNaN(Number(${value}))`);
    for (let step = 0; step < 50; step++) await press("ArrowLeft");
    await page.until(`${value} === "–"`);
    await page.evaluate('document.querySelector("input[type=search]").focus()');
    await page.until(`!Number.isNaN(Number(${value}))`);
  });
});

/** The codes of keys that browsers act on. */
const KEY_CODES: Readonly<Record<string, number>> = { Tab: 9, Enter: 13, ArrowLeft: 37 };
