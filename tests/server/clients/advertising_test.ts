// Advertising: how clients learn of channels and services that are added and removed, many or few at a time.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import type { ServerMessage } from "../../../src/protocol/messages.ts";
import { StatusLevel } from "../../../src/protocol/status.ts";
import type { ServiceInit } from "../../../src/server/channel_init.ts";
import {
  bytes,
  channel,
  conversation,
  type FakeClient,
  ODOM,
  service,
  subscription,
} from "../../support/conversation.ts";

const SIDE = { encoding: "json", schemaName: "Empty", schemaEncoding: "jsonschema", schema: '{"type":"object"}' };

function resetService(name: string): ServiceInit {
  return { name, type: "Reset", request: SIDE, response: SIDE };
}

/** Returns each received message with the ids that it lists. */
function heard(client: FakeClient): [op: string, ids: readonly number[]][] {
  return client.takesAll().map((message) => [message.op, idsOf(message)]);
}

function idsOf(message: ServerMessage): readonly number[] {
  switch (message.op) {
    case "advertise":
      return message.channels.map(({ id }) => id);
    case "unadvertise":
      return message.channelIds;
    case "advertiseServices":
      return message.services.map(({ id }) => id);
    case "unadvertiseServices":
      return message.serviceIds;
    default:
      return [];
  }
}

Deno.test("Advertiser disconnects no client when thousands of channels are added one by one", () => {
  const { server, client } = conversation();
  const app = client();
  for (let index = 0; index < 10_000; index++) server.addChannel({ ...ODOM, topic: `/${index}` });
  const messages = heard(app);
  assertEquals(messages.length, 100);
  assertEquals(messages.flatMap(([, ids]) => ids), [...server.channels.keys()]);
  for (const id of [...server.channels.keys()]) server.removeChannel(id);
  assertEquals(
    heard(app).map(([op, ids]) => [op, ids.length]),
    Array.from({ length: 10 }, () => ["unadvertise", 1000]),
  );
  assertEquals(app.closedWith, undefined);
});

Deno.test("Advertiser disconnects no client when thousands of services are added one by one", () => {
  const { server, client } = conversation({ capabilities: ["services"], supportedEncodings: ["json"] });
  const app = client();
  for (let index = 0; index < 5000; index++) server.addService(resetService(`/${index}`));
  const messages = heard(app);
  assertEquals(
    messages.map(([op, ids]) => [op, ids.length]),
    Array.from({ length: 50 }, () => ["advertiseServices", 100]),
  );
  server.removeServices(messages.flatMap(([, ids]) => ids) as never[]);
  assertEquals(
    heard(app).map(([op, ids]) => [op, ids.length]),
    Array.from({ length: 5 }, () => ["unadvertiseServices", 1000]),
  );
});

Deno.test("Advertiser sends removals before additions, and skips entries that were added and removed again", () => {
  const { server, client } = conversation({ capabilities: ["services"], supportedEncodings: ["json"] });
  const old = server.addChannel(ODOM);
  const oldService = server.addService(resetService("/old"));
  const app = client();
  const brief = server.addChannel({ ...ODOM, topic: "/brief" });
  const next = server.addChannel({ ...ODOM, topic: "/next" });
  const briefService = server.addService(resetService("/brief"));
  const nextService = server.addService(resetService("/next"));
  assertEquals(server.removeChannels([old, brief, channel(99), old]), 2);
  assertEquals(server.removeServices([oldService, briefService, service(99)]), 2);
  assertEquals(heard(app), [
    ["unadvertise", [old]],
    ["advertise", [next]],
    ["unadvertiseServices", [oldService]],
    ["advertiseServices", [nextService]],
  ]);
});

Deno.test("Advertiser sends changes before any other message to that client", () => {
  const { server, client } = conversation({ capabilities: ["time"] });
  const old = server.addChannel(ODOM);
  const [app, other] = [client(), client()];
  app.subscribes(7, old);
  const first = server.addChannel({ ...ODOM, topic: "/first" });
  server.sendMessage(old, 1n, "data");
  const second = server.addChannel({ ...ODOM, topic: "/second" });
  server.broadcastTime(5n);
  const third = server.addChannel({ ...ODOM, topic: "/third" });
  server.removeChannel(first);
  assertEquals(heard(app), [
    ["advertise", [first]],
    ["messageData", []],
    ["advertise", [second]],
    ["time", []],
    ["unadvertise", [first]],
    ["advertise", [third]],
  ]);
  assertEquals(heard(other), [
    ["advertise", [first, second]],
    ["time", []],
    ["unadvertise", [first]],
    ["advertise", [third]],
  ]);
});

Deno.test("Advertiser sends each change once to a client that connects in between", () => {
  const { server, client } = conversation({ capabilities: ["services"], supportedEncodings: ["json"] });
  const old = server.addChannel(ODOM);
  const app = client();
  const first = server.addChannel({ ...ODOM, topic: "/first" });
  const firstService = server.addService(resetService("/first"));
  const late = client({ keepFirstMessages: true });
  server.removeChannel(old);
  const second = server.addChannel({ ...ODOM, topic: "/second" });
  assertEquals(heard(late), [
    ["serverInfo", []],
    ["advertise", [old, first]],
    ["advertiseServices", [firstService]],
    ["unadvertise", [old]],
    ["advertise", [second]],
  ]);
  assertEquals(heard(app), [
    ["unadvertise", [old]],
    ["advertise", [first, second]],
    ["advertiseServices", [firstService]],
  ]);
});

Deno.test("Advertiser sends pending changes first on resetSessionId(), and then everything once", () => {
  const { server, client } = conversation();
  const old = server.addChannel(ODOM);
  const app = client();
  const first = server.addChannel({ ...ODOM, topic: "/first" });
  server.removeChannel(old);
  server.resetSessionId("next");
  const second = server.addChannel({ ...ODOM, topic: "/second" });
  assertEquals(heard(app), [
    ["unadvertise", [old]],
    ["advertise", [first]],
    ["serverInfo", []],
    ["advertise", [first]],
    ["advertise", [second]],
  ]);
});

Deno.test("Advertiser sends a client nothing about channels and services that it may not see", () => {
  const rights = { topics: ["/seen*"], services: ["/seen"] };
  const { server, client } = conversation({ capabilities: ["services"], supportedEncodings: ["json"] });
  const hidden = server.addChannel({ ...ODOM, topic: "/hidden" });
  const seen = server.addChannel({ ...ODOM, topic: "/seen" });
  const [app, all] = [client({ identity: { rights } }), client()];
  const [alsoHidden, alsoSeen] = server.addChannels(["/also", "/seen/also"].map((topic) => ({ ...ODOM, topic })));
  const [one, other] = server.addServices(["/other", "/seen"].map(resetService));
  server.removeChannels([hidden, seen]);
  assertEquals(heard(app), [["unadvertise", [seen]], ["advertise", [alsoSeen!]], ["advertiseServices", [other!]]]);
  assertEquals(heard(all), [
    ["unadvertise", [hidden, seen]],
    ["advertise", [alsoHidden!, alsoSeen!]],
    ["advertiseServices", [one!, other!]],
  ]);
  server.removeServices([one!, other!]);
  assertEquals(heard(app), [["unadvertiseServices", [other!]]]);
});

Deno.test("Advertiser calls channelFilter immediately, and never for a removed channel", () => {
  const asked: string[] = [];
  const { server, client } = conversation({ channelFilter: ({ topic }) => asked.push(topic) > 0 });
  client();
  const id = server.addChannel(ODOM);
  assertEquals(asked, ["/odom"]);
  server.removeChannel(id);
  assertEquals(asked, ["/odom"]);
});

Deno.test("FoxgloveServer.addServices() adds all services or none", () => {
  const { server, client } = conversation({ capabilities: ["services"] });
  const app = client();
  const twice = ["/a", "/b", "/a"].map(resetService);
  assertThrows(() => server.addServices(twice), TypeError, 'Cannot add service "/a": another service has that name');
  app.hearsNothing();
  assertEquals(server.addServices([resetService("/a"), { name: "/b", type: "B" }]), [service(1), service(2)]);
  assertEquals(heard(app).at(-1), ["advertiseServices", [1, 2]]);
});

Deno.test("FoxgloveServer.addServices() needs the capability, also for an empty list", () => {
  const { server } = conversation();
  assertThrows(() => server.addServices([]), TypeError, 'the server has no capability "services"');
});

Deno.test("FoxgloveServer.removeChannels() ends subscriptions and drops queued messages", async () => {
  const { server, client } = conversation();
  const ids = server.addChannels(["/a", "/b"].map((topic) => ({ ...ODOM, topic })));
  const app = client();
  for (const id of ids) app.subscribes(id, id);
  app.stalls();
  for (const id of ids) server.sendMessage(id, 1n, "late");
  server.removeChannels([ids[0]!]);
  app.reads();
  await app.arrived(2);
  const payload = bytes("late");
  app.hears(
    { op: "messageData", subscriptionId: subscription(2), timestamp: 1n, payload },
    { op: "unadvertise", channelIds: [ids[0]!] },
  );
  app.hearsNothing();
});

Deno.test("FoxgloveServer.addServices() sends everything again, in order and in the same session, when an encoding is new", async () => {
  const { server, client } = conversation({ capabilities: ["services", "time"], sessionId: "same" });
  const latched = server.addChannel({ ...ODOM, topic: "/map", latch: true });
  const gone = server.addChannel(ODOM);
  server.sendMessage(latched, 1n, "map");
  server.sendStatus(StatusLevel.INFO, "calibrating", { id: "c", sticky: true });
  server.broadcastTime(7n);
  const app = client();
  app.subscribes(1, latched);
  app.hears({ op: "messageData", subscriptionId: subscription(1), timestamp: 1n, payload: bytes("map") });
  server.removeChannel(gone);
  const [first] = server.addServices(["/a", "/b"].map(resetService));
  app.hears({ op: "unadvertise", channelIds: [gone] });
  const info = app.takes();
  assertEquals(info.op === "serverInfo" && [info.sessionId, info.supportedEncodings], ["same", ["json"]]);
  assertEquals(idsOf(app.takes()), [latched]);
  assertEquals(idsOf(app.takes()), [1, 2]);
  app.hears(
    { op: "status", level: StatusLevel.INFO, message: "calibrating", id: "c" },
    { op: "time", timestamp: 7n },
    { op: "messageData", subscriptionId: subscription(1), timestamp: 1n, payload: bytes("map") },
  );
  app.hearsNothing();
  // With an encoding that apps already know, the server sends nothing else.
  server.removeService(first!);
  server.addService(resetService("/c"));
  assertEquals(heard(app), [["unadvertiseServices", [1]], ["advertiseServices", [3]]]);
  await server.close({ graceMs: 0 });
});

Deno.test("FoxgloveServer sends the last time to a client that connects while the clock is paused", () => {
  const { server, client } = conversation({ capabilities: ["time"] });
  assertEquals(heard(client({ keepFirstMessages: true })).map(([op]) => op), ["serverInfo", "advertise"]);
  server.broadcastTime(5n);
  server.broadcastTime(3n);
  const late = client({ keepFirstMessages: true });
  assertEquals([late.takes().op, late.takes().op], ["serverInfo", "advertise"]);
  late.hears({ op: "time", timestamp: 3n });
  late.hearsNothing();
  // The next session may start at an earlier time.
  server.resetSessionId();
  assertEquals(heard(client({ keepFirstMessages: true })).map(([op]) => op), ["serverInfo", "advertise"]);
});

Deno.test("FoxgloveServer.broadcastTime() with newSession starts the session before it sends the time", () => {
  const { server, client } = conversation({ capabilities: ["time"], sessionId: "first" });
  const app = client();
  server.broadcastTime(9n);
  app.hears({ op: "time", timestamp: 9n });
  server.broadcastTime(3n, { newSession: true });
  const info = app.takes();
  assertEquals(info.op === "serverInfo" && info.sessionId !== "first", true);
  assertEquals(app.takes().op, "advertise");
  app.hears({ op: "time", timestamp: 3n });
  app.hearsNothing();
});
