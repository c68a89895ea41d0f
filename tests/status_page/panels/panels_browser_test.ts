// The panels in a real browser, each with a server of its own.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { timeNs } from "../../../src/time_ns.ts";
import { json } from "../../../src/codecs/json.ts";
import { encodePng, Log, RawImage } from "../../../src/schemas/mod.ts";
import { Chromium, type Page } from "../../support/chromium.ts";
import { CHROMIUM, testWith } from "../../support/needed_programs.ts";
import { enter, openPanel, startPanelServer, texts, untilText } from "../../support/panel_page.ts";

/** Asserts that nothing went wrong in the page. */
async function assertNoProblems(page: Page): Promise<void> {
  assertEquals(await page.evaluate("globalThis.problems"), []);
}

/** Returns the first pixels of the canvas as hex text. */
function firstPixels(page: Page, count: number): Promise<string> {
  return page.evaluate(`(() => {
    const context = document.querySelector("canvas").getContext("2d");
    return [...context.getImageData(0, 0, ${count}, 1).data].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  })()`);
}

testWith(CHROMIUM, "ImagePanel shows images of each kind", async (t, path) => {
  await using browser = await Chromium.launch(path);
  await using server = await startPanelServer();
  const options = { encoding: "json", latch: true, schema: '{"type":"object"}' } as const;
  const png = await encodePng({ width: 2, height: 1, data: Uint8Array.of(0, 255, 0, 255, 0, 0, 255, 255) });
  const camera = server.addChannel({ topic: "/a_png", schemaName: "foxglove.CompressedImage", ...options });
  const send = (channel: typeof camera, value: object) => server.sendMessage(channel, timeNs(), JSON.stringify(value));
  send(camera, { format: "png", data: png.toBase64() });
  using raw = server.channel("/b_raw", RawImage, { latch: true });
  raw.send({ width: 2, height: 1, step: 6, encoding: "rgb8", data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
  const ros = server.addChannel({ topic: "/c_ros", schemaName: "sensor_msgs/msg/Image", ...options });
  send(ros, { width: 70_000, height: 70_000, step: 0, encoding: "mono8", data: "" });
  server.addChannel({ topic: "/d_cdr", encoding: "cdr", schemaName: "sensor_msgs/msg/Image", schema: "byte[] data" });
  const page = await openPanel(browser, server, "ImagePanel");
  const choose = (topic: string) => page.evaluate(`panel.select("${topic}")`);

  await t.step("lists the topics, and shows the first", async () => {
    assertEquals(await texts(page, "option"), ["/a_png", "/b_raw", "/c_ros", "/d_cdr"]);
    await page.until('document.querySelector("canvas").width === 2');
    assertEquals(await firstPixels(page, 2), "00ff00ff0000ffff");
    await untilText(page, ".facts", `2 × 1 · png · ${(await payloadSize())}`);
    assertEquals(
      await page.evaluate('document.querySelector("canvas").getAttribute("aria-label")'),
      "Newest image of /a_png, 2 × 1 pixels",
    );
  });

  await t.step("shows protobuf", async () => {
    await choose("/b_raw");
    await page.until('document.querySelector("canvas").width === 2');
    assertEquals(await firstPixels(page, 2), "010203ff040506ff");
    raw.send({ width: 1, height: 1, step: 1, encoding: "mono8", data: Uint8Array.of(9) });
    await page.until('document.querySelector("canvas").width === 1');
    assertEquals(await firstPixels(page, 1), "090909ff");
  });

  await t.step("says why it cannot show an image", async () => {
    await choose("/c_ros");
    await untilText(
      page,
      ".problem:not([hidden])",
      "Cannot show the image: 70000 × 70000 is more than 16777216 pixels",
    );
    send(ros, { width: 1, height: 1, step: 1, encoding: "mono8", data: "CQ==" });
    await page.until('document.querySelector(".problem").hidden && document.querySelector("canvas").width === 1');
    await choose("/d_cdr");
    await untilText(
      page,
      ".problem:not([hidden])",
      'This page does not decode "cdr". Foxglove and Lichtblick do.',
    );
  });

  await t.step("refuses a file whose header claims a huge image, and a broken file", async () => {
    const huge = png.slice();
    new DataView(huge.buffer).setUint32(16, 100_000);
    new DataView(huge.buffer).setUint32(20, 100_000);
    send(camera, { format: "png", data: huge.toBase64() });
    await choose("/a_png");
    await page.until('document.querySelector(".problem").textContent.includes("100000 × 100000 is more than")');
    send(camera, { format: "png", data: png.slice(0, 40).toBase64() });
    await page.until('document.querySelector(".problem").textContent.includes("cannot decode this image/png")');
  });

  await t.step("is subscribed only while it is on the screen", async () => {
    assertEquals(server.hasSubscribers(camera), true);
    await page.evaluate("globalThis.isVisible = false");
    const subscribers = () => server.stats().channels.find(({ channel }) => channel.topic === "/a_png")?.subscribers;
    while (subscribers() !== 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await page.evaluate("globalThis.isVisible = true");
    while (subscribers() !== 1) await new Promise((resolve) => setTimeout(resolve, 10));
    await page.evaluate("panel.close()");
    while (subscribers() !== 0) await new Promise((resolve) => setTimeout(resolve, 10));
  });
  await assertNoProblems(page);

  async function payloadSize(): Promise<string> {
    const { length } = JSON.stringify({ format: "png", data: png.toBase64() });
    return await Promise.resolve(`${length} B`);
  }
});

testWith(CHROMIUM, "LogPanel shows, filters and follows lines", async (t, path) => {
  await using browser = await Chromium.launch(path);
  await using server = await startPanelServer();
  using log = server.channel("/log", Log);
  const ros = server.addChannel({ topic: "/rosout", encoding: "json", schemaName: "rcl_interfaces/msg/Log" });
  const page = await openPanel(browser, server, "LogPanel");
  while (!log.isActive || !server.isActive(ros)) await new Promise((resolve) => setTimeout(resolve, 10));

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

  await t.step("filters by level and text", async () => {
    const shown = () => texts(page, "li:not([hidden]) .name");
    const filter = (level: string, text: string) =>
      page.evaluate(`(() => {
        const [select, input] = [document.querySelector("select"), document.querySelector("input")];
        select.value = "${level}";
        input.value = "${text}";
        select.dispatchEvent(new Event("change"));
      })()`);
    await filter("error", "");
    assertEquals([await shown(), await texts(page, ".facts")], [["arm"], ["1 of 2 lines"]]);
    await filter("debug", "MOTOR");
    assertEquals(await shown(), ["drive"]);
    log.send({ level: 2, name: "other", message: "not wanted" });
    log.send({ level: 2, name: "drive", message: "motor is cool" });
    await untilText(page, ".facts", "2 of 4 lines");
    assertEquals(await shown(), ["drive", "drive"]);
    await filter("debug", "");
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
    assertStringIncludes((await texts(page, result("/speed")))[0] ?? "", "below 0");
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
    await page.until(`document.querySelector('${form(3)} output').textContent.startsWith("Canceled. ")`);
    pending.resolve();
  });
  await assertNoProblems(page);
});

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
