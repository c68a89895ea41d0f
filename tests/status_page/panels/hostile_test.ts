// The panels with a server that wants to run scripts in the page, or to freeze it.

import { assertEquals } from "@std/assert/equals";
import { Log } from "../../../src/schemas/mod.ts";
import { timeNs } from "../../../src/time_ns.ts";
import { Chromium } from "../../support/chromium.ts";
import { CHROMIUM, testWith } from "../../support/needed_programs.ts";
import { assertNoProblems, openPanel, startPanelServer, untilServer } from "../../support/panel_page.ts";

const SCRIPT = '<img src="x" onerror="problems.push(1)"><script>problems.push(2)</script>';
const LONG = `${SCRIPT}${"x".repeat(100_000)}`;
/** The longest texts of the panels together, with room for the bar. */
const MAX_TEXT = 200_000;

testWith(CHROMIUM, "panels show hostile names as text, and cut them", async (t, path) => {
  await using browser = await Chromium.launch(path);
  await using server = await startPanelServer({ capabilities: ["connectionGraph"] });
  const schemaless = { encoding: "json", latch: true } as const;
  const image = server.addChannel({ topic: `/image${LONG}`, schemaName: "sensor_msgs/Image", ...schemaless });
  const encoding = LONG;
  server.sendMessage(image, timeNs(), JSON.stringify({ width: 1, height: 1, step: 1, encoding, data: "" }));
  using log = server.channel(`/log${LONG}`, Log);
  const names = Array.from({ length: 100 }, (_, index) => `${index}${LONG.slice(0, 5000)}`);
  server.parameters(Object.fromEntries(names.map((name) => [name, { value: [LONG.slice(0, 100)] }])));
  for (const name of names) server.service(name, () => ({}), { type: LONG });
  server.sendStatus(2, LONG, { id: LONG.slice(0, 1000), sticky: true });
  server.updateConnectionGraph({
    publishedTopics: names.map((name) => ({ name, publisherIds: [LONG] })),
    subscribedTopics: [],
    advertisedServices: [],
  });
  for (
    const [panel, isShown] of [
      ["ImagePanel", 'document.querySelector(".problem").textContent.includes("is unknown")'],
      ["LogPanel", 'document.querySelectorAll("li").length > 0'],
      ["ParametersPanel", 'document.querySelectorAll("li textarea").length === 100'],
      ["ServicesPanel", 'document.querySelectorAll("details").length === 100'],
      ["StatusesPanel", 'document.querySelectorAll("li").length > 0'],
    ] as const
  ) {
    await t.step(panel, async () => {
      const page = await openPanel(browser, server, panel);
      if (panel === "LogPanel") {
        await untilServer(() => log.isActive);
        log.send({ level: 2, name: LONG, message: LONG });
      }
      if (panel === "StatusesPanel") {
        await page.evaluate('document.querySelector("summary").click()');
        await page.until('document.querySelectorAll("tbody tr").length === 100');
      }
      await page.until(isShown);
      const length = await page.evaluate<number>('document.querySelector("main").textContent.length');
      assertEquals([length > 50, length < MAX_TEXT], [true, true]);
      assertEquals(await page.evaluate('document.querySelectorAll("main :is(img, script)").length'), 0);
      await page.evaluate("panel.close()");
      // The client reports statuses of the server in the console.
      await assertNoProblems(page, /^foxglove-ws: /);
    });
  }
});
