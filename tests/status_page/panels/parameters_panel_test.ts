// The panel of parameters in a real browser.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { Chromium } from "../../support/chromium.ts";
import { CHROMIUM, testWith } from "../../support/needed_programs.ts";
import { assertNoProblems, enter, openPanel, startPanelServer, texts, untilText } from "../../support/panel_page.ts";

testWith(CHROMIUM, "ParametersPanel edits parameters by their types", async (t, path) => {
  await using browser = await Chromium.launch(path);
  await using server = await startPanelServer();
  const store = server.parameters({
    "/enabled": { value: true },
    "/gain": { value: 0.5, min: 0, max: 2, step: 0.1, description: "Gain of the controller" },
    "/limits": { value: [1, 2] },
    "/mode": { value: "auto", oneOf: ["auto", "manual"] },
    "/name": { value: "robot" },
    "/serial": { value: 2n ** 60n, readOnly: true },
    "/speed": { value: 1, min: 0 },
  });
  const page = await openPanel(browser, server, "ParametersPanel");
  const row = (name: string) => `li:has(label[for]):nth-child(${Object.keys(store.definitions).indexOf(name) + 1})`;
  const result = (name: string) => `${row(name)} output`;
  const changed = (name: keyof typeof store.definitions) => store.changes().next().then(() => store.get(name));
  await page.until('document.querySelectorAll("li").length === 7');

  await t.step("chooses a control for each type, as the ranges say", async () => {
    const controls = () => page.evaluate('[...document.querySelectorAll("li")].map((row) => row.dataset.control)');
    assertEquals(await controls(), ["switch", "number", "json", "text", "text", "integer", "number"]);
    const { definitions } = store;
    await page.evaluate(
      `globalThis.stats = { parameterRanges: ${JSON.stringify({ ...definitions, "/serial": { readOnly: true } })} }`,
    );
    await page.until('document.querySelector(".parameters [type=range]")');
    assertEquals(await controls(), ["switch", "slider", "json", "select", "text", "integer", "number"]);
    assertEquals(await texts(page, `${row("/gain")} .hint`), ["Gain of the controller · 0 to 2"]);
    assertEquals(await page.evaluate(`document.querySelector('${row("/serial")} input').disabled`), true);
    assertEquals(
      await page.evaluate(`document.querySelector('${row("/serial")} input').value`),
      "1152921504606846976",
    );
  });

  await t.step("sets a switch, a select, a slider, text and JSON", async () => {
    let value = changed("/enabled");
    await page.evaluate(`document.querySelector('${row("/enabled")} input').click()`);
    assertEquals(await value, false);
    value = changed("/mode");
    await page.evaluate(`(() => {
      const select = document.querySelector('${row("/mode")} select');
      select.selectedIndex = 1;
      select.dispatchEvent(new Event("change"));
    })()`);
    assertEquals(await value, "manual");
    value = changed("/gain");
    await page.evaluate(`document.querySelector('${row("/gain")} [type=range]').focus()`);
    for (const type of ["rawKeyDown", "keyUp"]) {
      await page.command("Input.dispatchKeyEvent", {
        type,
        key: "ArrowRight",
        code: "ArrowRight",
        windowsVirtualKeyCode: 39,
      });
    }
    assertEquals(await value, 0.6);
    await untilText(page, result("/gain"), "Set");
    assertEquals(await page.evaluate(`document.querySelector('${row("/gain")} [type=number]').value`), "0.6");
    value = changed("/name");
    await enter(page, `${row("/name")} input`, "R2");
    assertEquals(await value, "R2");
    value = changed("/limits");
    await enter(page, `${row("/limits")} textarea`, "[3, 4]");
    assertEquals(await value, [3, 4]);
    await untilText(page, result("/limits"), "Set");
  });

  await t.step("shows the server's words for a refused value, and keeps the text until Escape", async () => {
    await enter(page, `${row("/speed")} input`, "-1");
    await page.until(`document.querySelector('${result("/speed")}').className === "bad"`);
    assertStringIncludes((await texts(page, result("/speed")))[0] ?? "", "Not set: below 0");
    const input = `document.querySelector('${row("/speed")} input')`;
    assertEquals(await page.evaluate(`[${input}.value, ${input}.getAttribute("aria-invalid")]`), ["-1", "true"]);
    await page.evaluate(`${input}.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }))`);
    assertEquals(await page.evaluate(`[${input}.value, ${input}.getAttribute("aria-invalid")]`), ["1", "false"]);
    assertEquals(store.get("/speed"), 1);
  });

  await t.step("sends no text that is not a value", async () => {
    await enter(page, `${row("/limits")} textarea`, "[3,");
    await page.until(`document.querySelector('${result("/limits")}').textContent.startsWith("Not JSON: ")`);
    assertEquals(store.get("/limits"), [3, 4]);
  });

  await t.step("shows pushed values, but does not replace what the user types", async () => {
    await page.evaluate(`document.querySelector('${row("/name")} input').focus()`);
    await page.command("Input.insertText", { text: "typed" });
    store.set("/name", "pushed");
    store.set("/speed", 7);
    await page.until(`document.querySelector('${row("/speed")} input').value === "7"`);
    assertStringIncludes(
      await page.evaluate(`document.querySelector('${row("/name")} input').value`),
      "typed",
    );
    await page.evaluate(`document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }))`);
    assertEquals(await page.evaluate(`document.querySelector('${row("/name")} input').value`), "pushed");
  });

  await t.step("does not replace what the user types while a value is sent", async () => {
    const input = `document.querySelector('${row("/name")} input')`;
    const sent = changed("/name");
    await page.evaluate(`(() => {
      const input = ${input};
      for (const [value, type] of [["sent", "input"], ["sent", "change"], ["typed later", "input"]]) {
        input.value = value;
        input.dispatchEvent(new Event(type));
      }
    })()`);
    assertEquals(await sent, "sent");
    await untilText(page, result("/name"), "Set");
    assertEquals(await page.evaluate(`${input}.value`), "typed later");
    await page.evaluate(`${input}.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }))`);
    assertEquals(await page.evaluate(`${input}.value`), "sent");
  });

  await t.step("filters by name", async () => {
    await enter(page, ".panel-bar input", "SPEED");
    await page.until('document.querySelectorAll("li").length === 1');
    assertEquals(await texts(page, ".facts"), ["1 of 7 parameters"]);
  });
  await assertNoProblems(page);
});

testWith(CHROMIUM, "ParametersPanel says what is missing, and reads values that are not pushed", async (_, path) => {
  await using browser = await Chromium.launch(path);
  await using server = await startPanelServer();
  const page = await openPanel(browser, server, "ParametersPanel");
  await untilText(page, ".problem", 'The server has no parameters: its capability "parameters" is missing.');
  let speed = 1;
  server.setListener({ onGetParameters: () => [{ name: "/speed", value: speed }] });
  server.setInfo({ capabilities: ["parameters"] });
  await page.until('document.querySelector("li input")?.value === "1"');
  speed = 2;
  await page.evaluate('document.querySelector(".panel-bar button").click()');
  await page.until('document.querySelector("li input").value === "2"');
  await assertNoProblems(page);
});

testWith(CHROMIUM, "ParametersPanel enables a field again when a long text has become short", async (_, path) => {
  await using browser = await Chromium.launch(path);
  await using server = await startPanelServer();
  const store = server.parameters({ "/text": { value: "x".repeat(25_000) } });
  const page = await openPanel(browser, server, "ParametersPanel");
  await page.until('document.querySelector("li input")?.disabled');
  assertEquals(await texts(page, ".facts"), ["1 parameter"]);
  store.set("/text", "short");
  await page.until('document.querySelector("li input").value === "short"');
  assertEquals(await page.evaluate('document.querySelector("li input").disabled'), false);
  await assertNoProblems(page);
});
