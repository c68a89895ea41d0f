// The panel of services in a real browser.

import { assertEquals } from "@std/assert/equals";
import { json } from "../../../src/codecs/json.ts";
import { Chromium } from "../../support/chromium.ts";
import { CHROMIUM, testWith } from "../../support/needed_programs.ts";
import { assertNoProblems, enter, openPanel, startPanelServer, texts, untilText } from "../../support/panel_page.ts";

testWith(CHROMIUM, "ServicesPanel calls services with JSON", async (t, path) => {
  await using browser = await Chromium.launch(path);
  await using server = await startPanelServer();
  const pending = Promise.withResolvers<void>();
  server.service("/add", ({ a, b }: { a: number; b: number }) => ({ sum: a + b }), {
    type: "Add",
    request: json({ name: "AddRequest", example: { a: 0, b: 0 } }),
  });
  server.service("/fail", () => {
    throw new Error("the arm is locked");
  });
  server.service("/wait", async () => {
    await pending.promise;
    return {};
  });
  const cdr = { encoding: "cdr", schemaName: "Move", schemaEncoding: "ros2msg", schema: "float64 x" };
  server.addService({ name: "/z_cdr", type: "Move", request: cdr, response: cdr });
  const page = await openPanel(browser, server, "ServicesPanel");
  await page.until('document.querySelectorAll("details").length === 4');
  const form = (index: number) => `details:nth-child(${index})`;
  const click = (selector: string) => page.evaluate(`document.querySelector('${selector}').click()`);

  await t.step("lists names and types", async () => {
    assertEquals(await texts(page, "details .name"), ["/add", "/fail", "/wait", "/z_cdr"]);
    assertEquals((await texts(page, "details .kind"))[0], "Add");
    assertEquals(await texts(page, "details:not(.is-callable) .problem"), [
      'Requests are in "cdr". This page sends only JSON.',
    ]);
  });

  await t.step("fills the request in, calls, and shows the response", async () => {
    await click(`${form(1)} summary`);
    await page.until(`document.querySelector('${form(1)} textarea')`);
    const request = await page.evaluate<string>(`document.querySelector('${form(1)} textarea').value`);
    assertEquals(JSON.parse(request), { a: 0, b: 0 });
    await enter(page, `${form(1)} textarea`, '{"a":2,"b":3}');
    await click(`${form(1)} .primary`);
    await untilText(page, `${form(1)} pre:not([hidden])`, '{\n  "sum": 5\n}');
    assertEquals(/^Response after [\d.]+ m?s$/.test((await texts(page, `${form(1)} output`))[0] ?? ""), true);
  });

  await t.step("shows what is wrong", async () => {
    await enter(page, `${form(1)} textarea`, "{");
    await click(`${form(1)} .primary`);
    await page.until(`document.querySelector('${form(1)} output').textContent.startsWith("Not JSON: ")`);
    await click(`${form(2)} summary`);
    await page.until(`document.querySelector('${form(2)} textarea')`);
    await click(`${form(2)} .primary`);
    await page.until(`document.querySelector('${form(2)} output').textContent.startsWith("the arm is locked (after ")`);
  });

  await t.step("cancels a call", async () => {
    await click(`${form(3)} summary`);
    await page.until(`document.querySelector('${form(3)} textarea')`);
    await click(`${form(3)} .primary`);
    await page.until(`!document.querySelector('${form(3)} [type=button]').hidden`);
    await click(`${form(3)} [type=button]`);
    await page.until(`document.querySelector('${form(3)} output').textContent.startsWith("Cancelled. ")`);
    pending.resolve();
  });
  await assertNoProblems(page);
});
