// The status page in a real browser: data, plots, parameters, services, and a restart of the server.

import { assertEquals } from "@std/assert/equals";
import { json } from "../../src/codecs/json.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { freePort } from "../support/free_port.ts";
import { Chromium } from "../support/chromium.ts";
import { CHROMIUM, testWith } from "../support/needed_programs.ts";
import { faults, member, openSection, openStatusPage, PLOTTED_PIXELS, texts, topicButton } from "./open_page.ts";

/** A server with a counter and a wave, each with 50 messages per second. */
class Robot implements AsyncDisposable {
  readonly server: FoxgloveServer;
  readonly #timer: ReturnType<typeof setInterval>;
  #count: number;

  private constructor(server: FoxgloveServer, firstCount: number) {
    this.server = server;
    this.#count = firstCount;
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

  static async start(port = freePort(), firstCount = 0): Promise<Robot> {
    const robot = new Robot(new FoxgloveServer({ name: "test robot", port }), firstCount);
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

/** An expression: the numbers of subscribers in the list of topics. */
const SUBSCRIBERS = `[...document.querySelectorAll(".topic .subscribers")].map((each) => each.textContent).join()`;

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
      await page.until(`${SUBSCRIBERS} === "1,0,1"`);
    });

    await t.step("opens and plots something at first sight", async () => {
      await page.until(`${PLOTTED_PIXELS} > 50`);
      assertEquals(await texts(page, ".legend .label"), ["/counter" + "count", "/wave" + "wave.sine"]);
    });

    await t.step("shows the newest message: the count rises", async () => {
      await page.until(`Number(${member("count")}) > 0`);
      const count = Number(await page.evaluate(member("count")));
      await page.until(`Number(${member("count")}) > ${count + 5}`);
    });

    await t.step("shows the clients with their traffic", async () => {
      await page.until('document.querySelectorAll(".clients-panel li").length === 1');
      const [client] = robot.server.stats().clients;
      assertEquals(await texts(page, ".clients-panel .row-name"), [client!.client.address]);
    });

    await t.step("plots any number, several at once, and more than one in a plot", async () => {
      await page.evaluate(`${topicButton("/wave")}.click()`);
      await page.until(`${member("sine")} !== undefined`);
      for (const plots of [1, 2]) {
        await page.evaluate(`document.querySelector('[aria-label="Plot wave.sine"]').click()`);
        await page.until(`document.querySelectorAll(".plot").length === ${plots}`);
      }
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
      await page.reload();
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
      await page.until('[...document.querySelectorAll(".topic .rate")].every((each) => each.textContent === "–")');
      robot = await Robot.start(port, 1_000_000);
      await page.until('document.body.dataset.state === "open"');
      await page.until(`Number(${member("count")}) > 1_000_000`);
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
      await page.until(`${SUBSCRIBERS} === "1,0,0"`);
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
