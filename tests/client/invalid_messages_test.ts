// Messages that are invalid as a whole or in part. The client handles the valid parts.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { FoxgloveClient } from "../../src/client/client.ts";
import { ConnectionClosedError, RequestError } from "../../src/client/errors.ts";
import { ProtocolError } from "../../src/protocol/protocol_error.ts";
import { channel, service } from "../support/conversation.ts";
import { ClientLog, connectedClient, FAKE_URL, FakeServer, FULL_SERVER_INFO } from "../support/fake_server.ts";

const CHANNEL = '{"id":1,"topic":"/good","encoding":"json","schemaName":"","schema":""}';
const SERVICE = '{"id":1,"name":"/good","type":"T","requestSchema":"","responseSchema":""}';

/** Invalid channels, and the error for each if it is the second of a list. */
const BAD_CHANNELS: Readonly<Record<string, string>> = {
  '{"id":2,"encoding":"json","schemaName":"","schema":""}': "channels[1].topic must be a string",
  '{"id":2,"topic":"/bad","encoding":"json","schema":""}': 'channels[1].schemaName must be a string, in "/bad"',
  '{"id":2,"topic":"/bad","schemaName":"","schema":""}': 'channels[1].encoding must be a string, in "/bad"',
  '{"id":2,"topic":"/bad","encoding":"json","schemaName":"","schema":null}':
    'channels[1].schema must be a string, in "/bad"',
  '{"id":"2","topic":"/bad","encoding":"json","schemaName":"","schema":""}':
    'channels[1].id must be an integer from 0 to 9007199254740991, in "/bad"',
  '{"id":9007199254740993,"topic":"/bad","encoding":"json","schemaName":"","schema":""}':
    'channels[1].id must be an integer from 0 to 9007199254740991, in "/bad"',
  "null": "channels[1] must be an object",
  "5": "channels[1] must be an object",
};

for (const [bad, why] of Object.entries(BAD_CHANNELS)) {
  Deno.test(`M07 FoxgloveClient leaves out and reports the channel ${bad}`, async () => {
    const { client, peer, log } = await connectedClient();
    const last = CHANNEL.replace('"id":1', '"id":3').replace("/good", "/last");
    peer.saysRaw(`{"op":"advertise","channels":[${CHANNEL},${bad},${last}]}`);
    assertEquals([...client.channels.keys()], [channel(1), channel(3)]);
    assertEquals(log.take(), [["advertise", ["/good", "/last"]], ["error", `Cannot read "advertise": ${why}`]]);
    assertEquals(client.state.type, "open");
  });
}

Deno.test("M07 FoxgloveClient keeps a channel without its metadata if that is invalid", async () => {
  const { client, peer, log } = await connectedClient();
  peer.saysRaw(`{"op":"advertise","channels":[${CHANNEL.replace("}", ',"metadata":{"a":1}}')}]}`);
  assertEquals([...client.channels.values()], [{ ...JSON.parse(CHANNEL) }]);
  const text = 'Cannot read "advertise": channels[0].metadata must be an object of strings';
  assertEquals(log.take(), [["advertise", ["/good"]], ["error", text]]);
});

const BAD_SERVICES: Readonly<Record<string, string>> = {
  '{"id":2,"type":"T"}': "services[1].name must be a string",
  '{"id":2,"name":"/bad"}': 'services[1].type must be a string, in "/bad"',
  '{"id":"2","name":"/bad","type":"T"}': 'services[1].id must be an integer from 0 to 4294967295, in "/bad"',
  '{"id":2,"name":"/bad","type":"T","request":{"encoding":"json","schemaName":"","schemaEncoding":"","schema":null}}':
    'services[1].request.schema must be a string, in "/bad"',
  "null": "services[1] must be an object",
};

for (const [bad, why] of Object.entries(BAD_SERVICES)) {
  Deno.test(`M07 FoxgloveClient leaves out and reports the service ${bad}`, async () => {
    const { client, peer, log } = await connectedClient();
    peer.saysRaw(`{"op":"advertiseServices","services":[${SERVICE},${bad},${SERVICE.replace('"id":1', '"id":3')}]}`);
    assertEquals([...client.services.keys()], [service(1), service(3)]);
    assertEquals(log.take(), [["services", ["/good", "/good"]], ["error", `Cannot read "advertiseServices": ${why}`]]);
  });
}

Deno.test("M07 FoxgloveClient reports each invalid part once, as a ProtocolError, after it has handled the valid parts", async () => {
  const errors: unknown[] = [];
  const seen: number[] = [];
  const { client, peer } = await connectedClient({
    listener: {
      onError(from, error) {
        errors.push(error);
        seen.push(from.channels.size);
      },
    },
  });
  peer.saysRaw(`{"op":"advertise","channels":[null,${CHANNEL},{"id":2,"topic":"${"x".repeat(500)}"}]}`);
  assertEquals(seen, [1, 1]);
  const [first, second] = errors as [ProtocolError, ProtocolError];
  assertEquals([first instanceof ProtocolError, first.code, first.op], [true, "invalid-field", "advertise"]);
  assertEquals(second.message.length < 200, true);
  assertEquals(client.channels.size, 1);
});

Deno.test("M07 FoxgloveClient handles the valid entries of unadvertise, removeStatus and connectionGraphUpdate", async () => {
  const { client, peer, log } = await connectedClient();
  peer.saysRaw(`{"op":"advertise","channels":[${CHANNEL}]}`);
  peer.says({ op: "status", level: 0, message: "hot", id: "a" });
  const graph = client.subscribeConnectionGraph();
  log.take();
  peer.saysRaw('{"op":"unadvertise","channelIds":["1",1]}');
  peer.saysRaw('{"op":"removeStatus","statusIds":[5,"a"]}');
  peer.saysRaw(
    '{"op":"connectionGraphUpdate","publishedTopics":[{"name":"/a","publisherIds":["x",5]},{"name":5},{"name":"/b"}]}',
  );
  assertEquals([client.channels.size, client.statuses.size], [0, 0]);
  assertEquals((await graph.next()).value?.publishedTopics, [{ name: "/a", publisherIds: ["x"] }]);
  graph.close();
  assertEquals(log.take(), [
    ["unadvertise", ["/good"], "removed"],
    ["error", 'Cannot read "unadvertise": channelIds[0] must be an integer from 0 to 9007199254740991'],
    ["remove status", ["a"]],
    ["error", 'Cannot read "removeStatus": statusIds[0] must be a string'],
    ["error", 'Cannot read "connectionGraphUpdate": publishedTopics[0].publisherIds[1] must be a string'],
    ["error", 'Cannot read "connectionGraphUpdate": publishedTopics[1].name must be a string'],
    ["error", 'Cannot read "connectionGraphUpdate": publishedTopics[2].publisherIds must be an array, in "/b"'],
  ]);
});

/** Parameters as Foxglove's SDK and Python send them, and the values that the application gets. */
const ANSWERS: readonly (readonly [parameters: string, values: unknown])[] = [
  ['{"name":"a","type":"float64_array","value":[0.1,null,null]}', [0.1, NaN, NaN]],
  ['{"name":"a","value":{"l":[1.5,null],"n":1,"p":null}}', { l: [1.5, NaN], n: 1 }],
  ['{"name":"a","type":"float64","value":null}', undefined],
  ['{"name": "a", "value": NaN, "type": "float64"}', NaN],
  ['{"name": "a", "value": [-Infinity, Infinity, "NaN"]}', [-Infinity, Infinity, "NaN"]],
  ['{"name":"a","value":1732648800123456789}', 1732648800123456789n],
  ['{"name": "a", "value": {"stamp": -1732648800123456789, "t": NaN}}', { stamp: -1732648800123456789n, t: NaN }],
  ['{"name":"a","type":"float64","value":1732648800123456789}', 1732648800123456800],
];

for (const [parameter, value] of ANSWERS) {
  Deno.test(`G07 FoxgloveClient.getParameters() resolves with ${Deno.inspect(value)} for ${parameter}`, async () => {
    const { client, peer, log } = await connectedClient();
    const answer = client.getParameters(["a"]);
    const request = peer.takes();
    const id = request.op === "getParameters" ? request.id : "";
    peer.saysRaw(`{"op":"parameterValues","parameters":[${parameter},{"name":"b","value":1}],"id":"${id}"}`);
    const [a, b] = await answer;
    assertEquals([a?.value, b], [value, { name: "b", value: 1 }]);
    assertEquals(client.parameters.get("a")?.value, value);
    assertEquals(log.take(), [["parameters", ["a", "b"]]]);
  });
}

Deno.test("M07 FoxgloveClient.getParameters() resolves without invalid parameters, and reports them", async () => {
  const { client, peer, log } = await connectedClient();
  const answer = client.getParameters();
  const request = peer.takes();
  const id = request.op === "getParameters" ? request.id : "";
  const bad = `{"name":"mixed","value":["a",null]},null,{"value":1},{"name":"big","value":${"9".repeat(30)}}`;
  peer.saysRaw(`{"op":"parameterValues","parameters":[{"name":"a","value":1},${bad}],"id":"${id}"}`);
  assertEquals(await answer, [{ name: "a", value: 1 }]);
  const cannot = 'Cannot read "parameterValues": parameters';
  assertEquals(log.take(), [
    ["parameters", ["a"]],
    [
      "error",
      `${cannot}[1].value must be made of finite numbers, booleans, strings, arrays and plain objects, in "mixed"`,
    ],
    ["error", `${cannot}[2] must be an object`],
    ["error", `${cannot}[3].name must be a string`],
    [
      "error",
      `${cannot}[4].value must be made of integers from -9223372036854775808 to 18446744073709551615, in "big"`,
    ],
  ]);
});

Deno.test("M07 FoxgloveClient.getParameters() and setParameters() reject if the response is invalid as a whole", async () => {
  const { client, peer } = await connectedClient();
  for (const request of [client.getParameters(), client.setParameters([{ name: "a", value: 1 }])]) {
    const asked = peer.takes();
    const id = asked.op === "getParameters" || asked.op === "setParameters" ? asked.id : "";
    peer.saysRaw(`{"op":"parameterValues","parameters":{},"id":"${id}"}`);
    await assertRejects(() => request, RequestError, "parameters must be an array");
  }
});

Deno.test("G07 FoxgloveClient.setParameters() sends all digits of a bigint, and rejects values that JSON lacks", async () => {
  const { client, peer } = await connectedClient();
  void client.setParameters([{ name: "stamp", value: 1732648800123456789n }]);
  const asked = peer.takes();
  assertEquals(asked.op === "setParameters" && asked.parameters, [{ name: "stamp", value: 1732648800123456789n }]);
  const set = (value: number | number[] | bigint) =>
    client.setParameters([{ name: "a", value: 1 }, { name: "b", value }]);
  for (const value of [NaN, [1, Infinity]]) await assertRejects(() => set(value), TypeError, "parameters[1].value");
  await assertRejects(() => set(2n ** 64n), RangeError, "parameters[1].value");
  peer.hearsNothing();
});

const INFO = '"op":"serverInfo","name":"odd","capabilities":["time"]';

/** Invalid members of a serverInfo, and the error for each. */
const BAD_MEMBERS: Readonly<Record<string, string>> = {
  '"metadata":{"a":1}': "metadata must be an object of strings",
  '"metadata":"a"': "metadata must be an object",
  '"supportedEncodings":["json",null]': "supportedEncodings[1] must be a string",
  '"supportedEncodings":"json"': "supportedEncodings must be an array",
  '"sessionId":5': "sessionId must be a string",
  '"dataStartTime":{"sec":1,"nsec":0}': "dataEndTime must be present if dataStartTime is present",
  '"dataEndTime":{"sec":1,"nsec":0}': "dataStartTime must be present if dataEndTime is present",
  '"dataStartTime":{"sec":1,"nsec":0},"dataEndTime":{"sec":-1,"nsec":0}':
    "dataEndTime.sec must be an integer from 0 to 4294967295",
};

for (const [member, why] of Object.entries(BAD_MEMBERS)) {
  Deno.test(`I10 FoxgloveClient.connect() leaves out and reports a serverInfo's ${member}`, async () => {
    const server = new FakeServer();
    const log = new ClientLog();
    const connecting = FoxgloveClient.connect(FAKE_URL, server.options({ listener: log.listener }));
    const peer = await server.next();
    peer.accepts();
    peer.saysRaw(`{${INFO},${member}}`);
    const client = await connecting;
    assertEquals(client.serverInfo, JSON.parse(`{${INFO}}`));
    assertEquals(log.take(), [["state", "open"], ["error", `Cannot read "serverInfo": ${why}`]]);
  });
}

Deno.test("I10 FoxgloveClient.connect() treats null members as absent, and keeps unknown capabilities", async () => {
  const server = new FakeServer();
  const log = new ClientLog();
  const connecting = FoxgloveClient.connect(FAKE_URL, server.options({ listener: log.listener }));
  const peer = await server.next();
  peer.accepts();
  peer.saysRaw(
    '{"op":"serverInfo","name":"odd","capabilities":["time",5,"fly"],"supportedEncodings":null,"metadata":null,' +
      '"sessionId":null,"dataStartTime":null}',
  );
  assertEquals((await connecting).serverInfo, { op: "serverInfo", name: "odd", capabilities: ["time", "fly"] });
  assertEquals(log.take(), [["state", "open"], [
    "error",
    'Cannot read "serverInfo": capabilities[1] must be a string',
  ]]);
});

/** A serverInfo that is invalid as a whole, and the error for it. */
const BAD_INFOS: Readonly<Record<string, string>> = {
  '{"op":"serverInfo","capabilities":[]}': "name must be a string",
  '{"op":"serverInfo","name":NaN,"capabilities":[]}': "name must be a string",
  '{"op":"serverInfo","name":"odd"}': "capabilities must be an array",
  '{"op":"serverInfo","name":"odd","capabilities":{}}': "capabilities must be an array",
};

for (const [info, why] of Object.entries(BAD_INFOS)) {
  Deno.test(`I10 FoxgloveClient.connect() rejects at once for the serverInfo ${info}`, async () => {
    const server = new FakeServer();
    const connecting = FoxgloveClient.connect(FAKE_URL, server.options());
    const peer = await server.next();
    peer.accepts();
    peer.saysRaw(info);
    const text = `Cannot connect to ws://robot:8765/path: Cannot read "serverInfo": ${why}`;
    const error = await assertRejects(() => connecting, ConnectionClosedError, text);
    assertEquals((error.cause as ProtocolError).message, `Cannot read "serverInfo": ${why}`);
    assertEquals([peer.closedWith, server.clock.pendingTimers], [1000, 0]);
  });
}

Deno.test("I10 FoxgloveClient.connect() with retryInitialConnect retries after an invalid serverInfo, and reports the cause", async () => {
  const server = new FakeServer();
  const causes: unknown[] = [];
  const connecting = FoxgloveClient.connect(
    FAKE_URL,
    server.options({
      retryInitialConnect: true,
      listener: {
        onConnectionState: (_client, state) => void (state.type === "reconnecting" && causes.push(state.error.cause)),
      },
    }),
  );
  const first = await server.next();
  first.accepts();
  first.saysRaw('{"op":"serverInfo"}');
  assertEquals(causes.map((cause) => cause instanceof ProtocolError && cause.op), ["serverInfo"]);
  server.clock.advance(10_000);
  const second = await server.next();
  second.accepts();
  second.says(FULL_SERVER_INFO);
  assertEquals((await connecting).serverInfo, FULL_SERVER_INFO);
});

Deno.test("I10 FoxgloveClient stays connected and keeps its serverInfo after a later one that is invalid", async () => {
  const { client, peer, log } = await connectedClient();
  peer.saysRaw('{"op":"serverInfo","name":5}');
  assertEquals([client.state.type, client.serverInfo], ["open", FULL_SERVER_INFO]);
  assertEquals(log.take(), [["error", 'Cannot read "serverInfo": name must be a string']]);
});
