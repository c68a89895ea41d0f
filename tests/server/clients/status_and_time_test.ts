// Statuses and the server time, as clients receive them.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import type { ServiceSchema } from "../../../src/protocol/services.ts";
import { StatusLevel } from "../../../src/protocol/status.ts";
import { bytes as hex } from "../../protocol/hex.ts";
import { clientId, conversation, type FakeClient, ODOM } from "../../support/conversation.ts";

/** The JSON of the newest message, which distinguishes absent members from `null`. */
function newestText(client: FakeClient): unknown {
  return JSON.parse(client.wire.at(-1) as string);
}

for (const [name, level] of Object.entries(StatusLevel)) {
  Deno.test(`T01 FoxgloveServer.sendStatus() of level ${name} goes to all clients, without an id member if no id is given`, () => {
    const { server, client } = conversation();
    const clients = [client(), client({ subprotocol: "foxglove.websocket.v1" })];
    server.sendStatus(level, "camera 2 is warming up");
    for (const app of clients) {
      assertEquals(newestText(app), { op: "status", level, message: "camera 2 is warming up" });
      app.takes();
      app.hearsNothing();
    }
  });
}

Deno.test("T01 FoxgloveServer.sendStatus() with an id sends the id each time", () => {
  const { server, client } = conversation();
  const app = client();
  server.sendStatus(StatusLevel.WARNING, "camera 2 is warming up", { id: "cam2" });
  server.sendStatus(StatusLevel.INFO, "camera 2 is ready", { id: "cam2" });
  assertEquals(newestText(app), { op: "status", level: 0, message: "camera 2 is ready", id: "cam2" });
  app.hears(
    { op: "status", level: StatusLevel.WARNING, message: "camera 2 is warming up", id: "cam2" },
    { op: "status", level: StatusLevel.INFO, message: "camera 2 is ready", id: "cam2" },
  );
  app.hearsNothing();
});

Deno.test("T01 FoxgloveServer.sendStatus() accepts an id that is empty or a member of every object", () => {
  const { server, client } = conversation();
  const app = client();
  for (const id of ["__proto__", "constructor", ""]) {
    server.sendStatus(StatusLevel.ERROR, "on fire", { id, sticky: true });
    app.hears({ op: "status", level: StatusLevel.ERROR, message: "on fire", id });
  }
  server.removeStatus(["__proto__"]);
  app.hears({ op: "removeStatus", statusIds: ["__proto__"] });
  const late = client({ keepFirstMessages: true });
  late.takes();
  late.takes();
  for (const id of ["constructor", ""]) {
    late.hears({ op: "status", level: StatusLevel.ERROR, message: "on fire", id });
  }
  late.hearsNothing();
});

Deno.test("T01 FoxgloveServer.sendStatus() can send to one client only, and sends nothing if that client has disconnected", () => {
  const { server, client } = conversation();
  const [one, other] = [client(), client()];
  server.sendStatus(StatusLevel.INFO, "for you", { id: "greeting", to: clientId(2) });
  other.hears({ op: "status", level: StatusLevel.INFO, message: "for you", id: "greeting" });
  other.leaves();
  server.sendStatus(StatusLevel.INFO, "for you", { to: clientId(2) });
  server.sendStatus(StatusLevel.INFO, "for you", { to: clientId(99) });
  one.hearsNothing();
  other.hearsNothing();
});

Deno.test("T01 FoxgloveServer.sendStatus() is not throttled", () => {
  const { server, client } = conversation();
  const app = client();
  for (let count = 0; count < 100; count++) server.sendStatus(StatusLevel.ERROR, `wheel ${count} is flat`);
  assertEquals(app.inboxSize, 100);
});

const WRONG: Readonly<Record<string, { level: unknown; message: unknown; id?: unknown }>> = {
  "level": { level: 3, message: "x" },
  "level that is text": { level: "ERROR", message: "x" },
  "text": { level: StatusLevel.INFO, message: 5 },
  "id": { level: StatusLevel.INFO, message: "x", id: 5 },
};

for (const [what, { level, message, id }] of Object.entries(WRONG)) {
  Deno.test(`T01 FoxgloveServer.sendStatus() throws for a wrong ${what}, and sends nothing, not even later`, () => {
    const { server, client } = conversation();
    const app = client();
    const options = { id: (id ?? "a") as string, sticky: true };
    assertThrows(() => server.sendStatus(level as StatusLevel, message as string, options), Error, '"status"');
    app.hearsNothing();
    assertEquals(client({ keepFirstMessages: true }).inboxSize, 2);
  });
}

Deno.test("T02 FoxgloveServer.removeStatus() sends known and unknown ids to all clients", () => {
  const { server, client } = conversation();
  const clients = [client(), client()];
  server.sendStatus(StatusLevel.WARNING, "camera 2 is warming up", { id: "cam2" });
  server.removeStatus(["cam2", "never seen"]);
  for (const app of clients) {
    app.hearsStatus(StatusLevel.WARNING);
    app.hears({ op: "removeStatus", statusIds: ["cam2", "never seen"] });
    app.hearsNothing();
  }
});

Deno.test("T02 FoxgloveServer.removeStatus() without ids sends nothing", () => {
  const { server, client } = conversation();
  const app = client();
  server.removeStatus([]);
  app.hearsNothing();
});

const SIDE: ServiceSchema = {
  encoding: "json",
  schemaName: "Empty",
  schemaEncoding: "jsonschema",
  schema: '{"type":"object"}',
};

Deno.test("T03 FoxgloveServer sends sticky statuses to a client that connects later, after its other first messages", () => {
  const { server, client } = conversation({ capabilities: ["services"], sessionId: "run 1" });
  const channelId = server.addChannel(ODOM);
  const serviceId = server.addService({ name: "/reset", type: "Reset", request: SIDE, response: SIDE });
  const early = client();
  server.sendStatus(StatusLevel.WARNING, "battery is low", { id: "battery", sticky: true });
  server.sendStatus(StatusLevel.ERROR, "arm is blocked", { id: "arm", sticky: true });
  server.sendStatus(StatusLevel.INFO, "moving", { id: "moving" });
  server.sendStatus(StatusLevel.INFO, "hello");
  assertEquals(early.inboxSize, 4);

  const late = client({ keepFirstMessages: true });
  late.hears(
    {
      op: "serverInfo",
      name: "test",
      capabilities: ["services"],
      supportedEncodings: ["json"],
      sessionId: "run 1",
    },
    { op: "advertise", channels: [{ id: channelId, ...ODOM }] },
    {
      op: "advertiseServices",
      services: [{ id: serviceId, name: "/reset", type: "Reset", request: SIDE, response: SIDE }],
    },
    { op: "status", level: StatusLevel.WARNING, message: "battery is low", id: "battery" },
    { op: "status", level: StatusLevel.ERROR, message: "arm is blocked", id: "arm" },
  );
  late.hearsNothing();
  assertEquals(early.inboxSize, 4);
});

Deno.test("T03 FoxgloveServer sends sticky statuses before any message of onClientConnect", () => {
  const { server, client } = conversation({
    listener: { onClientConnect: (server) => server.sendStatus(StatusLevel.INFO, "welcome") },
  });
  server.sendStatus(StatusLevel.WARNING, "battery is low", { id: "battery", sticky: true });
  const app = client({ keepFirstMessages: true });
  app.takes();
  app.takes();
  app.hearsStatus(StatusLevel.WARNING, "battery is low");
  app.hearsStatus(StatusLevel.INFO, "welcome");
  app.hearsNothing();
});

/** Returns the statuses that a new client gets on connect. */
function statusesOnConnect(client: FakeClient): string[] {
  return client.takesAll().filter((message) => message.op === "status").map(({ message }) => message);
}

Deno.test("T03 FoxgloveServer sends the newer of two sticky statuses with the same id", () => {
  const { server, client } = conversation();
  server.sendStatus(StatusLevel.WARNING, "battery is low", { id: "battery", sticky: true });
  server.sendStatus(StatusLevel.ERROR, "battery is empty", { id: "battery", sticky: true });
  assertEquals(statusesOnConnect(client({ keepFirstMessages: true })), ["battery is empty"]);
});

Deno.test("T03 FoxgloveServer no longer sends a sticky status that was removed, until the program sends it again", () => {
  const { server, client } = conversation();
  server.sendStatus(StatusLevel.WARNING, "battery is low", { id: "battery", sticky: true });
  server.sendStatus(StatusLevel.ERROR, "arm is blocked", { id: "arm", sticky: true });
  server.removeStatus(["battery"]);
  assertEquals(statusesOnConnect(client({ keepFirstMessages: true })), ["arm is blocked"]);
  server.sendStatus(StatusLevel.WARNING, "battery is low again", { id: "battery", sticky: true });
  server.removeStatus(["arm"]);
  assertEquals(statusesOnConnect(client({ keepFirstMessages: true })), ["battery is low again"]);
});

Deno.test("T03 FoxgloveServer.sendStatus() throws if a sticky status has no id or is for one client, and sends nothing", () => {
  const { server, client } = conversation();
  const app = client();
  for (const options of [{ sticky: true }, { id: "a", sticky: true, to: clientId(1) }]) {
    assertThrows(() => server.sendStatus(StatusLevel.INFO, "x", options), TypeError, "sticky");
  }
  app.hearsNothing();
  assertEquals(statusesOnConnect(client({ keepFirstMessages: true })), []);
});

const TIMES: Readonly<Record<string, { timestamp: bigint; frame: string }>> = {
  "a small time": { timestamp: 1_234_567_890n, frame: "02 d202964900000000" },
  "zero": { timestamp: 0n, frame: "02 0000000000000000" },
  "a time that is not exact as a number": { timestamp: 2n ** 53n + 1n, frame: "02 0100000000002000" },
  "the largest uint64": { timestamp: 2n ** 64n - 1n, frame: "02 ffffffffffffffff" },
};

for (const [what, { timestamp, frame }] of Object.entries(TIMES)) {
  Deno.test(`T04 FoxgloveServer.broadcastTime() sends ${what} to all clients, in nine bytes`, () => {
    const { server, client } = conversation({ capabilities: ["time"] });
    const clients = [client(), client({ subprotocol: "foxglove.websocket.v1" })];
    server.broadcastTime(timestamp);
    for (const app of clients) {
      assertEquals(app.wire.at(-1), hex(frame));
      app.hears({ op: "time", timestamp });
      app.hearsNothing();
    }
  });
}

Deno.test("T04 FoxgloveServer.broadcastTime() accepts earlier times, and works without clients", () => {
  const { server, client } = conversation({ capabilities: ["time"] });
  server.broadcastTime(7n);
  const app = client();
  for (const timestamp of [9n, 5n, 5n]) {
    server.broadcastTime(timestamp);
    app.hears({ op: "time", timestamp });
  }
});

Deno.test("T04 FoxgloveServer.broadcastTime() throws without the capability, and sends nothing", () => {
  const { server, client } = conversation({ capabilities: ["services"] });
  const app = client();
  assertThrows(() => server.broadcastTime(5n), TypeError, '"time"');
  app.hearsNothing();
});

for (const timestamp of [-1n, 2n ** 64n, 5, undefined]) {
  Deno.test(`T04 FoxgloveServer.broadcastTime() throws for ${timestamp} (${typeof timestamp}), and sends nothing`, () => {
    const { server, client } = conversation({ capabilities: ["time"] });
    const app = client();
    const kind = typeof timestamp === "bigint" ? RangeError : TypeError;
    assertThrows(() => server.broadcastTime(timestamp as bigint), kind, "timestamp must be a bigint");
    app.hearsNothing();
  });
}

Deno.test("T03 FoxgloveServer replaces a sticky status by one with the same id that is not sticky", () => {
  const { server, client } = conversation();
  server.sendStatus(StatusLevel.ERROR, "battery empty", { id: "battery", sticky: true });
  server.sendStatus(StatusLevel.INFO, "battery fine", { id: "battery" });
  const someone = client({ keepFirstMessages: true });
  const ops = [someone.takes().op, someone.takes().op];
  assertEquals([ops, someone.inboxSize], [["serverInfo", "advertise"], 0]);
});
