// FoxgloveServer.service(): services whose handlers get and return values.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import type { Codec } from "../../../src/codecs/codec.ts";
import type { ServiceId } from "../../../src/protocol/ids.ts";
import { RefusalError } from "../../../src/server/refusal_error.ts";
import { bytes, conversation, type FakeClient, settled } from "../../support/conversation.ts";

function calls(app: FakeClient, serviceId: ServiceId, payload: string, encoding = "json"): void {
  app.says({ op: "serviceCallRequest", serviceId, callId: 1, encoding, payload: bytes(payload) });
}

/** Calls a service, and returns the encoding and the text of the response, or the message of the failure. */
async function answerTo(app: FakeClient, serviceId: ServiceId, payload: string, encoding?: string): Promise<unknown> {
  calls(app, serviceId, payload, encoding);
  const answer = await app.next();
  if (answer.op === "serviceCallFailure") return answer.message;
  if (answer.op !== "serviceCallResponse") throw new Error(`unexpected ${answer.op}`);
  return [answer.encoding, new TextDecoder().decode(answer.payload)];
}

/** A codec that reads and writes a number as decimal text. */
const DECIMAL: Codec<number> = {
  encoding: "decimal",
  schemaName: "Decimal",
  schemaEncoding: "text",
  schema: "digits",
  encode: (value) => {
    if (typeof value !== "number") throw new TypeError("not a number");
    return `${value}`;
  },
  decode: (payload) => {
    const text = new TextDecoder().decode(payload);
    if (!/^\d+$/.test(text)) throw new Error(`"${text}" is not decimal`);
    return Number(text);
  },
};

Deno.test("FoxgloveServer.service() declares the capability and the encoding, and apps can call it", async () => {
  const { server, client } = conversation({ sessionId: "s" });
  const early = client();
  const handle = server.service("/add", ({ a, b }: { a: number; b: number }) => ({ sum: a + b }));
  const advertised = {
    id: handle.id,
    name: "/add",
    type: "add",
    request: {
      encoding: "json",
      schemaName: "add_Request",
      schemaEncoding: "jsonschema",
      schema: '{"type":"object"}',
    },
    response: {
      encoding: "json",
      schemaName: "add_Response",
      schemaEncoding: "jsonschema",
      schema: '{"type":"object"}',
    },
  };
  assertEquals(early.takes(), {
    op: "serverInfo",
    name: "test",
    capabilities: ["services"],
    supportedEncodings: ["json"],
    sessionId: "s",
  });
  early.hears({ op: "advertise", channels: [] }, { op: "advertiseServices", services: [advertised] });
  assertEquals(await answerTo(early, handle.id, '{"a":1,"b":2}'), ["json", '{"sum":3}']);
});

Deno.test("FoxgloveServer.service() passes the context on, awaits the handler, and answers {} for nothing", async () => {
  const { server, client } = conversation();
  const seen: unknown[] = [];
  const { id } = server.service("/log", async (request, { client, service, signal }) => {
    await settled();
    seen.push([request, client.id, service.name, signal.aborted]);
  });
  const app = client();
  assertEquals(await answerTo(app, id, '{"text":"x"}'), ["json", "{}"]);
  assertEquals(seen, [[{ text: "x" }, 1, "/log", false]]);
});

Deno.test("FoxgloveServer.service() reads requests by their encoding: the codec's, or JSON", async () => {
  const { server, client } = conversation({ supportedEncodings: ["json", "ros1"] });
  const { id } = server.service("/double", (value) => 2 * value, {
    request: DECIMAL,
    response: DECIMAL,
    type: "Double",
  });
  const app = client();
  assertEquals(await answerTo(app, id, "21", "decimal"), ["decimal", "42"]);
  assertEquals(await answerTo(app, id, "4", "json"), ["decimal", "8"]);
  const failed = 'Service "/double" failed: cannot read requests with encoding "ros1"';
  assertEquals(await answerTo(app, id, "4", "ros1"), failed);
});

Deno.test("FoxgloveServer.service() fails a call that cannot be decoded, encoded or handled", async () => {
  const text = (handler: (value: number) => unknown, payload = "1") => {
    const { server, client } = conversation();
    const { id } = server.service("/x", handler, { request: DECIMAL, response: DECIMAL as Codec<unknown> });
    return answerTo(client(), id, payload, "decimal");
  };
  assertEquals(await text(() => 1, "one"), 'Service "/x" failed: cannot decode the request: "one" is not decimal');
  assertEquals(await text(() => "1"), 'Service "/x" failed: cannot encode the response: not a number');
  const refuse = () => {
    throw new RefusalError("the arm is off");
  };
  assertEquals(await text(refuse), 'Service "/x" failed: the arm is off');
  assertEquals(await text(() => Promise.reject(new Error("no power"))), 'Service "/x" failed: no power');
});

Deno.test("FoxgloveServer.service() logs a wrong request on one line, and a wrong response with a stack", async () => {
  const { server, client, log } = conversation();
  const options = { request: DECIMAL, response: DECIMAL as Codec<unknown> };
  const { id } = server.service("/x", () => "1", options);
  const app = client();
  await answerTo(app, id, "one", "decimal");
  await answerTo(app, id, "1", "decimal");
  const [warning, error] = log.filter((line) => /^(warn|error): Client/.test(line));
  assertEquals(
    warning,
    'warn: Client 1: onServiceRequest "/x" refused: cannot decode the request: "one" is not decimal',
  );
  assertEquals(error, 'error: Client 1: onServiceRequest "/x" failed');
  assertEquals(server.stats().requests.callService.outcomes, {
    ok: 0,
    failed: 1,
    timeout: 0,
    refused: 1,
    cancelled: 0,
  });
});

Deno.test("FoxgloveServer.service() refuses a request in JSON that is not an object", async () => {
  const { server, client } = conversation();
  const { id } = server.service("/x", ({ a }: { a: number }) => ({ a }));
  const app = client();
  for (const payload of ["null", "5", "[1]"]) {
    assertEquals(await answerTo(app, id, payload), 'Service "/x" failed: the request is not a JSON object');
  }
  assertEquals(await answerTo(app, id, '{"a":1}'), ["json", '{"a":1}']);
});

Deno.test("FoxgloveServer.service() keeps a response whose encoder reuses its memory", async () => {
  const { server, client } = conversation();
  const shared = new Uint8Array(1);
  const response = {
    ...DECIMAL,
    encode: (value: number) => {
      shared[0] = value;
      return shared;
    },
  };
  const { id } = server.service("/x", (value) => value, { request: DECIMAL, response });
  const app = client();
  for (const payload of ["65", "66"]) calls(app, id, payload, "decimal");
  await app.arrived(2);
  const texts = app.takesAll().map((answer) => answer.op === "serviceCallResponse" && answer.payload[0]);
  assertEquals(texts, [65, 66]);
});

Deno.test("FoxgloveServer.service() leaves other services to the listener", async () => {
  const { server, client } = conversation({
    capabilities: ["services"],
    supportedEncodings: ["json"],
    listener: { onServiceRequest: () => '{"by":"listener"}' },
  });
  const raw = server.addService({ name: "/raw", type: "Raw" });
  const { id } = server.service("/typed", () => ({ by: "handler" }));
  const app = client();
  assertEquals(await answerTo(app, raw, "{}"), ["json", '{"by":"listener"}']);
  assertEquals(await answerTo(app, id, "{}"), ["json", '{"by":"handler"}']);
});

Deno.test("ServiceHandle.close() removes the service, once, and answers a call that has arrived", async () => {
  const { server, client } = conversation();
  const wait = Promise.withResolvers<void>();
  const handle = server.service("/slow", async () => {
    await wait.promise;
    return { done: true };
  });
  const app = client();
  calls(app, handle.id, "{}");
  handle.close();
  handle[Symbol.dispose]();
  app.hears({ op: "unadvertiseServices", serviceIds: [handle.id] });
  wait.resolve();
  assertEquals((await app.next()).op, "serviceCallResponse");
  assertEquals(await answerTo(app, handle.id, "{}"), "Cannot call a service: no such service");
  assertEquals(server.service("/slow", () => ({})).id === handle.id, false);
});

Deno.test("FoxgloveServer.service() rejects a name that is in use and a wrong handler, and declares nothing then", async () => {
  const { server, client } = conversation();
  assertThrows(
    () => server.service("/x", 5 as unknown as () => object),
    TypeError,
    'Cannot add service "/x": its handler is not a function',
  );
  const notACodec = { request: null as unknown as typeof DECIMAL };
  const text = 'Cannot add service "/x": it requires a codec, such as json(), not null';
  assertThrows(() => server.service("/x", () => ({}), notACodec), TypeError, text);
  const info = client({ keepFirstMessages: true }).takes();
  assertEquals(info.op === "serverInfo" && info.capabilities, []);
  server.service("/x", () => ({}));
  assertThrows(() => server.service("/x", () => ({})), TypeError, "another service has that name");
  await server.close({ graceMs: 0 });
  assertThrows(() => server.service("/y", () => ({})), TypeError, "the server has been closed");
});
