// Mistakes in the arguments of FoxgloveClient's methods, as programs without type checks make them.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertThrows } from "@std/assert/throws";
import { FoxgloveClient } from "../../src/client/client.ts";
import { json } from "../../src/codecs/json.ts";
import { bytes, service, settled } from "../support/conversation.ts";
import { connectedClient, FAKE_URL } from "../support/fake_server.ts";

const CALLBACK = () => {};

for (
  const [args, text] of [
    [[CALLBACK], "the second argument must be a codec or options such as { onMessage }, not a function"],
    [["nav_msgs/Odometry"], "the second argument must be a codec or options such as { onMessage }, not a string"],
    [[null], "the second argument must be a codec or options such as { onMessage }, not null"],
    [[[CALLBACK]], "the second argument must be a codec or options such as { onMessage }, not an Array"],
    [[{ onMesage: CALLBACK }], 'unknown option "onMesage"; did you mean "onMessage"?'],
    [[{ onError: CALLBACK }], 'unknown option "onError"; hooks belong to the option "listener" of connect()'],
    [[{ rate: 5 }], 'unknown option "rate"; the options are onMessage, maxQueued, maxQueuedBytes, signal'],
    [[json(), CALLBACK], "the third argument must be options such as { onMessage }, not a function"],
    [[json(), { queue: 1 }], 'unknown option "queue"'],
    [["nav_msgs/Odometry", CALLBACK], "it requires a codec, such as json(), not a string"],
    [
      [{}, { onMessage: CALLBACK }],
      'it requires a codec, such as json(), not an object without "encoding" or decode()',
    ],
  ] as const
) {
  Deno.test(`FoxgloveClient.subscribe() rejects arguments: ${text}`, async () => {
    const { client } = await connectedClient();
    const subscribe = client.subscribe.bind(client) as (...args: unknown[]) => unknown;
    assertThrows(() => subscribe("/odom", ...args), TypeError, `Cannot subscribe to "/odom": ${text}`);
    assertThrows(() => subscribe(() => true, ...args), TypeError, `Cannot subscribe: ${text}`);
  });
}

Deno.test("FoxgloveClient.connect() and over() reject options that do not exist", async () => {
  for (
    const [options, text] of [
      [{ onError: CALLBACK }, 'unknown option "onError"; hooks belong to the option "listener" of connect()'],
      [{ conectTimeoutMs: 1 }, 'unknown option "conectTimeoutMs"; did you mean "connectTimeoutMs"?'],
      [{ host: "robot" }, 'unknown option "host"; the options are listener, logger, '],
      [{ clock: 1 }, 'unknown option "clock"'],
    ] as const
  ) {
    for (const connect of [FoxgloveClient.connect, FoxgloveClient.over]) {
      const connecting = () => connect(FAKE_URL as never, options as never);
      await assertRejects(connecting, TypeError, `Cannot create a client: ${text}`);
    }
  }
});

Deno.test("FoxgloveClient.connect() and over() reject options that are not an object", async () => {
  for (const [options, kind] of [[["foxglove.sdk.v1"], "an Array"], [null, "null"], [5, "a number"]] as const) {
    for (const connect of [FoxgloveClient.connect, FoxgloveClient.over]) {
      await assertRejects(
        () => connect(FAKE_URL as never, options as never),
        TypeError,
        `Cannot create a client: the options must be an object, not ${kind}`,
      );
    }
  }
  // The signal and the URL are checked first.
  const signal = AbortSignal.abort(new Error("stop"));
  await assertRejects(() => FoxgloveClient.connect("robot", { signal, host: 1 } as never), Error, "stop");
  await assertRejects(() => FoxgloveClient.connect("robot", null as never), TypeError, 'Cannot connect to "robot"');
});

Deno.test("new FoxgloveClient() says how to connect", () => {
  for (const args of [[], [{ url: FAKE_URL }], [FAKE_URL], [FAKE_URL, {}]]) {
    assertThrows(
      () => Reflect.construct(FoxgloveClient, args),
      TypeError,
      "Cannot create a client: use await FoxgloveClient.connect(url)",
    );
  }
});

Deno.test("FoxgloveClient.channel() and service() reject what is not a codec, and options that do not exist", async () => {
  const { client, peer } = await connectedClient();
  assertThrows(
    () => client.channel("/cmd_vel", "geometry_msgs/msg/Twist" as never),
    TypeError,
    'Cannot advertise "/cmd_vel": it requires a codec, such as json(), not a string',
  );
  for (
    const [options, text] of [
      ["std_srvs/Trigger", "the options must be an object, not a string"],
      [json(), 'unknown option "encoding"; the options are request, response'],
      [{ requst: json() }, 'unknown option "requst"; did you mean "request"?'],
      [{ request: "Trigger" }, "it requires a codec, such as json(), not a string"],
      [{ response: {} }, 'it requires a codec, such as json(), not an object without "encoding" or decode()'],
    ] as const
  ) {
    assertThrows(() => client.service("/reset", options as never), TypeError, `Cannot call service "/reset": ${text}`);
  }
  peer.hearsNothing();
});

Deno.test("ServiceCaller.call() sends {} without a value, but only in JSON", async () => {
  const { client, peer } = await connectedClient();
  const [id, callId] = [service(3), 1];
  peer.says({
    op: "advertiseServices",
    services: [{ id, name: "/reset", type: "", requestSchema: "", responseSchema: "" }],
  });
  const response = client.service("/reset").call();
  await settled();
  peer.hears({ op: "serviceCallRequest", serviceId: id, callId, encoding: "json", payload: bytes("{}") });
  peer.says({ op: "serviceCallResponse", serviceId: id, callId, encoding: "json", payload: bytes("{}") });
  assertEquals(await response, {});
  const text = { encoding: "text", schemaName: "", schema: "", encode: (value: unknown) => String(value) };
  void client.service("/reset", { request: text }).call().catch(() => {});
  await settled();
  peer.hears({ op: "serviceCallRequest", serviceId: id, callId: 2, encoding: "text", payload: bytes("undefined") });
});
