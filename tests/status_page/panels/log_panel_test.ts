// The panel of logs in a real browser.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { Log } from "../../../src/schemas/mod.ts";
import { timeNs } from "../../../src/time_ns.ts";
import { Chromium, type Page } from "../../support/chromium.ts";
import { CHROMIUM, testWith } from "../../support/needed_programs.ts";
import {
  assertNoProblems,
  openPanel,
  startPanelServer,
  texts,
  untilServer,
  untilText,
} from "../../support/panel_page.ts";

testWith(CHROMIUM, "LogPanel shows, filters and follows lines", async (t, path) => {
  await using browser = await Chromium.launch(path);
  await using server = await startPanelServer();
  using log = server.channel("/log", Log);
  const ros = server.addChannel({ topic: "/rosout", encoding: "json", schemaName: "rcl_interfaces/msg/Log" });
  const page = await openPanel(browser, server, "LogPanel");
  await untilServer(() => log.isActive && server.isActive(ros));

  await t.step("shows lines of protobuf and JSON", async () => {
    log.send({ timestamp: 1_500_000_000n, level: 3, name: "drive", message: "Motor is hot" });
    const line = { stamp: { sec: 2, nanosec: 0 }, level: 40, name: "arm", msg: "<img src=x onerror=alert(1)>" };
    server.sendMessage(ros, timeNs(), JSON.stringify(line));
    await page.until('document.querySelectorAll("li").length === 2');
    assertEquals(await texts(page, "li .level"), ["warning", "error"]);
    assertEquals(await texts(page, "li .name"), ["drive", "arm"]);
    assertEquals(await texts(page, "li .message"), ["Motor is hot", "<img src=x onerror=alert(1)>"]);
    assertEquals(
      await page.evaluate('document.querySelector("li time").dateTime'),
      "1970-01-01T00:00:01.500Z",
    );
  });

  await t.step("shows the topic of each line, because there are several, and filters by it", async () => {
    assertEquals(await shownTopics(page), ["/log", "/rosout"]);
    await filter(page, "debug", "ROSOUT");
    assertEquals(await texts(page, "li:not([hidden]) .name"), ["arm"]);
    await filter(page, "debug", "");
  });

  await t.step("filters by level and text", async () => {
    const shown = () => texts(page, "li:not([hidden]) .name");
    await filter(page, "error", "");
    assertEquals([await shown(), await texts(page, ".facts")], [["arm"], ["1 of 2 lines"]]);
    await filter(page, "debug", "MOTOR");
    assertEquals(await shown(), ["drive"]);
    log.send({ level: 2, name: "other", message: "not wanted" });
    log.send({ level: 2, name: "drive", message: "motor is cool" });
    await untilText(page, ".facts", "2 of 4 lines");
    assertEquals(await shown(), ["drive", "drive"]);
    await filter(page, "debug", "");
    assertEquals((await shown()).length, 4);
  });

  await t.step("follows its end unless it is scrolled up", async () => {
    const isAtEnd = `(({ scrollTop, clientHeight, scrollHeight }) =>
      scrollHeight > clientHeight && scrollTop + clientHeight > scrollHeight - 2)(document.querySelector(".log-lines"))`;
    for (let index = 0; index < 100; index++) log.send({ level: 1, name: "count", message: `${index}` });
    await untilText(page, ".facts", "104 lines");
    assertEquals(await page.evaluate(isAtEnd), true);
    await page.evaluate('document.querySelector(".log-lines").scrollTop = 0');
    await page.until('!document.querySelector(".panel-bar button:last-of-type").hidden');
    log.send({ level: 1, name: "count", message: "more" });
    await untilText(page, ".facts", "105 lines");
    assertEquals(await page.evaluate('document.querySelector(".log-lines").scrollTop'), 0);
    await page.evaluate('document.querySelector(".panel-bar button:last-of-type").click()');
    assertEquals(await page.evaluate(isAtEnd), true);
  });

  await t.step("keeps 1000 lines, skips what comes too fast, and clears", async () => {
    for (let round = 0; round < 6; round++) {
      const before = await page.evaluate<string>('document.querySelector("li:last-child .message").textContent');
      for (let index = 0; index < 300; index++) log.send({ level: 1, message: `${round} ${index}` });
      await page.until(`document.querySelector("li:last-child .message").textContent === "${round} 299"`);
      assertEquals(before === `${round} 299`, false);
    }
    assertStringIncludes((await texts(page, ".facts"))[0] ?? "", "1,000 lines · ");
    assertEquals(await page.evaluate('document.querySelectorAll("li").length'), 1000);
    await page.evaluate('document.querySelector(".panel-bar button").click()');
    assertEquals(await texts(page, ".facts"), ["0 lines"]);
  });
  await assertNoProblems(page);
});

testWith(CHROMIUM, "LogPanel shows topics as soon as a second one has logs", async (_, path) => {
  await using browser = await Chromium.launch(path);
  await using server = await startPanelServer();
  using first = server.channel("/robot1/log", Log);
  const page = await openPanel(browser, server, "LogPanel");
  await untilServer(() => first.isActive);
  first.send({ name: "robot", message: "one" });
  await page.until('document.querySelectorAll("li").length === 1');
  assertEquals(await shownTopics(page), []);
  await filter(page, "debug", "robot1");
  assertEquals(await texts(page, "li:not([hidden])"), []);
  using second = server.channel("/robot2/log", Log);
  await untilServer(() => second.isActive);
  second.send({ name: "robot", message: "two" });
  await page.until('document.querySelectorAll("li").length === 2');
  assertEquals(await shownTopics(page), ["/robot1/log"]);
  await filter(page, "debug", "");
  assertEquals(await shownTopics(page), ["/robot1/log", "/robot2/log"]);
  await assertNoProblems(page);
});

/** Returns the topics that the user sees, in the order of the lines. */
function shownTopics(page: Page): Promise<string[]> {
  return page.evaluate(
    `[...document.querySelectorAll(".topic-of-line")].filter((each) => each.checkVisibility()).map((each) => each.textContent)`,
  );
}

function filter(page: Page, level: string, text: string): Promise<void> {
  return page.evaluate(`(() => {
    const [select, input] = [document.querySelector("select"), document.querySelector("input")];
    select.value = "${level}";
    input.value = "${text}";
    select.dispatchEvent(new Event("change"));
  })()`);
}
