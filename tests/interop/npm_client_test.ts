// npm's client connects to the running examples.

import { assertEquals } from "@std/assert/equals";
import { bytes } from "../support/conversation.ts";
import { type RunningExample, startExample } from "../support/example.ts";
import { connect, type ConnectionWithEvents } from "./npm_connection.ts";

const read = (data: DataView | Uint8Array) => JSON.parse(new TextDecoder().decode(data));

/** Starts an example and connects npm's client to it. */
async function connectToExample(name: string): Promise<ConnectionWithEvents & { example: RunningExample }> {
  const example = await startExample(name);
  const connection = await connect(example.url);
  return {
    ...connection,
    example,
    async [Symbol.asyncDispose]() {
      await connection[Symbol.asyncDispose]();
      await example[Symbol.asyncDispose]();
    },
  };
}

Deno.test("npm's client receives the messages of simple_server.ts in order", async () => {
  await using connection = await connectToExample("simple_server.ts");
  const { client, events } = connection;
  assertEquals(connection.subprotocol, "foxglove.websocket.v1");
  assertEquals((await events.serverInfo.next()).name, "example server");
  // The client may connect before the example adds its channel; then the first advertise is empty.
  let [channel] = await events.advertise.next();
  if (!channel) [channel] = await events.advertise.next();
  assertEquals([channel.topic, channel.encoding, channel.schemaName], ["example_msg", "json", "ExampleMsg"]);

  const subscriptionId = client.subscribe(channel.id);
  const counts: number[] = [];
  const times: bigint[] = [];
  for (let received = 0; received < 4; received++) {
    const message = await events.message.next();
    assertEquals(message.subscriptionId, subscriptionId);
    const { msg, count } = read(message.data);
    assertEquals(msg, "Hello!");
    counts.push(count);
    times.push(message.timestamp);
  }
  const [first = 0] = counts;
  assertEquals(counts, [first, first + 1, first + 2, first + 3]);
  assertEquals(times, times.toSorted((a, b) => Number(a - b)));
  assertEquals(await connection.example.program.line(), `First client subscribed to ${channel.id}`);
  client.unsubscribe(subscriptionId);
  assertEquals(await connection.example.program.line(), `Last client unsubscribed from ${channel.id}`);
  assertEquals([events.error.size, events.status.size], [0, 0]);
});

Deno.test("npm's client receives the messages of the Worker in worker_server.ts", async () => {
  await using connection = await connectToExample("worker_server.ts");
  const [channel] = await connection.events.advertise.next();
  connection.client.subscribe(channel.id);
  const samples: number[] = [];
  while (samples.length < 3) {
    const { sample, value } = read((await connection.events.message.next()).data);
    assertEquals(value, Math.sin(sample / 10));
    samples.push(sample);
  }
  assertEquals(samples, [1, 2, 3]);
});

Deno.test("npm's client reads, sets and watches the parameters of param_server.ts", async () => {
  await using connection = await connectToExample("param_server.ts");
  const { client, events } = connection;
  assertEquals((await events.serverInfo.next()).capabilities, ["parameters", "parametersSubscribe"]);

  client.getParameters([], "all");
  const all = await events.parameterValues.next();
  assertEquals([all.id, all.parameters.length], ["all", 9]);
  client.getParameters(["str_param", "no_such_param"]);
  assertEquals(await events.parameterValues.next(), {
    op: "parameterValues",
    parameters: [{ name: "str_param", value: "asdf" }],
  });

  client.subscribeParameterUpdates(["str_param", "read_only_str_param"]);
  client.setParameters([{ name: "str_param", value: "new" }, { name: "read_only_str_param", value: "new" }], "set");
  const currentValues = [
    { name: "str_param", value: "new" },
    { name: "read_only_str_param", value: "can't change me" },
  ];
  assertEquals((await events.status.next()).message, 'read-only: "read_only_str_param"');
  assertEquals(await events.parameterValues.next(), { op: "parameterValues", parameters: currentValues, id: "set" });
  assertEquals(await events.parameterValues.next(), {
    op: "parameterValues",
    parameters: [{ name: "str_param", value: "new" }],
  });

  client.subscribeParameterUpdates(["int_param"]);
  const pushed = await events.parameterValues.next();
  assertEquals(pushed.parameters[0].name, "int_param");
});

Deno.test("npm's client calls the services of service_server.ts", async () => {
  await using connection = await connectToExample("service_server.ts");
  const { client, events } = connection;
  const services = [...await events.advertiseServices.next()];
  while (services.length < 2) services.push(...await events.advertiseServices.next());
  assertEquals(services.map(({ name }) => name), ["/add_two_ints", "/sleep"]);
  const [add, sleep] = services;

  const call = (serviceId: number, callId: number, request: string, encoding = "json") => {
    const data = bytes(request);
    client.sendServiceCallRequest({ serviceId, callId, encoding, data: new DataView(data.buffer) });
  };
  // Responses are not in the order of calls: the quick service responds first.
  call(sleep.id, 1, '{"seconds":0.2}');
  call(add.id, 2, '{"a":20,"b":22}');
  const sum = await events.serviceCallResponse.next();
  assertEquals([sum.serviceId, sum.callId, sum.encoding, read(sum.data)], [add.id, 2, "json", { sum: 42 }]);
  const slept = await events.serviceCallResponse.next();
  assertEquals([slept.serviceId, slept.callId, read(slept.data)], [sleep.id, 1, { slept: 0.2 }]);

  call(99, 3, "{}");
  assertEquals(await events.serviceCallFailure.next(), {
    op: "serviceCallFailure",
    serviceId: 99,
    callId: 3,
    message: "Cannot call a service: no such service",
  });
  call(add.id, 4, "not json");
  assertEquals((await events.serviceCallFailure.next()).callId, 4);
  call(add.id, 5, "{}", "cbor");
  assertEquals((await events.serviceCallFailure.next()).callId, 5);
});

Deno.test("npm's client publishes to publish_server.ts", async () => {
  await using connection = await connectToExample("publish_server.ts");
  const { client, events } = connection;
  assertEquals((await events.serverInfo.next()).supportedEncodings, ["json"]);
  const [echo] = await events.advertise.next();
  client.subscribe(echo.id);
  const channelId = client.advertise({ topic: "/cmd", encoding: "json", schemaName: "Cmd" });
  client.sendMessage(channelId, bytes('{"go":true}'));
  const message = await events.message.next();
  assertEquals(read(message.data), { topic: "/cmd", message: { go: true } });
  client.unadvertise(channelId);
  client.sendMessage(channelId, bytes("{}"));
  assertEquals((await events.status.next()).level, 2);
});

Deno.test("npm's client watches the graph and fetches the asset of graph_and_assets_server.ts", async () => {
  await using connection = await connectToExample("graph_and_assets_server.ts");
  const { client, events } = connection;
  client.subscribeConnectionGraph();
  const whole = await events.connectionGraphUpdate.next();
  assertEquals(whole.advertisedServices, [{ name: "/reset", providerIds: ["base_node"] }]);
  const hadCamera = whole.publishedTopics.length === 2;
  const change = await events.connectionGraphUpdate.next();
  assertEquals(change.removedTopics, hadCamera ? ["/camera"] : []);
  assertEquals(change.publishedTopics.length, hadCamera ? 0 : 1);

  client.fetchAsset("package://demo/robot.urdf", 1);
  const asset = await events.fetchAssetResponse.next();
  assertEquals([asset.requestId, asset.status], [1, 0]);
  assertEquals(new TextDecoder().decode(asset.data).includes('<robot name="demo">'), true);
  client.fetchAsset("package://demo/none.stl", 2);
  const failed = await events.fetchAssetResponse.next();
  assertEquals([failed.requestId, failed.status], [2, 1]);
  assertEquals(failed.error, 'Cannot fetch "package://demo/none.stl": no such asset');
});
