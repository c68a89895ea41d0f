// FoxgloveClient.service().

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { ConnectionClosedError, RequestError } from "../../src/client/errors.ts";
import type { Encoder } from "../../src/codecs/codec.ts";
import type { ServerMessage } from "../../src/protocol/messages.ts";
import { VOLTS, type Volts } from "../support/codecs.ts";
import { bytes, service, settled } from "../support/conversation.ts";
import { connectedClient, FULL_SERVER_INFO } from "../support/fake_server.ts";

const SERVICE: ServerMessage = {
  op: "advertiseServices",
  services: [{ id: service(3), name: "/add", type: "Add", requestSchema: "", responseSchema: "" }],
};
const call = (callId: number, encoding: string, payload: Uint8Array) => ({
  op: "serviceCallRequest" as const,
  serviceId: service(3),
  callId,
  encoding,
  payload,
});
const answer = (callId: number, encoding: string, payload: Uint8Array): ServerMessage => ({
  op: "serviceCallResponse",
  serviceId: service(3),
  callId,
  encoding,
  payload,
});

Deno.test("ServiceCaller.call() sends and decodes JSON by default", async () => {
  const { client, peer } = await connectedClient();
  peer.says(SERVICE);
  const add = client.service<{ a: number }, { sum: number }>("/add");
  assertEquals(add.name, "/add");
  const sum = add.call({ a: 1 });
  await settled();
  peer.hears(call(1, "json", bytes('{"a":1}')));
  peer.says(answer(1, "json", bytes('{"sum":3}')));
  assertEquals(await sum, { sum: 3 });
});

Deno.test("ServiceCaller.call() uses codecs, and decodes a JSON response by codec.json", async () => {
  const { client, peer } = await connectedClient();
  peer.says(SERVICE);
  const double = client.service("/add", { request: VOLTS, response: VOLTS });
  const [one, two] = [double.call({ volts: 1 }), double.call({ volts: 2 })];
  await settled();
  peer.hears(call(1, "volts", Uint8Array.of(1)), call(2, "volts", Uint8Array.of(2)));
  peer.says(answer(2, "json", bytes('{"millivolts":4000}')), answer(1, "volts", Uint8Array.of(2)));
  assertEquals([await one, await two], [{ volts: 2 }, { volts: 4 }]);
});

Deno.test("ServiceCaller.call() encodes at once, and waits for the service", async () => {
  const { client, peer, server, log } = await connectedClient({}, { ...FULL_SERVER_INFO, capabilities: [] });
  const memory = new Uint8Array(1);
  const reusing: Encoder<Volts> = {
    ...VOLTS,
    encode({ volts }) {
      memory[0] = volts;
      return memory;
    },
  };
  const caller = client.service<Volts, Volts>("/add", { request: reusing });
  const value = { volts: 1 };
  const [one, two] = [caller.call(value), caller.call({ volts: 2 })];
  value.volts = 9;
  assertEquals(log.take(), [["warning", 'Waiting for service "/add": the server has no capability "services"']]);
  peer.leaves();
  server.clock.advance(10_000);
  const again = await server.next();
  again.accepts();
  again.says(FULL_SERVER_INFO, SERVICE);
  await settled();
  again.hears(call(1, "volts", Uint8Array.of(1)), call(2, "volts", Uint8Array.of(2)));
  again.says(answer(1, "json", bytes("1")), answer(2, "json", bytes("2")));
  assertEquals([await one, await two] as unknown[], [1, 2]);
});

Deno.test("ServiceCaller.call() can be aborted while it waits for the service and for the response", async () => {
  const { client, peer } = await connectedClient();
  const caller = client.service("/add");
  for (const isAdvertised of [false, true]) {
    if (isAdvertised) peer.says(SERVICE);
    const control = new AbortController();
    const response = caller.call({}, { signal: control.signal });
    await settled();
    control.abort(new Error("enough"));
    await assertRejects(() => response, Error, "enough");
  }
});

Deno.test("ServiceCaller.call() rejects with the server's words if the service fails", async () => {
  const { client, peer } = await connectedClient();
  peer.says(SERVICE);
  const response = client.service("/add").call({});
  await settled();
  const message = 'Service "/add" failed: too large';
  peer.says({ op: "serviceCallFailure", serviceId: service(3), callId: 1, message });
  const error = await assertRejects(() => response, RequestError, message);
  assertEquals([error.detail, error.request], ["too large", "callService"]);
});

Deno.test("ServiceCaller.call() rejects for values and responses that its codecs reject", async () => {
  const { client, peer } = await connectedClient();
  peer.says(SERVICE);
  const caller = client.service("/add", { request: VOLTS, response: VOLTS });
  await assertRejects(
    () => caller.call({ volts: "1" } as never),
    TypeError,
    'Cannot call service "/add": "volts" must be a number',
  );
  peer.hearsNothing();
  for (
    const [callId, encoding, why] of [
      [1, "cdr", 'its encoding is "cdr", not "volts"'],
      [2, "volts", "Volts have 1 byte, not 0"],
      [3, "json", "Unexpected end of JSON input"],
    ] as const
  ) {
    const response = caller.call({ volts: 1 });
    await settled();
    peer.says(answer(callId, encoding, new Uint8Array()));
    const error = await assertRejects(() => response, RequestError);
    assertEquals(error.message, `Cannot decode the response of "/add": ${why}`);
    assertEquals([error.detail, error.cause instanceof Error], [error.message, true]);
  }
});

Deno.test("ServiceCaller.call() rejects if the client ends while it waits", async () => {
  const { client } = await connectedClient();
  const waiting = client.service("/add").call({});
  void client.close();
  await assertRejects(() => waiting, ConnectionClosedError);
  await assertRejects(() => client.service("/add").call({}), ConnectionClosedError, "the client is closed");
});
