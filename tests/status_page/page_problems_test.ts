// The count of warnings and errors in the top bar of the status page.

import { assertEquals } from "@std/assert/equals";
import { StatusLevel } from "../../src/protocol/status.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { Chromium } from "../support/chromium.ts";
import { CHROMIUM, testWith } from "../support/needed_programs.ts";
import { faults, openStatusPage, resize, texts } from "./open_page.ts";

const BUTTON = 'document.querySelector("header button")';
const IS_HIDDEN = `${BUTTON}.hidden`;
const SECTION = 'document.querySelector("#statuses")';
/** An expression: the newest status is on the screen, and the top bar does not cover it. */
const IS_IN_VIEW = `(() => {
  const item = document.querySelector("#statuses .statuses li");
  if (!item) return false;
  const { top, bottom } = item.getBoundingClientRect();
  return bottom <= innerHeight && top >= document.querySelector("header").getBoundingClientRect().bottom;
})()`;

testWith(CHROMIUM, "the top bar of the status page counts warnings and errors", async (t, path) => {
  await using browser = await Chromium.launch(path);
  await using server = new FoxgloveServer({ name: "relay", port: 0 });
  for (let index = 0; index < 100; index++) server.addChannel({ topic: `/topic_${index}`, encoding: "json" });
  await server.start();
  const page = await openStatusPage(browser, `http://127.0.0.1:${server.addr!.port}/`);
  const untilCounted = (text: string) =>
    page.until(`!${IS_HIDDEN} && ${BUTTON}.textContent === ${JSON.stringify(text)}`);

  await t.step("shows nothing without a problem", async () => {
    server.sendStatus(StatusLevel.INFO, "Map loaded", { id: "map", sticky: true });
    await page.until(`${SECTION}.querySelector(".badge").textContent === "1"`);
    assertEquals(await page.evaluate(IS_HIDDEN), true);
  });

  await t.step("counts statuses with an id until they are removed, within the live region of the state", async () => {
    server.sendStatus(StatusLevel.WARNING, "robot1 is away", { id: "robot1", sticky: true });
    await untilCounted("1 warning");
    assertEquals(await page.evaluate(`${BUTTON}.closest("[role=status]").textContent`), "Connected 1 warning");
    assertEquals(await page.evaluate(`${SECTION}.querySelector(".badge").textContent`), "1 warning");
  });

  for (const [width, height] of [[1400, 400], [390, 700]] as const) {
    await t.step(`opens the section and scrolls to it, ${width} px wide`, async () => {
      await resize(page, width, height);
      await page.until(`innerWidth === ${width}`);
      await page.evaluate(`${SECTION}.open = false`);
      await page.evaluate(`(${BUTTON}.focus(), ${BUTTON}.click())`);
      await page.until(IS_IN_VIEW);
      assertEquals(await page.evaluate(`document.activeElement === ${SECTION}.querySelector("summary")`), true);
    });
  }

  await t.step("counts errors without an id until the user clears the list", async () => {
    server.sendStatus(StatusLevel.ERROR, "Motor is hot");
    await untilCounted("1 error, 1 warning");
    server.sendStatus(StatusLevel.ERROR, "Motor stopped");
    await untilCounted("2 errors, 1 warning");
    server.removeStatus(["robot1"]);
    await untilCounted("2 errors");
    await page.evaluate(`${SECTION}.querySelector(".panel-bar button").click()`);
    assertEquals(await texts(page, ".statuses .message"), []);
    await page.until(IS_HIDDEN);
  });

  await t.step("counts what came while the section was closed, and lists it later", async () => {
    await page.evaluate(`${SECTION}.open = false`);
    server.sendStatus(StatusLevel.ERROR, "Motor failed");
    await untilCounted("1 error");
    await page.evaluate(`${BUTTON}.click()`);
    await page.until(IS_IN_VIEW);
    assertEquals(await texts(page, ".statuses .message"), ["Motor failed"]);
  });
  assertEquals(await faults(page), []);
});
