// Services: advertising, service calls and their responses.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import type { ServiceId } from "../../../src/protocol/ids.ts";
import type { ServiceSchema } from "../../../src/protocol/services.ts";
import { StatusLevel } from "../../../src/protocol/status.ts";
import type { ServiceInit } from "../../../src/server/channel_init.ts";
import type { FoxgloveServerListener, ServiceResponse } from "../../../src/server/listener.ts";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import {
  bytes,
  type Conversation,
  conversation,
  type FakeClient,
  HookLog,
  service,
  settled,
} from "../../support/conversation.ts";

const { ERROR } = StatusLevel;

/** A request or response schema whose name does not depend on the encoding. */
function side(encoding: string): ServiceSchema {
  return { encoding, schemaName: "Side", schemaEncoding: "jsonschema", schema: '{"type":"object"}' };
}

/** A plain service. */
const RESET: ServiceInit = { name: "/reset", type: "Reset", request: side("json"), response: side("json") };

/** A conversation whose server offers services. */
function talk(listener: FoxgloveServerListener, options: Partial<FoxgloveServerOptions> = {}): Conversation {
  return conversation({ capabilities: ["services"], listener, ...options });
}

/** Calls a service. No test depends on the format of the payload. */
function calls(client: FakeClient, serviceId: ServiceId, callId: number, payload = "{}", encoding = "json"): void {
  client.says({ op: "serviceCallRequest", serviceId, callId, encoding, payload: bytes(payload) });
}

/** Expects this response as the next message, also if it arrives later. */
async function hearsResponse(
  client: FakeClient,
  serviceId: ServiceId,
  callId: number,
  payload: string,
  encoding = "json",
): Promise<void> {
  assertEquals(await client.next(), {
    op: "serviceCallResponse",
    serviceId,
    callId,
    encoding,
    payload: bytes(payload),
  });
}

/** Expects this failure as the next message, also if it arrives later. */
async function hearsFailure(client: FakeClient, serviceId: ServiceId, callId: number, message: string): Promise<void> {
  assertEquals(await client.next(), { op: "serviceCallFailure", serviceId, callId, message });
}

/** A service call frame with these header fields (possibly not all), then `rest`. */
function frame(fields: readonly number[], rest = ""): Uint8Array {
  const tail = bytes(rest);
  const whole = new Uint8Array(1 + 4 * fields.length + tail.length);
  const view = new DataView(whole.buffer);
  view.setUint8(0, 0x02);
  fields.forEach((field, index) => view.setUint32(1 + 4 * index, field, true));
  whole.set(tail, 1 + 4 * fields.length);
  return whole;
}

/** Bytes as hex digits. */
function hex(data: string | Uint8Array | undefined): string | undefined {
  return data instanceof Uint8Array ? data.toHex() : data;
}

/** Casts a hook result that only untyped JavaScript can return. */
function untyped(answer: unknown): ServiceResponse {
  return answer as ServiceResponse;
}

/** The error lines of the log. */
function errors({ log }: Conversation): string[] {
  return log.filter((line) => line.startsWith("error"));
}

/** A hook whose calls return when the test resolves them, by call id. */
class OpenCalls implements FoxgloveServerListener {
  readonly answers = new Map<number, PromiseWithResolvers<ServiceResponse>>();
  readonly signals = new Map<number, AbortSignal>();

  onServiceRequest: NonNullable<FoxgloveServerListener["onServiceRequest"]> = (
    _server,
    _serviceId,
    callId,
    _encoding,
    _payload,
    { signal },
  ) => {
    const answer = Promise.withResolvers<ServiceResponse>();
    this.answers.set(callId, answer);
    this.signals.set(callId, signal);
    return answer.promise;
  };

  answer(callId: number, response: ServiceResponse): void {
    this.answers.get(callId)?.resolve(response);
  }

  fail(callId: number, error: unknown): void {
    this.answers.get(callId)?.reject(error);
  }
}

Deno.test("V01 each call gets its own response, in any order", async () => {
  const open = new OpenCalls();
  const { server, client } = talk(open);
  const [reset, load] = [server.addService(RESET), server.addService({ ...RESET, name: "/load" })];
  const [one, other] = [client(), client()];
  calls(one, reset, 7);
  calls(one, load, 0xffff_ffff);
  calls(one, reset, 0);
  calls(other, load, 8);
  one.hearsNothing();
  open.answer(0, "third");
  await hearsResponse(one, reset, 0, "third");
  open.answer(8, "other's");
  await hearsResponse(other, load, 8, "other's");
  open.answer(7, "first");
  await hearsResponse(one, reset, 7, "first");
  open.answer(0xffff_ffff, "second");
  await hearsResponse(one, load, 0xffff_ffff, "second");
  await settled();
  one.hearsNothing();
  other.hearsNothing();
});

Deno.test("V01 two clients may use the same call id for two calls", async () => {
  const { server, client } = talk({
    onServiceRequest: (_server, _serviceId, _callId, _encoding, _payload, { client }) => `for ${client.id}`,
  });
  const id = server.addService(RESET);
  const [one, other] = [client(), client()];
  calls(one, id, 1);
  calls(other, id, 1);
  await hearsResponse(one, id, 1, "for 1");
  await hearsResponse(other, id, 1, "for 2");
});

Deno.test("onServiceRequest gets the called service in its context", async () => {
  const names: string[] = [];
  const { server, client } = talk({
    onServiceRequest: (_server, _id, _callId, _encoding, _payload, context) => {
      names.push(`${context.client.id} ${context.service.name} ${context.service.type}`);
      return "{}";
    },
  });
  const id = server.addService(RESET);
  const app = client();
  calls(app, id, 1);
  await hearsResponse(app, id, 1, "{}");
  assertEquals(names, ["1 /reset Reset"]);
});

Deno.test("V01 onServiceRequest gets all fields of the call, and is called as a method", async () => {
  const seen = new HookLog();
  const listener: FoxgloveServerListener = {
    onServiceRequest(from, serviceId, callId, encoding, payload, { client, signal }) {
      seen.note(this === listener, from === server, serviceId, callId, encoding, payload, client.id, signal.aborted);
      return payload;
    },
  };
  const { server, client } = talk(listener);
  const id = server.addService(RESET);
  const one = client();
  calls(one, id, 5, '{"hard":true}');
  await hearsResponse(one, id, 5, '{"hard":true}');
  calls(one, id, 6, "");
  await hearsResponse(one, id, 6, "");
  assertEquals(seen.take(), [
    [true, true, id, 5, "json", bytes('{"hard":true}'), 1, false],
    [true, true, id, 6, "json", bytes(""), 1, false],
  ]);
});

Deno.test("V02 FoxgloveServer responds in the declared encoding of the service, or else in that of the request", async () => {
  const { server, client } = talk({ onServiceRequest: () => bytes("x") }, { supportedEncodings: ["ros1"] });
  const declared = server.addService({ ...RESET, response: side("cdr") });
  const undeclared = server.addService({ name: "/load", type: "Load", request: side("json") });
  const one = client();
  calls(one, declared, 1);
  await hearsResponse(one, declared, 1, "x", "cdr");
  calls(one, undeclared, 2);
  await hearsResponse(one, undeclared, 2, "x", "json");
  calls(one, undeclared, 3, "{}", "ros1");
  await hearsResponse(one, undeclared, 3, "x", "ros1");
});

Deno.test("V02 onServiceRequest may return its own encoding, or text", async () => {
  const answers: ServiceResponse[] = [{ encoding: "protobuf", payload: bytes("x") }, "größer", ""];
  const { server, client } = talk({
    onServiceRequest: (_server, _serviceId, callId) => Promise.resolve(answers[callId] ?? ""),
  });
  const id = server.addService(RESET);
  const one = client();
  calls(one, id, 0);
  await hearsResponse(one, id, 0, "x", "protobuf");
  calls(one, id, 1);
  await hearsResponse(one, id, 1, "größer");
  calls(one, id, 2);
  await hearsResponse(one, id, 2, "");
});

Deno.test("V02 extra members of a result do not replace those of the call", async () => {
  const { server, client } = talk({
    onServiceRequest: () =>
      untyped({ op: "status", serviceId: 77, callId: 88, encoding: "json", payload: bytes("x"), message: "?" }),
  });
  const id = server.addService(RESET);
  const one = client();
  calls(one, id, 1);
  await hearsResponse(one, id, 1, "x");
});

Deno.test("V03 FoxgloveServer fails a call of an unknown or removed service", async () => {
  const seen = new HookLog();
  const { server, client } = talk({ onServiceRequest: () => void seen.note("called") as never });
  const id = server.addService(RESET);
  const one = client();
  calls(one, service(99), 4);
  await hearsFailure(one, service(99), 4, "Cannot call a service: no such service");
  server.removeService(id);
  one.hears({ op: "unadvertiseServices", serviceIds: [id] });
  calls(one, id, 5);
  await hearsFailure(one, id, 5, "Cannot call a service: no such service");
  await settled();
  one.hearsNothing();
  assertEquals(seen.take(), []);
});

Deno.test("V03 FoxgloveServer fails every call without the capability", async () => {
  const { server, client } = conversation({ listener: { onServiceRequest: (...[, , , , payload]) => payload } });
  assertThrows(() => server.addService(RESET), TypeError, 'Cannot add service "/reset": the server has no capability');
  const one = client();
  calls(one, service(1), 3);
  await hearsFailure(one, service(1), 3, 'Cannot call a service: the server has no capability "services"');
});

Deno.test("V04 FoxgloveServer fails a call in an encoding that is neither declared nor supported", async () => {
  const seen = new HookLog();
  const { server, client } = talk({
    onServiceRequest(_server, _serviceId, _callId, encoding) {
      seen.note(encoding);
      return "";
    },
  }, { supportedEncodings: ["ros1"] });
  const id = server.addService(RESET);
  const one = client();
  for (const encoding of ["protobuf", "", "JSON", "__proto__"]) {
    calls(one, id, 1, "{}", encoding);
    await hearsFailure(one, id, 1, `Cannot call "/reset": encoding "${encoding}" is not supported`);
  }
  assertEquals(seen.take(), []);
  calls(one, id, 2, "{}", "json");
  await hearsResponse(one, id, 2, "");
  calls(one, id, 3, "{}", "ros1");
  await hearsResponse(one, id, 3, "");
  assertEquals(seen.take(), [["json"], ["ros1"]]);
});

Deno.test("V04 FoxgloveServer accepts an encoding that serverInfo lists for another service", async () => {
  const { server, client } = talk({ onServiceRequest: () => "" });
  const id = server.addService(RESET);
  server.addService({ ...RESET, name: "/load", request: side("cdr") });
  const one = client();
  calls(one, id, 1, "{}", "cdr");
  await hearsResponse(one, id, 1, "");
});

const FAILING: Readonly<Record<string, () => ServiceResponse | Promise<ServiceResponse>>> = {
  "throws": () => {
    throw new Error("motor is off");
  },
  "rejects": () => Promise.reject(new Error("motor is off")),
};

for (const [how, fail] of Object.entries(FAILING)) {
  Deno.test(`V05 FoxgloveServer fails a call with the message of a hook that ${how}, and continues`, async () => {
    const talking = talk({ onServiceRequest: (_server, _serviceId, callId) => callId === 1 ? fail() : "fine" });
    const { server, client } = talking;
    const id = server.addService(RESET);
    const one = client();
    calls(one, id, 1);
    await hearsFailure(one, id, 1, 'Service "/reset" failed: motor is off');
    assertEquals(errors(talking), ['error: Client 1: onServiceRequest "/reset" failed']);
    calls(one, id, 2);
    await hearsResponse(one, id, 2, "fine");
  });
}

Deno.test("V05 FoxgloveServer fails a call whose hook times out, and ignores the late result", async () => {
  const open = new OpenCalls();
  const { server, client } = talk(open, { requestTimeoutMs: 1, maxPendingRequests: 1 });
  const id = server.addService(RESET);
  const one = client();
  calls(one, id, 1);
  await hearsFailure(one, id, 1, 'Service "/reset" failed: no answer within 1 ms');
  calls(one, id, 2);
  await hearsFailure(one, id, 2, 'Service "/reset" failed: no answer within 1 ms');
  calls(one, id, 3);
  await hearsFailure(one, id, 3, 'Service "/reset" failed: no answer within 1 ms');
  open.answer(1, "late");
  open.fail(2, new Error("late"));
  await settled();
  one.hearsNothing();
});

Deno.test("V05 FoxgloveServer does not fail a call later that was answered in time", async () => {
  const { server, client } = talk({
    onServiceRequest: (_server, _serviceId, callId) =>
      callId === 1 ? Promise.resolve("in time") : new Promise<never>(() => {}),
  }, { requestTimeoutMs: 1 });
  const id = server.addService(RESET);
  const one = client();
  calls(one, id, 1);
  await hearsResponse(one, id, 1, "in time");
  calls(one, id, 2);
  await hearsFailure(one, id, 2, 'Service "/reset" failed: no answer within 1 ms');
  await settled();
  one.hearsNothing();
});

Deno.test({
  name: "V05 the timeout of an answered call does not keep the process alive",
  // Fails if a timer is left.
  sanitizeOps: true,
  async fn() {
    const { server, client } = talk({ onServiceRequest: () => Promise.resolve("") }, { requestTimeoutMs: 60_000 });
    const id = server.addService(RESET);
    const one = client();
    calls(one, id, 1);
    await hearsResponse(one, id, 1, "");
    one.leaves();
  },
});

Deno.test("V05 FoxgloveServer fails a call if there is no hook", async () => {
  for (const listener of [undefined, {}]) {
    const { server, client } = talk({});
    server.setListener(listener);
    const id = server.addService(RESET);
    const one = client();
    calls(one, id, 1);
    await hearsFailure(one, id, 1, 'Service "/reset" failed: the server does not handle service calls');
  }
});

const THROWN: Readonly<Record<string, { error: unknown; text: string }>> = {
  "text": { error: "motor is off", text: "motor is off" },
  "nothing": { error: undefined, text: "undefined" },
  "null": { error: null, text: "null" },
  "a symbol": { error: Symbol("off"), text: "Symbol(off)" },
  "an object that has no text": { error: Object.create(null), text: "unknown error" },
  "an error whose message is not text": {
    error: Object.assign(new Error(), { message: { toString: 5, valueOf: 5 } }),
    text: "unknown error",
  },
};

for (const [what, { error, text }] of Object.entries(THROWN)) {
  Deno.test(`V05 onServiceRequest may throw ${what}`, async () => {
    const { server, client } = talk({
      onServiceRequest(_server, _serviceId, callId) {
        if (callId === 1) throw error;
        return Promise.reject(error);
      },
    });
    const id = server.addService(RESET);
    const one = client();
    for (const callId of [1, 2]) {
      calls(one, id, callId);
      await hearsFailure(one, id, callId, `Service "/reset" failed: ${text}`);
    }
  });
}

Deno.test("V06 FoxgloveServer fails the 33rd open call, and the others continue", async () => {
  const open = new OpenCalls();
  const { server, client } = talk(open);
  const id = server.addService(RESET);
  const [one, other] = [client(), client()];
  for (let callId = 1; callId <= 32; callId++) calls(one, id, callId);
  one.hearsNothing();
  calls(one, id, 33);
  const why = 'more unanswered requests than "maxPendingRequests" allows (32)';
  await hearsFailure(one, id, 33, `Cannot call "/reset": ${why}`);
  assertEquals(open.answers.has(33), false);
  calls(other, id, 34);
  open.answer(34, "other's");
  await hearsResponse(other, id, 34, "other's");

  open.answer(20, "20");
  await hearsResponse(one, id, 20, "20");
  open.fail(21, new Error("motor is off"));
  await hearsFailure(one, id, 21, 'Service "/reset" failed: motor is off');
  await settled();
  calls(one, id, 35);
  calls(one, id, 36);
  one.hearsNothing();
  calls(one, id, 37);
  await hearsFailure(one, id, 37, `Cannot call "/reset": ${why}`);
  for (const callId of [1, 32, 35, 36]) {
    open.answer(callId, `${callId}`);
    await hearsResponse(one, id, callId, `${callId}`);
  }
});

Deno.test("V06 an option limits the number of open calls, and other requests do not count", async () => {
  const open = new OpenCalls();
  const { server, client } = conversation({
    capabilities: ["services", "parameters"],
    listener: open,
    maxPendingRequests: 1,
  });
  const id = server.addService(RESET);
  const one = client();
  calls(one, id, 1);
  calls(one, id, 2);
  await hearsFailure(
    one,
    id,
    2,
    'Cannot call "/reset": more unanswered requests than "maxPendingRequests" allows (1)',
  );
  one.says({ op: "getParameters", parameterNames: [], id: "q1" });
  assertEquals(await one.next(), { op: "parameterValues", parameters: [], id: "q1" });
});

const BROKEN: Readonly<Record<string, { data: Uint8Array; text: string }>> = {
  "ends after its ids": { data: frame([3, 4]), text: "4 bytes expected at byte 9, but only 0 are left" },
  "ends within the encoding's length": { data: frame([3, 4], "\u0001\0\0"), text: "4 bytes expected at byte 9" },
  "ends within its encoding": {
    data: frame([3, 4, 5], "json"),
    text: "5 bytes expected at byte 13, but only 4 are left",
  },
  "claims an encoding of 4 GiB": {
    data: frame([3, 4, 0xffff_ffff], "json{}"),
    text: "4294967295 bytes expected at byte 13, but only 6 are left",
  },
};

for (const [what, { data, text }] of Object.entries(BROKEN)) {
  Deno.test(`V07 FoxgloveServer fails a call that ${what} with exactly its ids`, async () => {
    const seen = new HookLog();
    const { server, client } = talk({ onServiceRequest: () => void seen.note("called") as never });
    server.addService(RESET);
    const one = client();
    one.saysRaw(data);
    const failure = one.takes();
    assertEquals(failure, {
      op: "serviceCallFailure",
      serviceId: service(3),
      callId: 4,
      message: failure.op === "serviceCallFailure" ? failure.message : "",
    });
    assertEquals("message" in failure && failure.message.includes(text), true, JSON.stringify(failure));
    await settled();
    one.hearsNothing();
    assertEquals(seen.take(), []);
  });
}

Deno.test("V07 FoxgloveServer fails a call whose encoding is not UTF-8 with its ids", () => {
  const { client } = talk({});
  const one = client();
  one.saysRaw(Uint8Array.of(0x02, 3, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0, 0xff, 0x7b, 0x7d));
  one.hears({
    op: "serviceCallFailure",
    serviceId: service(3),
    callId: 0xffff_ffff,
    message: 'Cannot call a service: Cannot read "serviceCallRequest": the text at byte 13 is not UTF-8',
  });
});

Deno.test("V07 FoxgloveServer answers a call that is too short for its ids with a status", async () => {
  const { client } = talk({});
  const one = client();
  for (let length = 1; length < 9; length++) {
    one.saysRaw(frame([3, 4]).subarray(0, length));
    one.hearsStatus(ERROR, 'Cannot read "serviceCallRequest"');
    await settled();
    one.hearsNothing();
  }
});

Deno.test("V07 a malformed call does not affect open calls", async () => {
  const open = new OpenCalls();
  const { server, client } = talk(open);
  const id = server.addService(RESET);
  const one = client();
  calls(one, id, 1);
  one.saysRaw(frame([id, 2]));
  assertEquals(one.takes().op, "serviceCallFailure");
  open.answer(1, "done");
  await hearsResponse(one, id, 1, "done");
});

Deno.test("V08 FoxgloveServer aborts the signal of the hook when the client disconnects, and ignores the result", async () => {
  const open = new OpenCalls();
  const talking = talk(open);
  const { server, client } = talking;
  const id = server.addService(RESET);
  const [one, other] = [client(), client()];
  for (const callId of [1, 2, 3]) calls(one, id, callId);
  calls(other, id, 4);
  one.leaves();
  assertEquals([1, 2, 3, 4].map((callId) => open.signals.get(callId)?.aborted), [true, true, true, false]);
  const reason = open.signals.get(1)?.reason;
  assertEquals([reason instanceof DOMException, reason.name], [true, "AbortError"]);
  const sent = one.wire.length;
  open.answer(1, "done");
  open.fail(2, reason);
  await settled();
  assertEquals(errors(talking), [], "a call that stops because its client disconnected is not an error");
  open.fail(3, new Error("cannot clean up"));
  open.answer(4, "done");
  await hearsResponse(other, id, 4, "done");
  assertEquals(errors(talking), ['error: Client 1: onServiceRequest "/reset" failed']);
  assertEquals(one.wire.length, sent);
  assertEquals(other.inboxSize, 0);
});

Deno.test("V08 FoxgloveServer aborts the signal of the hook when the server closes", async () => {
  const open = new OpenCalls();
  const { server, client } = talk(open);
  const id = server.addService(RESET);
  const one = client();
  calls(one, id, 1);
  const closed = server.close({ graceMs: 0 });
  assertEquals(open.signals.get(1)?.aborted, true);
  open.answer(1, "done");
  await closed;
  await settled();
  one.hearsNothing();
});

Deno.test("V08 FoxgloveServer ignores a call that arrives from a client after it has disconnected", async () => {
  const open = new OpenCalls();
  const { server, client } = talk(open);
  const id = server.addService(RESET);
  const one = client();
  one.leaves();
  calls(one, id, 1);
  await settled();
  assertEquals(open.answers.size, 0);
  one.hearsNothing();
});

Deno.test("V09 FoxgloveServer advertises and unadvertises each service once to all clients", () => {
  const { server, client } = talk({}, { supportedEncodings: ["json"] });
  const [one, other] = [client(), client()];
  const id = server.addService(RESET);
  for (const each of [one, other]) {
    each.hears({
      op: "advertiseServices",
      services: [{ id, name: "/reset", type: "Reset", request: side("json"), response: side("json") }],
    });
  }
  const second = server.addService({ ...RESET, name: "/load" });
  assertEquals(server.removeService(id), true);
  for (const each of [one, other]) {
    each.hears({ op: "unadvertiseServices", serviceIds: [id] });
    assertEquals(each.takes().op, "advertiseServices");
    each.hearsNothing();
  }
  const late = client({ keepFirstMessages: true });
  assertEquals([late.takes().op, late.takes().op], ["serverInfo", "advertise"]);
  late.hears({
    op: "advertiseServices",
    services: [{ id: second, name: "/load", type: "Reset", request: side("json"), response: side("json") }],
  });
  late.hearsNothing();
});

Deno.test("V09 FoxgloveServer.removeService() returns false for an unknown service, and sends nothing", () => {
  const { server, client } = talk({}, { supportedEncodings: ["json"] });
  const one = client();
  assertEquals(server.removeService(service(1)), false);
  const id = server.addService(RESET);
  assertEquals(one.takes().op, "advertiseServices");
  assertEquals([server.removeService(id), server.removeService(id)], [true, false]);
  assertEquals(one.takes().op, "unadvertiseServices");
  one.hearsNothing();
  assertEquals(server.addService(RESET) > id, true, "ids are never reused");
});

Deno.test("V09 FoxgloveServer answers an open call after its service was removed", async () => {
  const open = new OpenCalls();
  const { server, client } = talk(open);
  const id = server.addService({ ...RESET, response: side("cdr") });
  const one = client();
  calls(one, id, 1);
  server.removeService(id);
  one.hears({ op: "unadvertiseServices", serviceIds: [id] });
  open.answer(1, "done");
  await hearsResponse(one, id, 1, "done", "cdr");
});

Deno.test("V10 FoxgloveServer rejects a second service with the same name", () => {
  const { server, client } = talk({}, { supportedEncodings: ["json"] });
  const id = server.addService(RESET);
  const one = client();
  assertThrows(() => server.addService({ ...RESET, type: "Other" }), TypeError, 'Cannot add service "/reset": another');
  one.hearsNothing();
  server.removeService(id);
  one.hears({ op: "unadvertiseServices", serviceIds: [id] });
  server.addService(RESET);
  assertEquals(one.takes().op, "advertiseServices");
});

Deno.test("V10 FoxgloveServer rejects a service if nothing declares the encoding of its requests", () => {
  const { server, client } = talk({});
  const one = client();
  const why =
    'Cannot add service "/reset": its request encoding is unknown; set "request.encoding" or the option "supportedEncodings"';
  assertThrows(() => server.addService({ name: "/reset", type: "Reset" }), TypeError, why);
  assertThrows(() => server.addService({ name: "/reset", type: "Reset", response: side("json") }), TypeError, why);
  one.hearsNothing();

  for (const supportedEncodings of [["json"], ["cdr", "json"]]) {
    const { server } = talk({}, { supportedEncodings });
    assertEquals(server.addService({ name: "/reset", type: "Reset" }), service(1));
  }
  assertThrows(
    () => talk({}, { supportedEncodings: [] }).server.addService({ name: "/reset", type: "Reset" }),
    TypeError,
    why,
  );
});

const MALFORMED: Readonly<Record<string, { change: object; text: string }>> = {
  "an empty name": { change: { name: "" }, text: "its name is empty" },
  "a name that is not text": { change: { name: 5 }, text: "its name is a number, not text" },
  "no type": { change: { type: undefined }, text: "its type is undefined, not text" },
  "an empty type": { change: { type: "" }, text: "its type is empty" },
  "an empty encoding": { change: { response: { ...side("json"), encoding: "" } }, text: "its encoding is empty" },
  "no request encoding": {
    change: { request: { ...side("json"), encoding: undefined } },
    text: "its request encoding is unknown",
  },
  "a schema name that is a number": {
    change: { request: { ...side("json"), schemaName: 5 } },
    text: "request: its schemaName is a number, not text",
  },
  "an empty schema encoding": {
    change: { request: { ...side("json"), schemaEncoding: "" } },
    text: "request: its schemaEncoding is empty",
  },
  "no schema encoding for a custom encoding": {
    change: { response: { encoding: "xml", schema: "<a/>" } },
    text: 'response: encoding "xml" requires a schemaEncoding',
  },
  "a schema that is a number": {
    change: { request: { ...side("json"), schema: 5 } },
    text: "request: its schema must be text or bytes (a buffer or a view of one), not a number",
  },
  "a binary schema that is not base64": {
    change: { response: { ...side("protobuf"), schemaEncoding: "protobuf", schema: "message Reset {}" } },
    text: 'response: a schema for "protobuf" must be bytes or base64 text',
  },
  "a text schema that is not UTF-8": {
    change: { request: { ...side("json"), schema: Uint8Array.of(0xff) } },
    text: 'request: a schema for "jsonschema" must be text, but its bytes are not UTF-8',
  },
};

for (const [what, { change, text }] of Object.entries(MALFORMED)) {
  Deno.test(`V10 FoxgloveServer rejects a service with ${what}, and keeps nothing of it`, () => {
    const { server, client } = talk({});
    const before = client();
    assertThrows(() => server.addService({ ...RESET, ...change }), TypeError, text);
    before.hearsNothing();
    const after = client({ keepFirstMessages: true });
    assertEquals([after.takes().op, after.takes().op], ["serverInfo", "advertise"]);
    after.hearsNothing();
    server.addService(RESET);
    // This is the first encoding, so the server sends everything again.
    for (const each of [before, after]) {
      const ops = Array.from({ length: each.inboxSize }, () => each.takes().op);
      assertEquals(ops, ["serverInfo", "advertise", "advertiseServices"]);
    }
  });
}

Deno.test("V11 FoxgloveServer advertises a request or response without a schema in the older form, with an empty text", () => {
  const { server, client } = talk({}, { supportedEncodings: ["cdr", "json"] });
  const one = client();
  server.addService({ name: "/a", type: "A" });
  const json =
    '{"encoding":"json","schemaName":"Side","schemaEncoding":"jsonschema","schema":"{\\"type\\":\\"object\\"}"}';
  const bare = '{"id":1,"name":"/a","type":"A","requestSchema":"","responseSchema":""}';
  assertEquals(one.wire.at(-1), `{"op":"advertiseServices","services":[${bare}]}`);
  server.addService({ name: "/b", type: "B", request: side("json") });
  const requestOnly = `{"id":2,"name":"/b","type":"B","request":${json},"responseSchema":""}`;
  assertEquals(one.wire.at(-1), `{"op":"advertiseServices","services":[${requestOnly}]}`);
  server.addService({ name: "/c", type: "C", response: side("json") });
  const responseOnly = `{"id":3,"name":"/c","type":"C","requestSchema":"","response":${json}}`;
  assertEquals(one.wire.at(-1), `{"op":"advertiseServices","services":[${responseOnly}]}`);
  server.addService({ name: "/d", type: "D", request: side("json"), response: side("json") });
  const both = `{"id":4,"name":"/d","type":"D","request":${json},"response":${json}}`;
  assertEquals(one.wire.at(-1), `{"op":"advertiseServices","services":[${both}]}`);
  const late = client();
  assertEquals(late.wire.at(-1), `{"op":"advertiseServices","services":[${[bare, requestOnly, responseOnly, both]}]}`);
});

Deno.test("FoxgloveServer advertises a JSON request without a schema as any object, because apps could not call the service otherwise", () => {
  const { server, client, log } = talk({}, { supportedEncodings: ["json"] });
  const one = client();
  const any = (schemaName: string) => ({
    encoding: "json",
    schemaName,
    schemaEncoding: "jsonschema",
    schema: '{"type":"object"}',
  });
  const json = { encoding: "json", schemaName: "", schemaEncoding: "jsonschema", schema: "" };
  server.addServices([
    { name: "/none", type: "A" },
    { name: "/short", type: "B", request: { encoding: "json" }, response: { encoding: "json" } },
    { name: "/empty", type: "C", request: json, response: { ...json, schemaName: "Answer" } },
  ]);
  one.hears({
    op: "advertiseServices",
    services: [
      { id: service(1), name: "/none", type: "A", request: any("A_Request"), responseSchema: "" },
      { id: service(2), name: "/short", type: "B", request: any("B_Request"), response: any("B_Response") },
      { id: service(3), name: "/empty", type: "C", request: any("C_Request"), response: any("Answer") },
    ],
  });
  assertEquals(log.filter((line) => line.startsWith("warn")), []);
});

Deno.test("FoxgloveServer warns about services that apps would reject", () => {
  const { server, log } = talk({}, { supportedEncodings: ["cdr"] });
  const ref = '{"type":"object","properties":{"a":{"$ref":"#"}}}';
  server.addServices([
    { name: "/none", type: "A" },
    {
      name: "/ref",
      type: "B",
      request: { encoding: "json", schema: ref },
      response: { encoding: "json", schema: ref },
    },
    { name: "/proto", type: "C", request: { encoding: "protobuf", schema: "AAAA" } },
    { name: "/cdr", type: "D", request: { encoding: "cdr" } },
    { name: "/fine", type: "E", request: { encoding: "cdr", schema: "float64 x" } },
  ]);
  assertEquals(log.filter((line) => line.startsWith("warn")), [
    'warn: Service "/none": its request has no schema, so apps cannot call it',
    'warn: Service "/ref": in its request, its schema has "$ref" at properties.a, so apps cannot call it',
    'warn: Service "/ref": in its response, its schema has "$ref" at properties.a, so apps cannot show the answer',
    'warn: Service "/proto": its request uses encoding "protobuf", so apps cannot call it',
    'warn: Service "/cdr": in its request, its schema is empty, so apps cannot call it',
  ]);
});

Deno.test("V11 FoxgloveServer sends binary schemas as base64, whether given as bytes or text, and copies the bytes", () => {
  const { server, client } = talk({});
  const one = client();
  const schema = Uint8Array.of(0xde, 0xad);
  const pb = { encoding: "protobuf", schemaName: "a.B", schemaEncoding: "protobuf" };
  server.addService({ name: "/a", type: "A", request: { ...pb, schema }, response: { ...pb, schema: "3q0=" } });
  schema.fill(0);
  const written = '{"encoding":"protobuf","schemaName":"a.B","schemaEncoding":"protobuf","schema":"3q0="}';
  const text = `{"op":"advertiseServices","services":[{"id":1,"name":"/a","type":"A","request":${written},` +
    `"response":${written}}]}`;
  assertEquals(one.wire.at(-1), text);
  assertEquals(client().wire.at(-1), text);
});

Deno.test("V12 the length of an encoding counts its UTF-8 bytes, in both directions", async () => {
  const seen = new HookLog();
  const { server, client } = talk({
    onServiceRequest(_server, _serviceId, _callId, encoding, payload) {
      seen.note(encoding, payload);
      return payload;
    },
  });
  const id = server.addService({ name: "/a", type: "A", request: side("jsön→") });
  const one = client();
  // j s ö (2 bytes) n → (3 bytes)
  one.saysRaw(frame([id, 9, 8], "jsön→{}"));
  await one.next();
  assertEquals(seen.take(), [["jsön→", bytes("{}")]]);
  assertEquals(hex(one.wire.at(-1)), "03" + "01000000" + "09000000" + "08000000" + "6a73c3b66ee28692" + "7b7d");
});

Deno.test("V12 FoxgloveServer accepts any text as an encoding", async () => {
  const { server, client } = talk({ onServiceRequest: () => ({ encoding: "", payload: bytes("x") }) });
  const id = server.addService({ name: "/a", type: "A", request: side("__proto__") });
  const one = client();
  calls(one, id, 1, "{}", "__proto__");
  await one.next();
  assertEquals(hex(one.wire.at(-1)), "03" + "01000000" + "01000000" + "00000000" + "78");
});

Deno.test("V01 __proto__ is a name like any other", async () => {
  const { server, client } = talk({ onServiceRequest: () => "fine" }, { supportedEncodings: ["json"] });
  const one = client();
  const id = server.addService({ ...RESET, name: "__proto__", type: "constructor" });
  const advertised = { id, name: "__proto__", type: "constructor", request: side("json"), response: side("json") };
  one.hears({ op: "advertiseServices", services: [advertised] });
  assertThrows(() => server.addService({ ...RESET, name: "__proto__" }), TypeError, "another service has that name");
  server.addService({ ...RESET, name: "constructor" });
  assertEquals(one.takes().op, "advertiseServices");
  calls(one, id, 1);
  await hearsResponse(one, id, 1, "fine");
  server.setListener({});
  calls(one, id, 2);
  await hearsFailure(one, id, 2, 'Service "__proto__" failed: the server does not handle service calls');
});

Deno.test("I08 serverInfo lists the request encodings of the services after the declared encodings", () => {
  const info = (talking: Conversation) => {
    const greeting = talking.client({ keepFirstMessages: true }).takes();
    return greeting.op === "serverInfo" ? greeting.supportedEncodings : greeting;
  };
  const silent = talk({});
  assertEquals(info(silent), undefined);
  const id = silent.server.addService({ ...RESET, response: side("protobuf") });
  assertEquals(info(silent), ["json"]);
  silent.server.addService({ ...RESET, name: "/b", request: side("cdr") });
  silent.server.addService({ ...RESET, name: "/c" });
  assertEquals(info(silent), ["json", "cdr"]);
  silent.server.removeService(id);
  assertEquals(info(silent), ["cdr", "json"]);

  const declared = talk({}, { supportedEncodings: ["ros1", "json"] });
  declared.server.addService(RESET);
  declared.server.addService({ ...RESET, name: "/b", request: side("cdr") });
  assertEquals(info(declared), ["ros1", "json", "cdr"]);

  const empty = talk({}, { supportedEncodings: [] });
  assertEquals(info(empty), []);
});
