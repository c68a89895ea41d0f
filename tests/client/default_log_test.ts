// What a client writes to its log, because no listener has a hook for it.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import type { FoxgloveClient } from "../../src/client/client.ts";
import { DefaultLog } from "../../src/client/default_log.ts";
import { Listeners } from "../../src/client/listener.ts";
import type { FoxgloveClientOptions } from "../../src/client/options.ts";
import { VOLTS } from "../support/codecs.ts";
import { channel, ODOM } from "../support/conversation.ts";
import { connectedClient as connected, FULL_SERVER_INFO } from "../support/fake_server.ts";
import { TestClock } from "../support/test_clock.ts";

/** Returns a client without a listener, and its log. */
async function connectedClient(options: FoxgloveClientOptions = {}, info = FULL_SERVER_INFO) {
  const lines: string[] = [];
  const warn = (line: string) => void lines.push(line);
  const fixture = await connected({ logger: { warn }, ...options, listener: options.listener ?? {} }, info);
  return { ...fixture, take: () => lines.splice(0) };
}

Deno.test("FoxgloveClient writes to the console by default, and nothing with logger: false", async () => {
  const lines: unknown[][] = [];
  // deno-lint-ignore no-console
  const { warn } = console;
  console.warn = (...line) => void lines.push(line);
  try {
    for (const options of [{ logger: undefined as never }, { logger: false as const }]) {
      const { peer } = await connected({ ...options, listener: {} });
      peer.says({ op: "status", level: 2, message: "no" });
    }
  } finally {
    console.warn = warn;
  }
  assertEquals(lines, [["foxglove-ws: Status of the server: no"]]);
});

Deno.test("FoxgloveClient logs statuses that are warnings or errors, each once, also if they count", async () => {
  const { peer, take } = await connectedClient();
  for (const count of [1, 2]) {
    peer.says(
      { op: "status", level: 0, message: "info" },
      { op: "status", level: 1, message: "/cam1: no handler" },
      { op: "status", level: 2, message: "/cam2: no handler" },
      { op: "status", level: 1, message: `dropped ${count}`, id: "slow" },
    );
  }
  assertEquals(take(), [
    "foxglove-ws: Status of the server: /cam1: no handler",
    "foxglove-ws: Status of the server: /cam2: no handler",
    "foxglove-ws: Status of the server: dropped 1",
  ]);
});

Deno.test("FoxgloveClient does not log a status that rejects a request", async () => {
  const { client, peer, take } = await connectedClient();
  const values = client.getParameters();
  const { id } = peer.takes() as { id: string };
  peer.says({ op: "status", level: 2, message: "no", id });
  await assertRejects(() => values, Error, "no");
  assertEquals(take(), []);
});

Deno.test("FoxgloveClient logs errors and warnings, unless a listener has the hook", async () => {
  const { client, peer, take } = await connectedClient();
  client.subscribe("/a", VOLTS);
  peer.says({ op: "advertise", channels: [{ ...ODOM, id: channel(1), topic: "/a", encoding: "cdr" }] });
  client.advertise({ topic: "/b", encoding: "cdr" });
  assertEquals(take(), [
    'foxglove-ws: Cannot decode "/a": its encoding is "cdr", not "volts"',
    'foxglove-ws: Cannot advertise "/b": the server does not support encoding "cdr"',
  ]);
  client.addListener({ onError() {} });
  client.subscribe("/a", { ...VOLTS, encoding: "other" });
  client.advertise({ topic: "/c", encoding: "cdr" });
  assertEquals(take(), ['foxglove-ws: Cannot advertise "/c": the server does not support encoding "cdr"']);
  client.addListener({ onWarning() {} });
  client.advertise({ topic: "/d", encoding: "cdr" });
  assertEquals(take(), []);
});

Deno.test("FoxgloveClient logs at most 10 lines in 10 seconds, and each on one line", async () => {
  const { server, peer, take } = await connectedClient();
  const say = () => {
    for (let index = 0; index < 20; index++) {
      peer.says({ op: "status", level: 2, message: `${index}\n\u001b[2Jforged\u202e\u2028line` });
    }
  };
  say();
  const lines = take();
  assertEquals(lines.length, 10);
  assertEquals(lines[0], "foxglove-ws: Status of the server: 0  [2Jforged  line");
  assertEquals(
    lines[9],
    "foxglove-ws: Status of the server: 9  [2Jforged  line (more lines are left out for 10 seconds)",
  );
  server.clock.advance(10_000);
  say();
  assertEquals(take()[0], "foxglove-ws: Status of the server: 10  [2Jforged  line");
});

Deno.test("FoxgloveClient logs the causes of errors, and survives a logger that fails or calls the client", async () => {
  const { client, peer, take } = await connectedClient();
  peer.saysRaw("nonsense");
  assertEquals(take().map((line) => /caused by SyntaxError/.test(line)), [true]);
  const failing = await connectedClient({
    logger: {
      warn() {
        failing.client.advertise({ topic: "/log", encoding: "cdr" });
        throw new Error("mine");
      },
    },
  });
  failing.peer.says({ op: "status", level: 2, message: "no" });
  assertEquals([failing.client.state.type, client.state.type], ["open", "open"]);
});

Deno.test("FoxgloveClient logs lost connections and failed attempts, each text once", async () => {
  const { server, peer, take } = await connectedClient();
  peer.leaves(1001, "bye");
  for (let attempt = 0; attempt < 3; attempt++) {
    server.clock.advance(10_000);
    (await server.next()).fails("no route");
  }
  const [lost, failed, ...others] = take();
  assertEquals(lost, 'foxglove-ws: The connection to ws://robot:8765/path was closed: code 1001, "bye"; trying again');
  assertEquals(failed?.endsWith(": no route; trying again"), true);
  assertEquals(others, []);
});

Deno.test("FoxgloveClient builds a log text only if it may be written", () => {
  const clock = new TestClock();
  const lines: string[] = [];
  let reads = 0;
  const error = Object.defineProperty(new Error("no"), "cause", { get: () => void (reads += 1) });
  const emit = (log: DefaultLog, listener = {}) => {
    const listeners = new Listeners({} as FoxgloveClient, log);
    listeners.add(listener);
    listeners.emit("onError", error);
  };
  emit(new DefaultLog(false, clock));
  const log = new DefaultLog({ warn: (line) => void lines.push(line) }, clock);
  emit(log, { onError() {} });
  for (let index = 0; index < 10; index++) log.write(() => `${index}`);
  emit(log);
  assertEquals([reads, lines.length], [0, 10]);
  clock.advance(10_000);
  emit(log);
  assertEquals([reads > 0, lines.at(-1)], [true, "foxglove-ws: no"]);
});
