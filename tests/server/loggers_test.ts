// The server log: peers can neither forge lines nor flood it.

import { assertEquals } from "@std/assert/equals";
import type { ClientMessage } from "../../src/protocol/messages.ts";
import { CLOCK } from "../../src/clock.ts";
import { assetRoots } from "../../src/server/asset_roots.ts";
import type { FoxgloveServerListener } from "../../src/server/listener.ts";
import type { Logger } from "../../src/logger.ts";
import type { FoxgloveServerOptions } from "../../src/server/options.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { FakeServerSocket } from "../support/fake_server_socket.ts";
import {
  bytes,
  clientChannel,
  type Conversation,
  conversation,
  type FakeClient,
  ODOM,
  service,
  settled,
} from "../support/conversation.ts";
import { TestClock } from "../support/test_clock.ts";

/** One call of the logger. */
interface Line {
  level: string;
  message: string;
  details: readonly unknown[];
}

interface Fixture extends Conversation {
  readonly lines: Line[];
  readonly clock: TestClock;
}

/** A server whose log lines are kept with their details. */
function fixture(options: Partial<FoxgloveServerOptions> = {}): Fixture {
  const lines: Line[] = [];
  const at = (level: string) => (message: string, ...details: unknown[]) =>
    void lines.push({ level, message, details });
  const logger: Logger = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
  const clock = new TestClock();
  const talk = conversation({
    capabilities: ["services", "assets", "parameters", "clientPublish"],
    supportedEncodings: ["json"],
    logger,
    ...options,
  }, { clock });
  talk.server.addService({ name: "/reset", type: "Reset" });
  return { ...talk, lines, clock };
}

/** A line as it is displayed. */
function shown({ message, details }: Line): string {
  return [message, ...details.map((detail) => typeof detail === "string" ? detail : Deno.inspect(detail))].join(" ");
}

/** The size of the lines in bytes. */
function size(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + bytes(shown(line)).length + 1, 0);
}

/** Text that forges a line, or hides one on a terminal. */
const EVIL = "x\r\nerror: forged\x1b[2J\u009b2J\u2028forged\u202e\u0000";

/** Asserts that only the stack of an error begins another line, and that no text controls the terminal. */
function assertHarmless(lines: readonly Line[]): void {
  for (const line of lines) {
    assertEquals(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(line.message), false, line.message);
    const [, ...further] = shown(line).split("\n");
    for (const text of further) assertEquals(/^( *at | *\[cause\]: |[ {}])/.test(text), true, text);
    assertEquals(/[^\P{Cc}\n]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(shown(line)), false, shown(line));
  }
}

const FAIL = (text: string): never => {
  throw new TypeError(`cannot take ${text}`, { cause: new Error(text) });
};

/** Hooks whose errors repeat the client's input. */
const ECHO_HOOKS: FoxgloveServerListener = {
  onServiceRequest: (_server, _serviceId, _callId, _encoding, payload) => FAIL(new TextDecoder().decode(payload)),
  onGetParameters: (_server, names) => FAIL(names.join()),
  onSetParameters: (_server, parameters) => FAIL(`${parameters[0]?.value}`),
  onClientAdvertise: (_server, { topic }) => FAIL(topic),
  onClientMessage: (_server, _channelId, payload) => FAIL(new TextDecoder().decode(payload)),
};

const EVIL_MESSAGES: Readonly<Record<string, ClientMessage>> = {
  "a service's payload": {
    op: "serviceCallRequest",
    serviceId: service(1),
    callId: 1,
    encoding: "json",
    payload: bytes(EVIL),
  },
  "a parameter's name": { op: "getParameters", parameterNames: [EVIL], id: "q" },
  "a parameter's value": { op: "setParameters", parameters: [{ name: "a", value: EVIL }] },
  "a client channel's topic": {
    op: "advertise",
    channels: [{ id: clientChannel(1), topic: EVIL, encoding: "json", schemaName: "" }],
  },
};

for (const [what, message] of Object.entries(EVIL_MESSAGES)) {
  Deno.test(`a client cannot forge log lines with ${what}`, async () => {
    const { client, lines } = fixture({ listener: ECHO_HOOKS });
    const app = client();
    app.says(message);
    await settled();
    const failures = lines.filter(({ level }) => level === "error");
    assertEquals(failures.length > 0, true);
    assertEquals(failures.every(({ details: [error] }) => error instanceof Error && error.name === "TypeError"), true);
    assertHarmless(lines);
  });
}

Deno.test("a client cannot forge log lines with the name of an asset, percent-encoded or not", async () => {
  await using folder = await temporaryFolder();
  const { client, lines } = fixture({ listener: { onFetchAsset: assetRoots({ "package://arm/": folder.path }) } });
  const app = client();
  // Control characters are rejected. A line separator and a mark that reverses the writing direction are not.
  const separators = "x\u2028error forged\u202e";
  for (const name of [EVIL, "%0aerror forged%1b[2J%c2%9b2J", separators, `y${encodeURIComponent(separators)}`]) {
    app.says({ op: "fetchAsset", uri: `package://arm/${name}`, requestId: 1 });
    await app.next();
  }
  assertEquals(lines.filter(({ level }) => level === "warn").length, 3);
  assertEquals(lines.some(({ message }) => message.includes("/x\\u2028error forged\\u202e")), true);
  assertEquals(lines.some(({ message }) => message.includes("/yx\\u2028error forged\\u202e")), true);
  assertHarmless(lines);
});

async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await Deno.makeTempDir({ prefix: "logger_test_" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

Deno.test("a client cannot forge log lines with its name, its user agent or its address", () => {
  const { client, lines } = fixture();
  client({
    identity: { name: EVIL },
    userAgent: EVIL,
    remoteAddr: { transport: "unix", path: EVIL } as Deno.UnixAddr,
  });
  assertEquals(lines.length, 1);
  assertEquals(lines[0]?.message.includes('as "x\\r\\nerror: forged\\x1b[2J\\x9b2J'), true);
  assertHarmless(lines);
});

Deno.test("a page cannot forge log lines with its origin", async () => {
  const { server, lines } = fixture();
  // The Headers of fetch accept the control characters of Latin-1.
  const origin = "https://x\u009b2J\u0085forged\x1b[2J";
  const headers = { upgrade: "websocket", connection: "upgrade", origin };
  const response = await server.handleRequest(new Request("http://localhost/", { headers }));
  assertEquals(response.status, 403);
  assertEquals(lines[0]?.message.includes('Pages of origin "https://x\\x9b2J\\x85forged\\u001b[2J" may not'), true);
  assertHarmless(lines);
});

Deno.test("a filter cannot forge log lines with an error that repeats a topic", () => {
  const { server, client, lines } = fixture({
    channelFilter: ({ topic }) => FAIL(topic),
    clientChannelFilter: ({ topic }) => FAIL(topic),
  });
  const app = client();
  server.addChannel({ ...ODOM, topic: EVIL });
  app.says(EVIL_MESSAGES["a client channel's topic"]!);
  assertEquals(lines.filter(({ level }) => level === "error").map(({ message }) => message), [
    'Option "channelFilter" failed',
    'Option "clientChannelFilter" failed',
  ]);
  assertHarmless(lines);
});

/** Fetches this number of assets with different names. */
async function fetchMany(app: FakeClient, count: number): Promise<void> {
  for (let requestId = 0; requestId < count; requestId++) {
    app.says({ op: "fetchAsset", uri: `package://arm/${requestId}${"x".repeat(900)}`, requestId });
    await app.next();
  }
}

Deno.test("a client that requests missing assets repeatedly gets answers, and the log a few lines without stacks", async () => {
  await using folder = await temporaryFolder();
  const { client, lines, clock } = fixture({
    listener: { onFetchAsset: assetRoots({ "package://arm/": folder.path }) },
  });
  const app = client();
  lines.splice(0);
  await fetchMany(app, 500);
  assertEquals(lines.length, 10);
  assertEquals(lines.every(({ level, details }) => level === "warn" && details.length === 0), true);
  assertEquals(size(lines) < 10 * 2000, true, `${size(lines)} bytes`);
  clock.advance(10_000);
  lines.splice(0);
  await fetchMany(app, 1);
  assertEquals(lines.map(({ message }) => message.endsWith(" (and 490 more like this were left out)")), [true]);
});

Deno.test("a client that makes a hook fail repeatedly gets answers, and the log a few stacks", async () => {
  const { client, lines, clock } = fixture({ listener: { onFetchAsset: (_server, uri) => FAIL(uri) } });
  const app = client();
  lines.splice(0);
  await fetchMany(app, 500);
  assertEquals(lines.length, 10);
  assertEquals(
    lines.every(({ details: [error] }) => error instanceof Error && error.stack?.includes("\n    at ")),
    true,
  );
  assertEquals(size(lines) < 10 * 10_000, true, `${size(lines)} bytes`);
  clock.advance(10_000);
  lines.splice(0);
  await fetchMany(app, 1);
  assertEquals(lines.map(({ message }) => message), [
    "Client 1: onFetchAsset failed (and 490 more like this were left out)",
  ]);
});

Deno.test("clients that make a notification hook fail repeatedly: the log gets the same error once, and onError all calls", () => {
  let heard = 0;
  const { client, lines } = fixture({ listener: { ...ECHO_HOOKS, onError: () => heard++ } });
  for (let index = 0; index < 100; index++) client().says(EVIL_MESSAGES["a client channel's topic"]!);
  assertEquals(lines.filter(({ level }) => level === "error").map(({ message }) => message), [
    "Client 1: onClientAdvertise failed",
  ]);
  assertEquals(heard, 100);
});

Deno.test("an authorize that fails for all clients is logged once, and the rejected clients are counted", async () => {
  const lines: string[] = [];
  const clock = new TestClock();
  const at = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  const logger: Logger = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
  const authorize = () => {
    throw new Error("no database");
  };
  const server = new FoxgloveServer({ name: "test", logger, authorize, ...{ [CLOCK]: clock } });
  const headers = {
    upgrade: "websocket",
    connection: "upgrade",
    "sec-websocket-version": "13",
    "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
  };
  for (let index = 0; index < 50; index++) {
    assertEquals((await server.handleRequest(new Request("http://localhost/", { headers }))).status, 500);
  }
  assertEquals(lines, [
    'error Option "authorize" failed',
    'warn Rejected a client from unknown: "authorize" answered with 500',
  ]);
});

Deno.test("handshakes that are rejected repeatedly are logged with one line for each status", async () => {
  const { server, lines } = fixture({ allowedPaths: ["/ws"] });
  const headers = { upgrade: "websocket", connection: "upgrade" };
  for (let index = 0; index < 100; index++) {
    await server.handleRequest(new Request(`http://localhost/${index}`, { headers }));
    await server.handleRequest(new Request("http://localhost/ws", { headers }));
  }
  assertEquals(lines.map(({ message }) => message), [
    "Rejected a client from unknown with 404",
    "Rejected a client from unknown with 426",
  ]);
});

Deno.test("a keyBy that fails for each message is logged once for each channel", () => {
  const { server, lines } = fixture();
  const latch = { depth: 1, keyBy: () => FAIL("a key") };
  const ids = server.addChannels(["/a", "/b"].map((topic) => ({ ...ODOM, topic, latch })));
  for (let index = 0; index < 100; index++) for (const id of ids) server.sendMessage(id, 1n, "x");
  assertEquals(lines.map(({ message }) => message), [
    'Channel "/a": latch.keyBy failed',
    'Channel "/b": latch.keyBy failed',
  ]);
});

Deno.test("clients that connect and disconnect are logged with two lines each", () => {
  const { client, lines } = fixture();
  for (let index = 0; index < 100; index++) client().leaves();
  assertEquals(lines.filter(({ level }) => level === "info").length, 200);
});

Deno.test("a logger that throws or rejects affects nothing", async () => {
  const fail = (): never => {
    throw new Error("disk full");
  };
  const ways: Logger["warn"][] = [fail, () => Promise.reject(new Error("disk full")), () => ({ then: fail })];
  for (const way of ways) {
    const { server, client } = fixture({
      logger: { debug: way, info: way, warn: way, error: way },
      listener: ECHO_HOOKS,
    });
    const app = client();
    server.addChannel({ topic: "/pose", encoding: "xml" });
    app.says(EVIL_MESSAGES["a service's payload"]!);
    assertEquals([app.takes().op, (await app.next()).op], ["advertise", "serviceCallFailure"]);
  }
  await settled();
});

/** Returns the console output of `run`. */
function consoleLines(run: () => void): unknown[][] {
  const lines: unknown[][] = [];
  const original = { ...console };
  for (const level of ["debug", "log", "info", "warn", "error"] as const) {
    console[level] = (...all) => void lines.push([level, ...all]);
  }
  try {
    run();
  } finally {
    Object.assign(console, original);
  }
  return lines;
}

Deno.test("without a logger, only warnings and errors go to the console", () => {
  const failure = new Error("no fuel");
  const lines = consoleLines(() => {
    const server = new FoxgloveServer({
      name: "test",
      listener: {
        onClientConnect() {
          throw failure;
        },
      },
    });
    server.addChannel({ topic: "/100%s", encoding: "xml" });
    const socket = new FakeServerSocket();
    server.acceptSocket(socket);
    socket.emit("close");
  });
  assertEquals(lines, [
    ["warn", "%s", 'foxglove-ws: Channel "/100%s": encoding "xml" is unknown to apps, so apps do not list the topic'],
    ["error", "%s", "foxglove-ws: Client 1: onClientConnect failed", failure],
  ]);
});

Deno.test("with logger: false, nothing goes to the console", () => {
  const lines = consoleLines(() => {
    new FoxgloveServer({ name: "test", logger: false }).addChannel({ topic: "/a", encoding: "xml" });
  });
  assertEquals(lines, []);
});
