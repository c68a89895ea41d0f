// Decoding in addition to the vectors: lenient cases, rejected messages, and their error codes.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { decodeClientMessage, decodeServerMessage } from "../../src/protocol/decode.ts";
import type { ServiceId } from "../../src/protocol/ids.ts";
import { ProtocolError, type ProtocolErrorCode } from "../../src/protocol/protocol_error.ts";
import { bytes } from "./hex.ts";

function server(json: object): unknown {
  return decodeServerMessage(JSON.stringify(json));
}

function client(json: object): unknown {
  return decodeClientMessage(JSON.stringify(json));
}

function assertRejected(decode: () => unknown, code: ProtocolErrorCode, text: string): void {
  const error = assertThrows(decode, ProtocolError);
  assertEquals([error.code, error.message], [code, text]);
}

const decoders = { decodeServerMessage, decodeClientMessage };

for (const [name, decode] of Object.entries(decoders)) {
  Deno.test(`${name}() rejects text that is not a JSON object with an op`, () => {
    for (const text of ["", " ", "{", "{]", "\ufeff{}", "undefined", "[".repeat(9)]) {
      assertRejected(() => decode(text), "invalid-json", "Cannot read text message: not JSON");
    }
    for (const text of ["null", "1", '"op"', "[]", '[{"op":"status"}]']) {
      assertRejected(() => decode(text), "not-an-object", "Cannot read text message: its JSON is not an object");
    }
    for (const text of ["{}", '{"op":null}', '{"op":1}', '{"op":["status"]}']) {
      assertRejected(() => decode(text), "missing-op", "Cannot read text message: op must be a string");
    }
    for (const op of ["", "toString", "__proto__", "Status"]) {
      assertEquals(codeOf(() => decode(`{"op":"${op}"}`)), "unknown-op");
    }
  });

  Deno.test(`${name}() rejects empty bytes`, () => {
    for (const data of [new Uint8Array(), new ArrayBuffer()]) {
      assertRejected(() => decode(data), "empty", "Cannot read binary message: it is empty");
    }
  });

  Deno.test(`${name}() shortens a long unknown op in the error text`, () => {
    const error = assertThrows(() => decode(JSON.stringify({ op: "x".repeat(10_000) })), ProtocolError);
    assert(error.message.length < 100);
  });

  Deno.test(`${name}() throws a TypeError for values that a WebSocket does not deliver`, () => {
    for (const data of [undefined, null, 1, {}, new Blob(["x"])]) {
      assertThrows(() => decode(data as unknown as string), TypeError, "Cannot decode data: ");
    }
  });

  Deno.test(`${name}() does not overflow the stack at any depth of nesting`, () => {
    const op = decode === decodeServerMessage ? "parameterValues" : "setParameters";
    for (const depth of [101, 5_000, 200_000]) {
      for (const [open, close] of [["[", "]"], ['{"a":', "}"]] as const) {
        const nested = `${open.repeat(depth)}1${close.repeat(depth)}`;
        assertThrows(() => decode(nested), ProtocolError);
        assertThrows(() => decode(`{"op":"${op}","parameters":[{"name":"a","value":${nested}}]}`), ProtocolError);
        // Unknown members are ignored, unless the engine cannot parse JSON that is nested so deeply.
        codeOf(() => decode(`{"op":"${op}","parameters":[],"unknown":${nested}}`));
      }
    }
  });
}

/** Returns the code of the `ProtocolError`, or `undefined` if decoding succeeds. */
function codeOf(decode: () => unknown): ProtocolErrorCode | undefined {
  try {
    decode();
    return undefined;
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
}

Deno.test("decodeServerMessage() reads an ArrayBuffer and a view with the same result", () => {
  const time = { op: "time", timestamp: 1n };
  const frame = bytes("02 0100000000000000");
  assertEquals(decodeServerMessage(frame.buffer) as unknown, time);
  assertEquals(decodeServerMessage(bytes("ff 02 0100000000000000 ff").subarray(1, 10)) as unknown, time);
});

Deno.test("decodeServerMessage() returns payloads as views of the frame", () => {
  const frame = bytes("01 01000000 0000000000000000 aabb");
  const message = decodeServerMessage(frame);
  if (message.op !== "messageData") throw new Error(message.op);
  assertEquals([message.payload.buffer, message.payload.byteOffset], [frame.buffer, 13]);
});

Deno.test("decodeServerMessage() ignores bytes after a message of fixed size", () => {
  assertEquals(decodeServerMessage(bytes("02 0100000000000000 ffff")) as unknown, { op: "time", timestamp: 1n });
  assertEquals(decodeServerMessage(bytes("05 00 0100000000000000 0000803f ff 01000000 72 ffff")) as unknown, {
    op: "playbackState",
    status: "playing",
    currentTime: 1n,
    speed: 1,
    didSeek: true,
    requestId: "r",
  });
});

Deno.test("decodeServerMessage() skips the error text of a fetched asset even if it is not UTF-8", () => {
  const message = decodeServerMessage(bytes("04 07000000 00 02000000 c328 44"));
  assertEquals(message as unknown, { op: "fetchAssetResponse", requestId: 7, status: "success", data: bytes("44") });
});

Deno.test("decodeServerMessage() rejects a serverInfo with only one data time", () => {
  const info = { op: "serverInfo", name: "", capabilities: [] };
  const text = 'Cannot read "serverInfo":';
  const time = { sec: 1, nsec: 0 };
  assertRejected(
    () => server({ ...info, dataStartTime: time }),
    "invalid-field",
    `${text} dataEndTime must be present if dataStartTime is present`,
  );
  assertRejected(
    () => server({ ...info, dataEndTime: time, dataStartTime: null }),
    "invalid-field",
    `${text} dataStartTime must be present if dataEndTime is present`,
  );
});

Deno.test("decodeServerMessage() rejects a serverInfo without a list of capabilities", () => {
  for (const capabilities of [undefined, null, "time", { 0: "time" }, ["time", 1]]) {
    assertEquals(codeOf(() => server({ op: "serverInfo", name: "", capabilities })), "invalid-field");
  }
});

Deno.test("decodeServerMessage() keeps map entries and parameters named __proto__", () => {
  const info = decodeServerMessage('{"op":"serverInfo","name":"","capabilities":[],"metadata":{"__proto__":"x"}}');
  if (info.op !== "serverInfo") throw new Error(info.op);
  assertEquals(Object.entries(info.metadata!), [["__proto__", "x"]]);
  const values = decodeServerMessage(
    '{"op":"parameterValues","parameters":[{"name":"a","value":{"__proto__":{"b":1}}}]}',
  );
  if (values.op !== "parameterValues") throw new Error(values.op);
  const value = values.parameters[0]!.value as Record<string, unknown>;
  assertEquals(Object.entries(value), [["__proto__", { b: 1 }]]);
  assertEquals(value["b"], undefined);
});

Deno.test("decodeServerMessage() reads absent lists of a connectionGraphUpdate as empty", () => {
  const removedTopics = ["/a"];
  assertEquals(server({ op: "connectionGraphUpdate", removedTopics, publishedTopics: null }), {
    op: "connectionGraphUpdate",
    publishedTopics: [],
    subscribedTopics: [],
    advertisedServices: [],
    removedTopics,
    removedServices: [],
  });
  assertEquals(codeOf(() => server({ op: "connectionGraphUpdate", removedTopics: "/a" })), "invalid-field");
});

Deno.test("decodeServerMessage() reads services in the newer form, the older form, both or neither", () => {
  const side = { encoding: "protobuf", schemaName: "S", schemaEncoding: "protobuf", schema: "3q2+7w==" };
  const names = { id: 1, name: "/s", type: "T" };
  const services = [
    { ...names, request: side, requestSchema: "string a", response: null, responseSchema: "" },
    names,
  ];
  assertEquals(server({ op: "advertiseServices", services }), {
    op: "advertiseServices",
    services: [
      { ...names, request: { ...side, schema: bytes("deadbeef") }, requestSchema: "string a", responseSchema: "" },
      names,
    ],
  });
  assertRejected(
    () => server({ op: "advertiseServices", services: [names, { ...names, response: { ...side, schema: null } }] }),
    "invalid-field",
    'Cannot read "advertiseServices": services[1].response.schema must be a string',
  );
});

Deno.test("decodeServerMessage() uses the message encoding if the schema encoding is absent or empty", () => {
  const channel = { id: 1, topic: "/t", encoding: "protobuf", schemaName: "S", schema: "3q2+7w==" };
  const read = { op: "advertise", channels: [{ ...channel, schema: bytes("deadbeef") }] };
  assertEquals(server({ op: "advertise", channels: [channel] }), read);
  assertEquals(server({ op: "advertise", channels: [{ ...channel, schemaEncoding: "" }] }), read);
  const text = { ...channel, schemaEncoding: "ros1msg" };
  assertEquals(server({ op: "advertise", channels: [text] }), { op: "advertise", channels: [text] });
});

Deno.test("decodeServerMessage() rejects an unknown status level", () => {
  for (const level of [3, -1, 0.5, "1", null]) {
    assertRejected(
      () => server({ op: "status", level, message: "" }),
      "invalid-field",
      'Cannot read "status": level must be 0, 1 or 2',
    );
  }
});

Deno.test("decodeClientMessage() names the invalid field", () => {
  const subscriptions = [{ id: 1, channelId: 1 }, { id: 2, channelId: 1 }, { id: "3", channelId: 1 }];
  assertRejected(
    () => client({ op: "subscribe", subscriptions }),
    "invalid-field",
    'Cannot read "subscribe": subscriptions[2].id must be an integer from 0 to 4294967295',
  );
});

Deno.test("decodeClientMessage() reads channel ids up to 2^53 - 1", () => {
  const subscriptions = [{ id: 1, channelId: 2 ** 53 - 1 }];
  assertEquals(client({ op: "subscribe", subscriptions }), { op: "subscribe", subscriptions });
  assertEquals(
    codeOf(() => client({ op: "subscribe", subscriptions: [{ id: 1, channelId: 2 ** 53 }] })),
    "invalid-field",
  );
});

Deno.test("decodeClientMessage() reports the ids of an invalid service request", () => {
  const serviceCall = { serviceId: 1 as ServiceId, callId: 9 };
  const called = (hex: string) => {
    const { code, serviceCall } = assertThrows(() => decodeClientMessage(bytes(hex)), ProtocolError);
    return { code, serviceCall };
  };
  assertEquals(called("02 01000000 09000000"), { code: "truncated", serviceCall });
  assertEquals(called("02 01000000 09000000 e8030000 6a73"), { code: "truncated", serviceCall });
  assertEquals(called("02 01000000 09000000 02000000 c328"), { code: "invalid-utf8", serviceCall });
  assertEquals(called("02 01000000 090000"), { code: "truncated", serviceCall: undefined });
  const error = assertThrows(() => decodeClientMessage(bytes("02 01000000 090000")), ProtocolError);
  assertEquals(Object.hasOwn(error, "serviceCall"), false);
});

Deno.test("decodeServerMessage() reports the ids of an invalid response", () => {
  const brokenCall = assertThrows(
    () => decodeServerMessage(Uint8Array.of(3, 7, 0, 0, 0, 9, 0, 0, 0, 0xff, 0xff, 0, 0, 0x61)),
    ProtocolError,
  );
  assertEquals(brokenCall.serviceCall, { serviceId: 7, callId: 9 });
  const unknownStatus = assertThrows(
    () => decodeServerMessage(Uint8Array.of(4, 5, 0, 0, 0, 2, 0, 0, 0, 0)),
    ProtocolError,
  );
  assertEquals([unknownStatus.code, unknownStatus.assetRequestId], ["bad-status", 5]);
  const tooShort = assertThrows(() => decodeServerMessage(Uint8Array.of(4, 5, 0, 0)), ProtocolError);
  assertEquals("assetRequestId" in tooShort, false);
});

Deno.test("decodeServerMessage() throws at the first invalid part, and leaves out all invalid parts with onError", () => {
  const good = { id: 1, topic: "/a", encoding: "json", schemaName: "", schema: "" };
  const text = JSON.stringify({ op: "advertise", channels: [{ ...good, id: -1 }, good, { ...good, topic: 5 }, null] });
  const id = "channels[0].id must be an integer from 0 to 9007199254740991";
  assertRejected(() => decodeServerMessage(text), "invalid-field", `Cannot read "advertise": ${id}`);
  const errors: ProtocolError[] = [];
  const message: unknown = decodeServerMessage(text, { onError: (error) => errors.push(error) });
  assertEquals(message, { op: "advertise", channels: [good] });
  assertEquals(errors.map(({ code, op, message }) => [code, op, message]), [
    ["invalid-field", "advertise", `Cannot read "advertise": ${id}, in "/a"`],
    ["invalid-field", "advertise", 'Cannot read "advertise": channels[2].topic must be a string'],
    ["invalid-field", "advertise", 'Cannot read "advertise": channels[3] must be an object'],
  ]);
});

Deno.test("decodeServerMessage() throws also with onError if the rest would not be a valid message", () => {
  const onError = () => {
    throw new Error("called");
  };
  for (const text of ["{", "5", "{}", '{"op":"fly"}', '{"op":"advertise"}', '{"op":"serverInfo","capabilities":[]}']) {
    assertThrows(() => decodeServerMessage(text, { onError }), ProtocolError);
  }
});
