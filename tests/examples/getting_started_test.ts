// The programs of docs/getting_started.md, as they stand there, on Deno, Node and Bun, and its page in Chromium.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { FoxgloveServer } from "../../mod.ts";
import { FoxgloveClient, RequestError } from "../../src/client/mod.ts";
import { RawImage, SceneUpdate } from "../../src/schemas/mod.ts";
import { InstalledPackage, PACKAGING } from "../npm/installed_package.ts";
import { Chromium } from "../support/chromium.ts";
import { blockWith, checkPrograms, DocProgram, readDocBlocks } from "../support/doc_blocks.ts";
import { within } from "../support/events.ts";
import { CHROMIUM, firstMissing, testWith } from "../support/needed_programs.ts";
import { SERVER_RUNTIMES } from "../support/server_runtimes.ts";

const blocks = await readDocBlocks("docs/getting_started.md");
const programs = blocks.filter(({ language }) => language === "js");

/** A program of the page, and how a client checks what it does. */
interface Case {
  /** A text that only this program has. */
  has: string;
  behaviour: string;
  check(client: FoxgloveClient, running: DocProgram): Promise<void>;
  /** What Deno must allow besides the network of this machine. */
  flags?: readonly string[];
  /** The query of the address. */
  query?: string;
}

/** Returns the value of the next message of a topic, of those that fit. */
async function valueOf<T>(client: FoxgloveClient, topic: string, fits: (value: T) => boolean): Promise<T> {
  const find = async () => {
    for await (const { value } of client.subscribe(topic).json<T>()) {
      if (fits(value)) return value;
    }
    throw new Error(`Cannot find a value: ${topic} has ended`);
  };
  return await within(find(), topic);
}

const CASES: readonly Case[] = [
  {
    has: 'console.log(`Listening on ${server.url}`);\nsetInterval(() => server.publish("/battery"',
    behaviour: "publishes a battery",
    async check(client) {
      assertEquals(client.serverInfo.name, "my robot");
      const { volts } = await valueOf<{ volts: number }>(client, "/battery", () => true);
      assertEquals(volts >= 12 && volts < 13, true);
    },
  },
  {
    has: "cells",
    behaviour: "publishes typed values",
    async check(client) {
      const { cells } = await valueOf<{ cells: number[] }>(client, "/battery", () => true);
      assertEquals([cells.length, cells[1]! >= 4.1 && cells[1]! < 4.2], [3, true]);
      const [channel] = client.channels.values();
      assertEquals(JSON.parse(channel!.schema as string).properties.cells, {
        type: "array",
        items: { type: "number" },
      });
    },
  },
  {
    has: "SceneUpdate",
    behaviour: "moves a box",
    async check(client) {
      const places = new Set<number>();
      for await (const { value } of client.subscribe("/scene", SceneUpdate)) {
        const [entity] = value.entities;
        assertEquals([entity?.id, entity?.frame_id, entity?.cubes.length], ["box", "map", 1]);
        if (places.add(entity!.cubes[0]!.pose.position.x).size === 2) break;
      }
    },
  },
  {
    has: "RawImage",
    behaviour: "sends images",
    async check(client) {
      for await (const { value } of client.subscribe("/camera", RawImage)) {
        assertEquals([value.width, value.height, value.data.length], [160, 120, 160 * 120]);
        break;
      }
    },
  },
  {
    has: "parameters",
    behaviour: "has a parameter",
    async check(client) {
      await client.setParameters([{ name: "/speed", value: 5 }]);
      assertEquals((await client.getParameters(["/speed"]))[0]?.value, 5);
      await assertRejects(() => client.setParameters([{ name: "/speed", value: 11 }]), RequestError);
      await valueOf<{ height: number }>(client, "/wave", ({ height }) => height !== 0);
    },
  },
  {
    has: "service(",
    behaviour: "has a service",
    async check(client) {
      await client.waitForService("/reset");
      assertEquals(await client.service("/reset").call({ count: 100 }), { done: true });
      await valueOf<{ count: number }>(client, "/counter", ({ count }) => count >= 100);
    },
  },
  {
    has: "onPublish",
    behaviour: "receives values",
    async check(client) {
      client.channel("/target").send({ x: 1, y: 2 });
      await valueOf<{ x: number }>(client, "/position", ({ x }) => x === 1);
    },
  },
  {
    has: "runCancellable",
    behaviour: "ends properly at Ctrl-C",
    async check(client, { program }) {
      await valueOf(client, "/battery", () => true);
      program.kill("SIGINT");
      await within(client.closed, "the end of the connection");
      const { code, stderr } = await within(program.ended(), "the end of the program");
      assertEquals([code, stderr], [0, ""]);
    },
  },
  {
    has: "bearerToken",
    behaviour: "requires a token",
    flags: ["--allow-net=0.0.0.0"],
    query: "?token=replace-this-by-a-long-random-text",
    async check(client, running) {
      await valueOf(client, "/battery", () => true);
      const line = await running.program.line();
      const port = line.replace("Listening on port ", "");
      await assertRejects(() => FoxgloveClient.connect(`ws://127.0.0.1:${port}`, { reconnect: false }));
    },
  },
];

async function run({ check, query = "" }: Case, running: DocProgram): Promise<void> {
  await using _running = running;
  const url = await running.url();
  await using client = await FoxgloveClient.connect(url + query, { reconnect: false });
  await check(client, running);
}

for (const each of CASES) {
  const code = () => blockWith(programs, each.has).code;
  Deno.test(`getting started: the program that ${each.behaviour} on Deno`, async () => {
    await run(each, await DocProgram.start(code(), ...(each.flags ?? [])));
  });
  for (const [runtime, needed] of SERVER_RUNTIMES) {
    testWith(needed, `getting started: the program that ${each.behaviour} on ${runtime}`, async (_t, executable) => {
      await run(each, await DocProgram.startOn(runtime, executable, code()));
    });
  }
}

Deno.test("getting started: every program of the page is run, and is valid TypeScript", async () => {
  assertEquals(programs.length, CASES.length);
  assertEquals(await checkPrograms(programs.map(({ code }) => code)), "");
});

testWith(
  firstMissing(PACKAGING, CHROMIUM),
  "getting started: the page loads the client without a bundler",
  async () => {
    const [html] = blocks.filter(({ language }) => language === "html");
    await using robot = new FoxgloveServer({ name: "my robot", port: 0 });
    robot.channel("/battery", undefined, { latch: true }).send({ volts: 12.5 });
    const { port } = await robot.start() as { port: number };
    await using app = await InstalledPackage.create();
    await app.write("index.html", html!.code.replace("localhost:8765", `127.0.0.1:${port}`));
    await using files = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
      const path = new URL(request.url).pathname.replace(/\/$/, "/index.html");
      const type = path.endsWith(".js") ? "text/javascript" : "text/html";
      const answer = (bytes: Uint8Array<ArrayBuffer>) => new Response(bytes, { headers: { "content-type": type } });
      return await Deno.readFile(app.folder + path).then(answer, () => new Response(null, { status: 404 }));
    });
    await using browser = await Chromium.launch(CHROMIUM.path!);
    const page = await browser.open(`http://127.0.0.1:${files.addr.port}/`);
    await page.until('document.querySelector("#volts").textContent === "12.5"');
  },
);
