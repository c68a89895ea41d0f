// The panel of statuses in a real browser.

import { assertEquals } from "@std/assert/equals";
import { Chromium } from "../../support/chromium.ts";
import { CHROMIUM, testWith } from "../../support/needed_programs.ts";
import { assertNoProblems, openPanel, startPanelServer, texts, untilText } from "../../support/panel_page.ts";

testWith(CHROMIUM, "StatusesPanel shows statuses and the connection graph", async (_, path) => {
  await using browser = await Chromium.launch(path);
  await using server = await startPanelServer({ capabilities: ["connectionGraph"] });
  server.updateConnectionGraph({
    publishedTopics: [{ name: "/pose", publisherIds: ["drive"] }],
    subscribedTopics: [{ name: "/pose", subscriberIds: ["map", "page"] }],
    advertisedServices: [],
  });
  server.sendStatus(1, "<b>Battery is low</b>", { id: "battery", sticky: true });
  const page = await openPanel(browser, server, "StatusesPanel");
  await untilText(page, ".statuses .message", "<b>Battery is low</b>");
  server.sendStatus(2, "Motor is hot");
  server.sendStatus(2, "Motor is hot");
  await untilText(page, ".statuses .count", "2 times");
  assertEquals(await texts(page, ".statuses .level"), ["error", "warning"]);
  server.removeStatus(["battery"]);
  await untilText(page, ".facts", "1 status");
  assertEquals(await texts(page, "tbody tr"), []);
  await page.evaluate('document.querySelector(".graph summary").click()');
  await untilText(page, "tbody tr", "/posedrivemap, page");
  await page.evaluate('document.querySelector(".panel-bar button").click()');
  await untilText(page, ".facts", "No statuses");
  await assertNoProblems(page);
});
