// The statistics in JSON, at api/stats.

import { assertEquals } from "@std/assert/equals";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import type { StatsJson } from "../../../src/server/status/stats_json.ts";
import type { Identity } from "../../../src/server/identity.ts";
import { CLOCK } from "../../../src/clock.ts";
import { conversation, ODOM } from "../../support/conversation.ts";
import { RecordingSink } from "../../support/recording_sink.ts";
import { TestClock } from "../../support/test_clock.ts";

const URL_OF_STATS = "http://robot.local:8765/status/api/stats";
const STATUS_PAGE = { statusPage: { path: "/status" } } as const;

async function read(server: FoxgloveServer, url: string = URL_OF_STATS): Promise<{ json: StatsJson; text: string }> {
  const text = await (await server.handleRequest(new Request(url))).text();
  return { json: JSON.parse(text), text };
}

Deno.test("api/stats has all that stats() returns, with texts for dates, and without objects of the program", async () => {
  const { server, client } = conversation(STATUS_PAGE);
  const id = server.addChannel(ODOM);
  server.addSink(new RecordingSink());
  client({
    subprotocol: "foxglove.sdk.v1",
    userAgent: "app",
    remoteAddr: { transport: "tcp", hostname: "192.0.2.7", port: 5000 },
  }).subscribes(1, id);
  server.sendMessage(id, 1n, "12345");
  const { json } = await read(server);
  const { createdAt, clients, channels, sinks, ...rest } = server.stats();
  assertEquals(json.createdAt, createdAt.toISOString());
  for (const [name, value] of Object.entries(rest)) assertEquals(json[name as keyof StatsJson], value);
  const [{ client: info, roundTripMs: _none, ...counts } = clients[0]!] = clients;
  assertEquals(json.clients, [{
    client: {
      id: info.id,
      address: "192.0.2.7:5000",
      subprotocol: "foxglove.sdk.v1",
      userAgent: "app",
      connectedAt: info.connectedAt.toISOString(),
    },
    ...counts,
  }]);
  const [{ channel, ...channelCounts } = channels[0]!] = channels;
  const { schema: _long, ...shortChannel } = { ...channel };
  assertEquals(json.channels as unknown, [{ channel: shortChannel, ...channelCounts }]);
  assertEquals([json.sinks, sinks.length], [[{ messages: 1, bytes: 5 }], 1]);
  assertEquals([json.messagesSent, json.channels[0]?.messagesPublished, json.clients[0]?.messagesSent], [1, 1, 1]);
});

Deno.test("api/stats has the current name and the time since the server was created", async () => {
  const clock = new TestClock();
  const options = { name: "before", ...STATUS_PAGE, [CLOCK]: clock };
  const server = new FoxgloveServer(options);
  server.setInfo({ name: "after" });
  clock.advance(2500);
  const { json } = await read(server);
  assertEquals([json.name, json.uptimeSeconds], ["after", 2.5]);
});

Deno.test("api/stats has the ranges of typed parameters", async () => {
  const server = new FoxgloveServer({ name: "robot", ...STATUS_PAGE });
  server.parameters({
    speed: { value: 0.5, min: 0, max: 2, step: 0.1, description: "m/s" },
    mode: { value: "auto", oneOf: ["auto", "manual"] },
    big: { value: 1n, min: -(2n ** 63n), max: 100n },
    serial: { value: "x", readOnly: true },
    raw: { value: "AA==", type: "byte_array" },
  });
  server.parameters({ ["__proto__"]: { value: 1, max: 5 } });
  const { text } = await read(server);
  assertEquals(
    text.slice(text.indexOf('"parameterRanges":'), text.indexOf(',"links"')),
    '"parameterRanges":{"speed":{"type":"float64","min":0,"max":2,"step":0.1,"description":"m/s"},' +
      '"mode":{"oneOf":["auto","manual"]},"big":{"min":"-9223372036854775808","max":100},"serial":{"readOnly":true},' +
      '"raw":{"type":"byte_array"},"__proto__":{"max":5}}',
  );
});

Deno.test("api/stats links to apps by the address of the request, without its token", async () => {
  const links = async (options: Partial<FoxgloveServerOptions>, url: string) => {
    const server = new FoxgloveServer({ name: "robot", ...STATUS_PAGE, ...options });
    const { json: { links }, text } = await read(server, url);
    assertEquals(text.includes("secret"), false);
    return [links.foxglove, links.lichtblick].map((link) => new URL(link).searchParams.get("ds.url"));
  };
  const robot = "ws://robot.local:8765/status/";
  assertEquals(await links({}, `${URL_OF_STATS}?token=secret`), [robot, robot]);
  const secure = "wss://10.0.0.7/ws";
  assertEquals(await links({ allowedPaths: ["/ws"] }, "https://10.0.0.7/status/api/stats"), [secure, secure]);
});

Deno.test("api/stats tells an identity only what its rights allow", async () => {
  let identity: Identity = {};
  const { server, client } = conversation({ ...STATUS_PAGE, authorize: () => identity });
  server.addChannels([ODOM, { ...ODOM, topic: "/secret" }]);
  server.parameters({ "public": { value: 1, max: 2 }, "hidden": { value: 1, max: 2 } });
  client({ identity: { name: "operator", rights: { readOnly: true, topics: [/secret-pattern/] } } });
  const seen = async (rights?: Identity["rights"]) => {
    identity = rights ? { rights } : {};
    const { json, text } = await read(server);
    return {
      topics: json.channels.map(({ channel }) => channel.topic),
      parameters: Object.keys(json.parameterRanges),
      clients: json.clients.map(({ client }) => client.identity),
      leaks: text.includes("secret-pattern"),
    };
  };
  const all = { topics: ["/odom", "/secret"], parameters: ["public", "hidden"] };
  assertEquals(await seen(), { ...all, clients: [{ name: "operator" }], leaks: false });
  assertEquals(await seen({ readOnly: true }), { ...all, clients: [{ name: "operator" }], leaks: false });
  assertEquals(await seen({ topics: ["/odom"], readableParameters: ["public"] }), {
    topics: ["/odom"],
    parameters: ["public"],
    clients: [],
    leaks: false,
  });
});
