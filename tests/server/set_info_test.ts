// FoxgloveServer.setInfo(): changes the description of the server while clients are connected.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import type { ServerInfo } from "../../src/protocol/server_info.ts";
import { StatusLevel } from "../../src/protocol/status.ts";
import type { FoxgloveServerOptions } from "../../src/server/options.ts";
import { clientChannel, conversation, type FakeClient, ODOM } from "../support/conversation.ts";

const SUBPROTOCOL = "foxglove.sdk.v1";

/** Takes the next message, which must be a `serverInfo`. */
function takesInfo(app: FakeClient): ServerInfo {
  const message = app.takes();
  if (message.op !== "serverInfo") throw new Error(`expected serverInfo, got ${message.op}`);
  return message;
}

function connected(options?: Partial<FoxgloveServerOptions>) {
  const { server, client } = conversation({ sessionId: "s", ...options });
  return { server, app: client({ subprotocol: SUBPROTOCOL }), client };
}

Deno.test("FoxgloveServer.setInfo() sends serverInfo and everything advertised again, once for all changes of a turn", () => {
  const { server, app } = connected({ capabilities: ["services"], supportedEncodings: ["json"] });
  server.addChannel({ ...ODOM, latch: true });
  server.addService({ name: "/reset", type: "Reset" });
  app.takesAll();
  server.setInfo({ name: "renamed" });
  server.setInfo({ metadata: { ROS_DISTRO: "jazzy" } });
  assertEquals(takesInfo(app), {
    op: "serverInfo",
    name: "renamed",
    capabilities: ["services"],
    supportedEncodings: ["json"],
    metadata: { ROS_DISTRO: "jazzy" },
    sessionId: "s",
  });
  assertEquals(app.takesAll().map(({ op }) => op), ["advertise", "advertiseServices"]);
});

Deno.test("FoxgloveServer.setInfo() keeps the session, subscriptions and members that are absent", () => {
  const { server, app, client } = connected({ metadata: { a: "1" } });
  const id = server.addChannel({ ...ODOM, latch: true });
  server.sendMessage(id, 1n, "first");
  app.subscribes(1, id);
  app.takesAll();
  server.setInfo({ supportedEncodings: ["ros1"] });
  assertEquals(takesInfo(app), {
    op: "serverInfo",
    name: "test",
    capabilities: [],
    supportedEncodings: ["ros1"],
    metadata: { a: "1" },
    sessionId: "s",
  });
  // Apps forget what they have shown, so latched messages follow.
  assertEquals(app.takesAll().map(({ op }) => op), ["advertise", "messageData"]);
  server.sendMessage(id, 2n, "second");
  assertEquals(app.takes().op, "messageData");
  const late = client({ subprotocol: SUBPROTOCOL, keepFirstMessages: true });
  assertEquals(takesInfo(late).supportedEncodings, ["ros1"]);
});

Deno.test("FoxgloveServer.setInfo() removes optional members that are undefined", () => {
  const { server, app } = connected({ metadata: { a: "1" }, supportedEncodings: ["json"] });
  server.setInfo({ metadata: undefined, supportedEncodings: undefined });
  assertEquals(takesInfo(app), { op: "serverInfo", name: "test", capabilities: [], sessionId: "s" });
});

Deno.test("FoxgloveServer.setInfo() sends nothing if nothing changes", () => {
  const { server, app } = connected({ metadata: { a: "1" } });
  server.setInfo({});
  server.setInfo({ name: "test", metadata: { a: "1" } });
  app.hearsNothing();
});

Deno.test("FoxgloveServer.setInfo() makes a capability usable, and takes it away", () => {
  const { server, app } = connected();
  app.saysRaw('{"op":"advertise","channels":[{"id":1,"topic":"/cmd","encoding":"json","schemaName":"C"}]}');
  app.hearsStatus(StatusLevel.ERROR, 'the server has no capability "clientPublish"');
  server.setInfo({ capabilities: ["clientPublish"] });
  app.takesAll();
  app.says({
    op: "advertise",
    channels: [{ id: clientChannel(1), topic: "/cmd", encoding: "json", schemaName: "C" }],
  });
  app.hearsNothing();
  server.setInfo({ capabilities: [] });
  assertEquals(takesInfo(app).capabilities, []);
  app.takesAll();
  app.says({ op: "messageData", channelId: clientChannel(1), payload: new Uint8Array(1) });
  app.hearsStatus(StatusLevel.ERROR, 'the server has no capability "clientPublish"');
});

Deno.test("FoxgloveServer.setInfo() passes capabilities on that it does not know", () => {
  const { server, app, client } = connected();
  server.setInfo({ capabilities: ["time", "teleport"] });
  assertEquals(takesInfo(app).capabilities, ["time", "teleport"]);
  const limited = client({ keepFirstMessages: true, identity: { rights: { readOnly: true } } });
  assertEquals(takesInfo(limited).capabilities, ["time", "teleport"]);
});

Deno.test("FoxgloveServer.setInfo() sets a data range together with playbackControl only", () => {
  const { server, app } = connected();
  for (const wrong of [{ capabilities: ["playbackControl"] }, { dataStartTime: 1n, dataEndTime: 2n }]) {
    assertThrows(() => server.setInfo(wrong), TypeError, "Cannot set the server info: capability");
  }
  const range = { capabilities: ["playbackControl"], dataStartTime: 5n, dataEndTime: 2n };
  assertThrows(() => server.setInfo(range), RangeError, "are not a valid range");
  app.hearsNothing();
  server.setInfo({ ...range, dataEndTime: 9n });
  const { dataStartTime, dataEndTime } = takesInfo(app);
  assertEquals([dataStartTime, dataEndTime], [5n, 9n]);
});

Deno.test("FoxgloveServer.setInfo() changes nothing if a member has the wrong type", () => {
  const { server, app, client } = connected();
  assertThrows(() => server.setInfo({ name: 5 as unknown as string }), TypeError);
  assertThrows(() => server.setInfo({ metadata: { a: 1 as unknown as string } }), TypeError);
  const text = 'Cannot set the server info: "capabilities" is not an array';
  assertThrows(() => server.setInfo({ capabilities: "time" as unknown as string[] }), TypeError, text);
  app.hearsNothing();
  assertEquals(takesInfo(client({ keepFirstMessages: true })).name, "test");
});

Deno.test("FoxgloveServer.setInfo() copies what it is given", () => {
  const { server, app, client } = connected();
  const metadata = { a: "1" };
  const supportedEncodings = ["json"];
  server.setInfo({ metadata, supportedEncodings });
  metadata.a = "2";
  supportedEncodings.push("ros1");
  takesInfo(app);
  const info = takesInfo(client({ keepFirstMessages: true }));
  assertEquals([info.metadata, info.supportedEncodings], [{ a: "1" }, ["json"]]);
});
