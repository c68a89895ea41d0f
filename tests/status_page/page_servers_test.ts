// The status page of special servers: without statistics, with silent topics, with a token, and hostile ones.

import { assertEquals } from "@std/assert/equals";
import type { ChannelId } from "../../src/protocol/ids.ts";
import type { StatusLevel } from "../../src/protocol/status.ts";
import { relay } from "../../src/relay/mod.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { Chromium } from "../support/chromium.ts";
import { freePort } from "../support/free_port.ts";
import { CHROMIUM, testWith } from "../support/needed_programs.ts";
import { faults, member, openSection, openStatusPage, texts, topicButton } from "./open_page.ts";
import { serverWithoutStats } from "./page_fixture.ts";

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

testWith(
  CHROMIUM,
  "the status page tells silent topics from those that are sent only to subscribers",
  async (_t, path) => {
    await using browser = await Chromium.launch(path);
    await using server = new FoxgloveServer({ name: "relay", port: 0, logger: silent });
    const [lazy, once, stopped] = ["/lazy", "/once", "/stopped"].map((topic) =>
      server.addChannel({ topic, encoding: "cdr", schemaName: "Pose" })
    ) as [ChannelId, ChannelId, ChannelId];
    server.sendMessage(once, 1n, new Uint8Array(4));
    await server.start();
    let isStopped = false;
    const timer = setInterval(() => {
      if (server.isActive(lazy)) server.sendMessage(lazy, 1n, new Uint8Array(4));
      if (!isStopped) server.sendMessage(stopped, 1n, new Uint8Array(4));
    }, 20);
    const RATES = `[...document.querySelectorAll(".topic .rate")].map((each) => each.textContent)`;
    try {
      const page = await openStatusPage(browser, `http://127.0.0.1:${server.addr!.port}/`);
      await page.until(
        `(([lazy, once, stopped]) => lazy === "–" && once === "0" && parseFloat(stopped) > 0)(${RATES})`,
      );
      isStopped = true;
      await page.evaluate(`${topicButton("/lazy")}.click()`);
      await page.until(`(([lazy, , stopped]) => parseFloat(lazy) > 0 && stopped === "0")(${RATES})`);
      assertEquals(await page.evaluate(`${topicButton("/lazy")}.querySelector(".rate").title`), "");
      await page.evaluate(`${topicButton("/lazy")}.click()`);
      await page.until(`${RATES}.join() === "–,0,0"`);
      assertEquals(
        await page.evaluate(`${topicButton("/lazy")}.querySelector(".rate").title`),
        "Not known: the topic has no subscriber. Open it to subscribe.",
      );
    } finally {
      clearInterval(timer);
    }
  },
);

testWith(CHROMIUM, "the first look shows numbers that change", async (t, path) => {
  await using browser = await Chromium.launch(path);
  await using server = new FoxgloveServer({ name: "mixed", port: 0 });
  server.channel("/a_silent");
  server.addChannel({ topic: "/b_cdr", encoding: "cdr", schemaName: "std_msgs/msg/Int32" });
  const constant = server.channel<{ value: number }>("/c_constant");
  await server.start();
  let count = 0;
  let send = () => constant.send({ value: 1 });
  const timer = setInterval(() => send(), 20);
  const url = `http://127.0.0.1:${server.addr!.port}/`;
  const labels = async () => {
    const page = await openStatusPage(browser, url);
    await page.until('document.querySelectorAll(".plot").length > 0');
    await page.until(`document.querySelectorAll(".topic[aria-expanded='true']").length === 1`);
    assertEquals(await faults(page), []);
    return await texts(page, "[aria-expanded='true'] .topic-name, .legend .label");
  };
  try {
    await t.step("or any numbers, if none changes", async () => {
      assertEquals(await labels(), ["/c_constant", "/c_constant" + "value"]);
    });

    const changing = server.channel<{ seq: number; mode: number; volts: number }>("/d_changing");
    send = () => {
      constant.send({ value: 1 });
      changing.send({ seq: ++count, mode: 1, volts: 12 + count % 2 });
    };
    await t.step("but not those that count messages", async () => {
      assertEquals(await labels(), ["/d_changing", "/d_changing" + "volts"]);
    });
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
    await page.until('document.querySelectorAll(".clients-panel li").length > 0');
    assertEquals([await texts(page, "h1"), await texts(page, ".topic-name")], [["shared"], ["/a"]]);
    assertEquals(await faults(page), []);
  }
});

testWith(CHROMIUM, "the status page shows what apps would refuse, also of later channels", async (_t, path) => {
  await using browser = await Chromium.launch(path);
  await using server = new FoxgloveServer({ name: "faulty", port: 0, logger: silent });
  const add = (topic: string) => server.addChannel({ topic, encoding: "cdr", schemaName: "Unknown" });
  add("/a");
  await server.start();
  const page = await openStatusPage(browser, `http://127.0.0.1:${server.addr!.port}/`);
  const badge = 'document.querySelector("#apps .badge").textContent';
  await page.until(`${badge} === "1 problem"`);
  add("/b");
  await page.until(`${badge} === "2 problems"`);
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
  await page.until('document.querySelectorAll(".clients-panel li").length === 1');
  await page.until('document.querySelector(".clients-panel .row-name").textContent.startsWith("me (")');
  assertEquals(rejected, []);
  assertEquals(await page.evaluate(`document.documentElement.outerHTML.includes("${token}")`), false);
  assertEquals(await page.evaluate("JSON.stringify(sessionStorage)".concat(`.includes("${token}")`)), false);
});

testWith(CHROMIUM, "the status page of a relay shows its robots, and why one is not connected", async (_t, path) => {
  await using browser = await Chromium.launch(path);
  await using robot = new FoxgloveServer({ name: "robot", port: 0 });
  robot.addChannel({ topic: "/a", encoding: "json" });
  await robot.start();
  await using server = new FoxgloveServer({ name: "fleet", port: 0, logger: silent });
  await server.start();
  await using fleet = relay([
    { url: robot.url!, name: "here" },
    { url: `ws://127.0.0.1:${freePort()}`, name: "gone", prefix: "/gone" },
  ], server);
  const page = await openStatusPage(browser, `http://127.0.0.1:${server.addr!.port}/`);
  const badge = 'document.querySelector("#upstreams .badge").textContent';
  await page.until(`${badge} === "1 of 2 connected"`);
  await page.until(
    'document.querySelector("#upstreams li:last-child .kind")?.textContent.startsWith("not connected: ")',
  );
  assertEquals(await texts(page, "#upstreams .row-name"), ["here", "gone"]);
  assertEquals((await texts(page, "#upstreams .kind"))[0], "connected");
  fleet.remove("gone");
  await page.until(`${badge} === "1 of 1 connected" && document.querySelectorAll("#upstreams li").length === 1`);
  fleet.remove("here");
  await page.until('document.querySelector("#upstreams").hidden');
  assertEquals(await faults(page), []);
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
