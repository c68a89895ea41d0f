// The programs in examples/node, on Deno, Node and Bun: their own routes and live data on one port.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { explainMissing, FRAMEWORKS_FOLDER } from "../../tools/peers.ts";
import { within } from "../support/events.ts";
import { IMPORT_MAP } from "../support/import_map.ts";
import { type NeededProgram, testWith } from "../support/needed_programs.ts";
import { Program } from "../support/program.ts";
import { filesBelow, PROJECT } from "../support/project_files.ts";
import { RawSocket } from "../support/raw_socket.ts";
import { BUN, NODE_22, NODE_TYPE_FLAGS } from "../support/server_runtimes.ts";

/** Runtimes that need the frameworks in a folder, and the flags for them. */
const RUNTIMES: readonly (readonly [name: string, program: NeededProgram, flags: readonly string[]])[] = [
  ["Node", withFrameworks(NODE_22), NODE_TYPE_FLAGS],
  ["Bun", withFrameworks(BUN), []],
];

function withFrameworks(runtime: NeededProgram): NeededProgram {
  const missing = explainMissing("frameworks");
  return missing === undefined ? runtime : { path: undefined, missing: `Express and Fastify are ${missing}` };
}

/** How a program is used: requests to its own routes, and the data that apps then get. */
interface Example {
  topic: string;
  request(origin: string): Promise<void>;
  checkValue(value: Record<string, unknown>): void;
}

const EXAMPLES: Readonly<Record<string, Example>> = {
  "http_server.mjs": {
    topic: "/battery",
    async request(origin) {
      assertStringIncludes(await textOf(`${origin}/`), "<p>0 apps show its live data.</p>");
      assertEquals(await textOf(`${origin}/other`, undefined, 404), "Not found\n");
    },
    checkValue: ({ volts }) => assertEquals(typeof volts === "number" && volts >= 11 && volts <= 13, true),
  },
  "express_server.mjs": {
    topic: "/lamp",
    async request(origin) {
      assertStringIncludes(await textOf(`${origin}/`), "PUT /lamp/on");
      assertEquals(await textOf(`${origin}/lamp/on`, { method: "PUT" }), '{"apps":0}');
    },
    checkValue: (value) => assertEquals(value, { isOn: true }),
  },
  "fastify_server.mjs": {
    topic: "/goal",
    async request(origin) {
      assertStringIncludes(await textOf(`${origin}/`), "POST /goal");
      const post = (body: object) => {
        return { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
      };
      assertEquals(await textOf(`${origin}/goal`, post({ x: 1, y: -2.5 })), '{"apps":0}');
      assertStringIncludes(await textOf(`${origin}/goal`, post({ x: 1 }), 400), "must have required property 'y'");
    },
    checkValue: (value) => assertEquals(value, { x: 1, y: -2.5 }),
  },
};

/** Returns the body of a response that has this status. */
async function textOf(url: string, init: RequestInit = {}, status = 200): Promise<string> {
  const response = await fetch(url, init);
  const text = await response.text();
  assertEquals([response.status, text], [status, text]);
  return text;
}

/** Uses a program on a free port, and ends it by Ctrl-C. */
async function assertServes({ topic, request, checkValue }: Example, program: Program): Promise<void> {
  const [, port = ""] = /^Listening on ws:\/\/127\.0\.0\.1:(\d+)\/ws$/.exec(await program.line()) ?? [];
  await request(`http://127.0.0.1:${port}`);
  {
    using elsewhere = await RawSocket.connect({ port: Number(port), path: "/other" });
    assertEquals(elsewhere.status, 404);
  }
  await using client = await FoxgloveClient.connect(`ws://127.0.0.1:${port}/ws`, { reconnect: false });
  const { value: update } = await within(client.subscribe(topic).json<Record<string, unknown>>().next(), topic);
  checkValue(update!.value);
  program.kill("SIGINT");
  await within(client.closed, "the end of the connection");
  const { code, signal, stderr } = await program.ended();
  assertEquals([code, signal, stderr], [0, null, ""]);
}

Deno.test("these are all programs in examples/node", () => {
  assertEquals(filesBelow("examples/node").sort(), Object.keys(EXAMPLES).map((name) => `examples/node/${name}`).sort());
});

for (const [name, example] of Object.entries(EXAMPLES)) {
  Deno.test(`examples/node/${name} serves its routes and live data on Deno`, async () => {
    const file = new URL(`examples/node/${name}`, PROJECT).href;
    await using program = new Program("-A", ...IMPORT_MAP, file, "0");
    await assertServes(example, program);
  });

  for (const [runtime, needed, flags] of RUNTIMES) {
    testWith(needed, `examples/node/${name} serves its routes and live data on ${runtime}`, async (_t, executable) => {
      // A clone in which `npm install` has run. The tests may not write into the project.
      const clone = await Deno.makeTempDir();
      try {
        await Deno.mkdir(`${clone}/examples/node`, { recursive: true });
        await Deno.copyFile(new URL(`examples/node/${name}`, PROJECT), `${clone}/examples/node/${name}`);
        await Deno.symlink(new URL("mod.ts", PROJECT), `${clone}/mod.ts`);
        await Deno.symlink(`${FRAMEWORKS_FOLDER}/node_modules`, `${clone}/node_modules`);
        await using program = new Program({ executable }, ...flags, `${clone}/examples/node/${name}`, "0");
        await assertServes(example, program);
      } finally {
        await Deno.remove(clone, { recursive: true });
      }
    });
  }
}
