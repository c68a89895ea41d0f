// The status page in a real browser: data, plots, a restart, and a hostile server.

import { assertEquals } from "@std/assert/equals";
import { json } from "../../src/codecs/json.ts";
import type { StatusLevel } from "../../src/protocol/status.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { Chromium, type Page } from "../support/chromium.ts";
import { CHROMIUM, testWith } from "../support/needed_programs.ts";
import { faults, openStatusPage, PLOTTED_PIXELS, texts, topicButton } from "./open_page.ts";
import { serverWithoutStats } from "./page_fixture.ts";

/** A server with a counter and a wave, each with 50 messages per second. */
class Robot implements AsyncDisposable {
  readonly server: FoxgloveServer;
  readonly #timer: ReturnType<typeof setInterval>;
  #count = 0;

  private constructor(server: FoxgloveServer) {
    this.server = server;
    const counter = server.channel<{ count: number }>("/counter");
    const wave = server.channel<{ wave: { sine: number } }>("/wave");
    server.addChannel({ topic: "/quiet", encoding: "json", schemaName: "Quiet" });
    server.parameters({ speed: { value: 0.5, min: 0, max: 2, step: 0.1 } });
    server.service("/add", ({ a, b }: { a: number; b: number }) => ({ sum: a + b }), {
      request: json({ name: "Add", example: { a: 1, b: 2 } }),
    });
    this.#timer = setInterval(() => {
      this.#count += 1;
      counter.send({ count: this.#count });
      wave.send({ wave: { sine: Math.sin(this.#count / 10) } });
    }, 20);
  }

  static async start(port = 0): Promise<Robot> {
    const robot = new Robot(new FoxgloveServer({ name: "test robot", port }));
    await robot.server.start();
    return robot;
  }

  get pageUrl(): string {
    return `http://127.0.0.1:${this.server.addr!.port}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.server.close();
  }
}

/** An expression: the value in the row of a member of the newest message. */
function member(name: string): string {
  return `[...document.querySelectorAll(".tree li")].find((each) => each.children[1].textContent === "${name}")?.children[2].textContent`;
}

testWith(CHROMIUM, "the status page shows data and plots, and survives a restart of the server", async (t, path) => {
  await using browser = await Chromium.launch(path);
  let robot = await Robot.start();
  try {
    const page = await openStatusPage(browser, robot.pageUrl);

    await t.step("shows the server, its topics and their rates, without a subscription to each", async () => {
      await page.until('document.querySelectorAll(".topics > li").length === 3');
      assertEquals(await texts(page, "h1"), ["test robot"]);
      assertEquals(await texts(page, ".topic-name"), ["/counter", "/quiet", "/wave"]);
      await page.until(
        '[...document.querySelectorAll(".topic .rate")].filter((each) => parseFloat(each.textContent) > 20).length === 2',
      );
      const subscribed = robot.server.stats().channels.filter(({ subscribers }) => subscribers > 0);
      assertEquals(subscribed.map(({ channel }) => channel.topic), ["/counter"]);
    });

    await t.step("opens and plots something at first sight", async () => {
      await page.until(`${PLOTTED_PIXELS} > 50`);
      assertEquals(await texts(page, ".legend .label"), ["/counter" + "count"]);
    });

    await t.step("shows the newest message: the count rises", async () => {
      await page.until(`Number(${member("count")}) > 0`);
      const count = Number(await page.evaluate(member("count")));
      await page.until(`Number(${member("count")}) > ${count + 5}`);
    });

    await t.step("shows the clients with their traffic", async () => {
      await page.until('document.querySelectorAll(".clients li").length === 1');
      const [client] = robot.server.stats().clients;
      assertEquals(await texts(page, ".client-name"), [client!.client.address]);
    });

    await t.step("plots any number, several at once, and more than one in a plot", async () => {
      await page.evaluate(`${topicButton("/wave")}.click()`);
      await page.until(`${member("sine")} !== undefined`);
      await page.evaluate(`document.querySelector('[aria-label="Plot wave.sine"]').click()`);
      await page.until('document.querySelectorAll(".plot").length === 2');
      await page.evaluate(`(() => {
        const add = document.querySelectorAll(".add-line")[1];
        add.focus();
        add.dispatchEvent(new Event("focus"));
        add.value = [...add.options].find((each) => each.value.includes("count")).value;
        add.dispatchEvent(new Event("change"));
      })()`);
      assertEquals(await texts(page, ".plot:last-child .label-field"), ["wave.sine", "count"]);
    });

    await t.step("keeps what is open over a reload", async () => {
      await page.command("Page.reload");
      await page.until(
        'document.querySelectorAll(".plot").length === 2 && document.querySelectorAll(".tree").length === 2',
      );
      assertEquals(await texts(page, ".legend .label-field"), ["count", "wave.sine", "count"]);
    });

    await t.step("pauses the plots", async () => {
      await page.evaluate('document.querySelector(".tools button").click()');
      const image = 'document.querySelector(".plot canvas").toDataURL()';
      // One more frame may already be under way.
      await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
      const paused = await page.evaluate(image);
      await page.until(`Number(${member("count")}) > 0`);
      const count = Number(await page.evaluate(member("count")));
      await page.until(`Number(${member("count")}) > ${count + 5}`);
      assertEquals(await page.evaluate(image) === paused, true);
      await page.evaluate('document.querySelector(".tools button").click()');
      await page.until(`${image} !== ${JSON.stringify(paused)}`);
    });

    await t.step("survives a restart: the plots continue", async () => {
      const port = robot.server.addr!.port;
      await robot[Symbol.asyncDispose]();
      await page.until('document.body.dataset.state === "reconnecting"');
      assertEquals((await texts(page, ".topic-name")).length, 3);
      robot = await Robot.start(port);
      await page.until('document.body.dataset.state === "open"');
      await page.until(`Number(${member("count")}) > 0 && Number(${member("count")}) < 500`);
      const image = await page.evaluate('document.querySelector(".plot canvas").toDataURL()');
      await page.until(`document.querySelector(".plot canvas").toDataURL() !== ${JSON.stringify(image)}`);
      await page.until(`${PLOTTED_PIXELS} > 50`);
    });

    await t.step("unsubscribes from what is closed", async () => {
      const subscribers = () => {
        const { channels } = robot.server.stats();
        return channels.filter((each) => each.subscribers > 0).map(({ channel }) => channel.topic);
      };
      assertEquals(subscribers(), ["/counter", "/wave"]);
      await page.evaluate(`${topicButton("/wave")}.click()`);
      await page.evaluate(`document.querySelector(".plot:last-child .close").click()`);
      // The server answers messages of a client in order.
      await page.until(
        '[...document.querySelectorAll(".topic .subscribers")].map((each) => each.textContent).join() === "1,0,0"',
      );
      assertEquals(subscribers(), ["/counter"]);
    });

    await t.step("edits a parameter", async () => {
      await openSection(page, "parameters");
      const field = `document.querySelector("#parameters input[type=number]")`;
      await page.until(`${field} !== null`);
      await page.evaluate(`(() => {
        ${field}.value = "1.5";
        ${field}.dispatchEvent(new Event("input", { bubbles: true }));
        ${field}.dispatchEvent(new Event("change", { bubbles: true }));
      })()`);
      await page.until(`[...document.querySelectorAll("#parameters output")].some((each) => each.textContent !== "")`);
      assertEquals(robot.server.stats().requests.setParameters.outcomes.ok, 1);
    });

    await t.step("calls a service", async () => {
      await openSection(page, "services");
      await page.until(`document.querySelector("#services .panel details") !== null`);
      await page.evaluate(
        `document.querySelectorAll("#services .panel details").forEach((each) => void (each.open = true))`,
      );
      await page.until(
        `[...document.querySelectorAll("#services button")].some((each) => each.textContent === "Call")`,
      );
      await page.evaluate(
        `[...document.querySelectorAll("#services button")].find((each) => each.textContent === "Call").click()`,
      );
      await page.until(`document.querySelector("#services").textContent.includes('"sum"')`);
      assertEquals(robot.server.stats().requests.callService.outcomes.ok, 1);
    });

    await t.step("breaks no rule of its policy, and reports no error", async () => {
      assertEquals(await faults(page), []);
    });
  } finally {
    await robot[Symbol.asyncDispose]();
  }
});

function openSection(page: Page, id: string): Promise<void> {
  const section = `document.querySelector("#${id}")`;
  return page.evaluate(`(() => { ${section}.open = true; ${section}.scrollIntoView(); })()`);
}

testWith(CHROMIUM, "the status page works with a server without statistics", async (_t, path) => {
  await using browser = await Chromium.launch(path);
  await using server = serverWithoutStats({ name: "other", port: 0 });
  const channel = server.channel<{ count: number }>("/a");
  await server.start();
  let count = 0;
  const timer = setInterval(() => channel.send({ count: ++count }), 20);
  try {
    const page = await openStatusPage(browser, `http://127.0.0.1:${server.addr!.port}/`);
    await page.until(`Number(${member("count")}) > 5`);
    // The rate of what is subscribed.
    await page.until('parseFloat(document.querySelector(".topic .rate").textContent) > 20');
    assertEquals(await page.evaluate('document.querySelector("#clients").hidden'), true);
    assertEquals(await faults(page), []);
  } finally {
    clearInterval(timer);
  }
});

testWith(CHROMIUM, "the status page works at another path, beside the pages of the program", async (_t, path) => {
  await using browser = await Chromium.launch(path);
  await using server = new FoxgloveServer({
    name: "shared",
    port: 0,
    statusPage: { path: "/robot/status" },
    fallback: () => new Response("the program's own page"),
  });
  server.addChannel({ topic: "/a", encoding: "json" });
  await server.start();
  for (const pathname of ["/robot/status", "/robot/status/"]) {
    const page = await openStatusPage(browser, `http://127.0.0.1:${server.addr!.port}${pathname}`);
    await page.until('document.querySelectorAll(".clients li").length > 0');
    assertEquals([await texts(page, "h1"), await texts(page, ".topic-name")], [["shared"], ["/a"]]);
    assertEquals(await faults(page), []);
  }
});

testWith(CHROMIUM, "the status page passes its token on, and shows it nowhere", async (_t, path) => {
  const token = "a-secret-token";
  const rejected: string[] = [];
  await using server = new FoxgloveServer({
    name: "guarded",
    port: 0,
    authorize(request) {
      const { searchParams, pathname } = new URL(request.url);
      if (searchParams.get("token") === token) return { name: "me" };
      rejected.push(pathname);
      return new Response("no", { status: 401 });
    },
  });
  server.addChannel({ topic: "/a", encoding: "json" });
  await server.start();
  await using browser = await Chromium.launch(path);
  const page = await openStatusPage(browser, `http://127.0.0.1:${server.addr!.port}/?token=${token}`);
  await page.until('document.querySelectorAll(".clients li").length === 1');
  await page.until('document.querySelector(".client-name").textContent.startsWith("me (")');
  assertEquals(rejected, []);
  assertEquals(await page.evaluate(`document.documentElement.outerHTML.includes("${token}")`), false);
  assertEquals(await page.evaluate("JSON.stringify(sessionStorage)".concat(`.includes("${token}")`)), false);
});

const HOSTILE = [
  '<img src=x onerror="faults.push(1)">',
  "</script><script>faults.push(2)</script>",
  "javascript:faults.push(3)",
  "a".repeat(100_000),
  "\u202eevil\u0000\n\n\n",
  "__proto__",
  "constructor",
];

testWith(CHROMIUM, "names and values of a hostile server are text, and stay short", async (_t, path) => {
  await using browser = await Chromium.launch(path);
  await using server = new FoxgloveServer({ name: HOSTILE[0]!, port: 0, logger: silent });
  for (const [index, text] of HOSTILE.entries()) {
    const id = server.addChannel({ topic: text, encoding: "json", schemaName: text, schema: "{}", latch: true });
    server.sendMessage(id, 1n, JSON.stringify({ [text]: text, ["n" + text]: 1, __proto__: { x: 1 } }));
    server.sendStatus((index % 3) as StatusLevel, text, { id: text });
  }
  server.addChannel({ topic: "/broken", encoding: "protobuf", schemaName: "A", schema: "AAAA" });
  await server.start();
  const page = await openStatusPage(browser, `http://127.0.0.1:${server.addr!.port}/`);
  await page.until(`document.querySelectorAll(".topics > li").length === ${HOSTILE.length + 1}`);
  await page.evaluate('document.querySelectorAll("details").forEach((each) => void (each.open = true))');
  await page.evaluate(`document.querySelectorAll('.topic[aria-expanded="false"]').forEach((each) => each.click())`);
  // The rows are opened one after the other on the screen, because only visible ones subscribe.
  for (let index = 0; index < HOSTILE.length; index++) {
    const row = `document.querySelectorAll(".topics > li")[${index}]`;
    await page.evaluate(`${row}.scrollIntoView()`);
    await page.until(
      `${row}.querySelector(".tree li, .problem:not([hidden])") !== null || ${row}.querySelector(".topic-name").textContent === "/broken"`,
    );
  }
  for (const button of ["plot-this", "twist"]) {
    await page.evaluate(`document.querySelectorAll(".${button}").forEach((each) => each.hidden || each.click())`);
  }
  await page.until('document.querySelectorAll(".plot").length > 5');
  await openSection(page, "apps");
  await page.until('document.querySelector("#apps .findings li") !== null');
  assertEquals(await faults(page), []);
  assertEquals(await page.evaluate('document.querySelectorAll("img, script, iframe").length'), 1);
  assertEquals(
    await page.evaluate("document.body.textContent.length < 60000 + document.scripts[0].textContent.length"),
    true,
  );
  assertEquals(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), true);
});

const silent = { debug() {}, info() {}, warn() {}, error() {} };
