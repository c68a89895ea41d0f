// Bytes in every form: what they are taken for, what is refused, and that the codec takes them everywhere.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { bytesOf, copyBytes, isSafeUint8Array, isUint8Array, kindOf } from "../../src/protocol/bytes.ts";
import {
  type ByteSource,
  type ChannelId,
  type ClientChannelId,
  type ClientMessage,
  decodeClientMessage,
  decodeServerMessage,
  type Encodable,
  encodeClientMessage,
  encodeServerMessage,
  type ServerMessage,
  type ServiceId,
  type SubscriptionId,
} from "../../src/protocol/mod.ts";
import { byteSources, notBytes, SAME_BYTES } from "../support/byte_sources.ts";

for (const [what, source] of Object.entries(byteSources())) {
  Deno.test(`bytesOf() takes ${what} for its bytes`, () => {
    const bytes = bytesOf(source);
    assertEquals(bytes, SAME_BYTES);
    // Of this realm, and with members that are true.
    assertEquals([bytes?.constructor, bytes?.length], [Uint8Array, SAME_BYTES.length]);
  });
}

Deno.test("bytesOf() gives no bytes for anything else, and kindOf() names it", () => {
  for (const [value, name] of notBytes()) assertEquals([bytesOf(value), kindOf(value)], [undefined, name]);
  assertEquals([bytesOf("text"), kindOf("text"), kindOf(undefined)], [undefined, "a string", "undefined"]);
});

Deno.test("bytesOf() takes empty buffers and views, but not detached ones that say they are empty", () => {
  for (const empty of [new ArrayBuffer(), new Uint8Array(), new DataView(new ArrayBuffer(8), 8), new Float64Array()]) {
    assertEquals(bytesOf(empty), new Uint8Array());
  }
});

Deno.test("bytesOf() does not copy, and keeps its length when shared memory grows", () => {
  const memory = new SharedArrayBuffer(4, { maxByteLength: 8 });
  for (const source of [memory, new Uint8Array(memory), new DataView(memory)]) {
    const length = memory.byteLength;
    const bytes = bytesOf(source);
    memory.grow(length + 1);
    assertEquals([bytes?.length, bytes?.buffer], [length, memory]);
  }
});

Deno.test("copyBytes() copies no more than there is room for when the source has grown since its length was read", () => {
  const memory = new SharedArrayBuffer(4, { maxByteLength: 64 });
  const source = new Uint8Array(memory).fill(1);
  const { length } = source;
  memory.grow(64);
  const target = new Uint8Array(6).fill(9);
  copyBytes(source, length, target, 2);
  assertEquals(target, Uint8Array.of(9, 9, 1, 1, 1, 1));
});

Deno.test("isUint8Array() is true of those of other realms, and not of what only looks like one", () => {
  const sources = byteSources();
  const names = Object.keys(sources).filter((name) => isUint8Array(sources[name]));
  assertEquals(names, [
    "a Uint8Array",
    "a Buffer of Node",
    "a Uint8Array of a class of its own",
    "a Uint8Array with a false length",
    "a Uint8Array that inherits from nothing",
    "a Uint8Array over a SharedArrayBuffer",
    "a view that follows a growable SharedArrayBuffer",
    "a view that follows a resizable ArrayBuffer",
    "a Uint8Array of another realm",
  ]);
});

Deno.test("isTrueUint8Array() is false of what is empty, because it may be detached, and of a false length", () => {
  const sources = byteSources();
  assertEquals(isSafeUint8Array(sources["a Uint8Array"]), true);
  assertEquals(isSafeUint8Array(sources["a Uint8Array with a false length"]), false);
  for (const value of [new Uint8Array(), ...notBytes().map(([value]) => value)]) {
    assertEquals(isSafeUint8Array(value), false, kindOf(value));
  }
});

const serviceId = 1 as ServiceId;
const names = { topic: "/t", schemaName: "T" };
const side = (encoding: string, schema: ByteSource) => ({
  encoding,
  schemaName: "S",
  schemaEncoding: encoding,
  schema,
});

/** Each message with a member of bytes, named by that member. */
const SERVER_MESSAGES: Readonly<Record<string, (bytes: ByteSource) => Encodable<ServerMessage>>> = {
  "messageData.payload": (payload) => ({
    op: "messageData",
    subscriptionId: 1 as SubscriptionId,
    timestamp: 2n,
    payload,
  }),
  "serviceCallResponse.payload": (payload) => ({
    op: "serviceCallResponse",
    serviceId,
    callId: 2,
    encoding: "json",
    payload,
  }),
  "fetchAssetResponse.data": (data) => ({ op: "fetchAssetResponse", requestId: 1, status: "success", data }),
  "advertise.channels[0].schema, binary": (schema) => ({
    op: "advertise",
    channels: [{ ...names, id: 1 as ChannelId, encoding: "protobuf", schema }],
  }),
  "advertise.channels[0].schema, text": (schema) => ({
    op: "advertise",
    channels: [{ ...names, id: 1 as ChannelId, encoding: "json", schema }],
  }),
  "advertiseServices.services[0].request.schema": (schema) => ({
    op: "advertiseServices",
    services: [{ id: serviceId, name: "/s", type: "T", request: side("protobuf", schema) }],
  }),
  "advertiseServices.services[0].response.schema": (schema) => ({
    op: "advertiseServices",
    services: [{ id: serviceId, name: "/s", type: "T", response: side("jsonschema", schema) }],
  }),
};

const CLIENT_MESSAGES: Readonly<Record<string, (bytes: ByteSource) => Encodable<ClientMessage>>> = {
  "messageData.payload": (payload) => ({ op: "messageData", channelId: 1 as ClientChannelId, payload }),
  "serviceCallRequest.payload": (payload) => ({
    op: "serviceCallRequest",
    serviceId,
    callId: 2,
    encoding: "json",
    payload,
  }),
  "advertise.channels[0].schema, binary": (schema) => ({
    op: "advertise",
    channels: [{ ...names, id: 1 as ClientChannelId, encoding: "flatbuffer", schema }],
  }),
  "advertise.channels[0].schema, text": (schema) => ({
    op: "advertise",
    channels: [{ ...names, id: 1 as ClientChannelId, encoding: "json", schema }],
  }),
};

/** Where a message with this member is refused, for the bytes in it. */
function refusal(member: string): string {
  const [op = "", ...path] = member.split(",")[0]?.split(".") ?? [];
  return `Cannot write "${op}": ${path.join(".")} must be `;
}

for (const [member, make] of Object.entries(SERVER_MESSAGES)) {
  Deno.test(`encodeServerMessage() takes bytes in any form as ${member}, and nothing else`, () => {
    const expected = encodeServerMessage(make(SAME_BYTES));
    for (const [what, source] of Object.entries(byteSources())) {
      assertEquals(encodeServerMessage(make(source)), expected, what);
    }
    for (const [value] of notBytes()) {
      assertThrows(() => encodeServerMessage(make(value as ByteSource)), TypeError, refusal(member));
    }
  });
}

for (const [member, make] of Object.entries(CLIENT_MESSAGES)) {
  Deno.test(`encodeClientMessage() takes bytes in any form as ${member}, and nothing else`, () => {
    const expected = encodeClientMessage(make(SAME_BYTES));
    for (const [what, source] of Object.entries(byteSources())) {
      assertEquals(encodeClientMessage(make(source)), expected, what);
    }
    for (const [value] of notBytes()) {
      // A client's channel need not have a schema.
      if (value === null && member.includes("schema")) continue;
      assertThrows(() => encodeClientMessage(make(value as ByteSource)), TypeError, refusal(member));
    }
  });
}

Deno.test("encodeServerMessage() says what was given in the place of bytes", () => {
  const cannot = 'Cannot write "fetchAssetResponse": data must be bytes (a buffer or a view of one), not ';
  for (const [value, name] of notBytes()) {
    const message = { op: "fetchAssetResponse", requestId: 1, status: "success", data: value as ByteSource } as const;
    assertThrows(() => encodeServerMessage(message), TypeError, cannot + name);
  }
});

/** Bytes that are a message of a server and one of a client alike, and hold {@linkcode SAME_BYTES}. */
function frames(): Readonly<Record<string, ByteSource>> {
  const frame = encodeServerMessage(SERVER_MESSAGES["messageData.payload"]!(SAME_BYTES)) as Uint8Array<ArrayBuffer>;
  // A multiple of the 8 bytes of the largest numbers.
  const padded = new Uint8Array(40);
  padded.set(frame);
  const shared = new SharedArrayBuffer(padded.length);
  new Uint8Array(shared).set(padded);
  return {
    "a Uint8Array": padded,
    "an ArrayBuffer": padded.buffer,
    "a view in the middle": new Uint8Array([9, ...padded, 9]).subarray(1, -1),
    "a DataView": new DataView(padded.buffer),
    "a Float64Array": new Float64Array(padded.buffer),
    "a SharedArrayBuffer": shared,
    "a view of a SharedArrayBuffer": new Uint16Array(shared),
  };
}

Deno.test("decodeServerMessage() and decodeClientMessage() take a frame in any form", () => {
  const { "a Uint8Array": frame, ...others } = frames();
  for (const [what, data] of Object.entries(others)) {
    assertEquals(decodeServerMessage(data), decodeServerMessage(frame!), what);
    assertEquals(decodeClientMessage(data), decodeClientMessage(frame!), what);
  }
});

Deno.test("decodeServerMessage() and decodeClientMessage() throw a TypeError for what is neither text nor bytes", () => {
  for (const decode of [decodeServerMessage, decodeClientMessage]) {
    for (const [value] of notBytes()) assertThrows(() => decode(value as ByteSource), TypeError);
    const text = "Cannot decode data: it must be a string or bytes (a buffer or a view of one), not a Blob";
    assertThrows(() => decode(new Blob() as unknown as ByteSource), TypeError, text);
  }
});
