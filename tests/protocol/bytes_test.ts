// Bytes of all types: how they are read, which values are rejected, and that the codec accepts them in every field.

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
  Deno.test(`bytesOf() returns the bytes of ${what}`, () => {
    const bytes = bytesOf(source);
    assertEquals(bytes, SAME_BYTES);
    // An array of this realm, with correct members.
    assertEquals([bytes?.constructor, bytes?.length], [Uint8Array, SAME_BYTES.length]);
  });
}

Deno.test("bytesOf() returns undefined for other values, and kindOf() names their type", () => {
  for (const [value, name] of notBytes()) assertEquals([bytesOf(value), kindOf(value)], [undefined, name]);
  assertEquals([bytesOf("text"), kindOf("text"), kindOf(undefined)], [undefined, "a string", "undefined"]);
});

Deno.test("bytesOf() accepts empty buffers and views, but not detached ones, whose length is also 0", () => {
  for (const empty of [new ArrayBuffer(), new Uint8Array(), new DataView(new ArrayBuffer(8), 8), new Float64Array()]) {
    assertEquals(bytesOf(empty), new Uint8Array());
  }
});

Deno.test("bytesOf() does not copy, and its length stays the same if shared memory grows", () => {
  const memory = new SharedArrayBuffer(4, { maxByteLength: 8 });
  for (const source of [memory, new Uint8Array(memory), new DataView(memory)]) {
    const length = memory.byteLength;
    const bytes = bytesOf(source);
    memory.grow(length + 1);
    assertEquals([bytes?.length, bytes?.buffer], [length, memory]);
  }
});

Deno.test("copyBytes() does not overflow the target if the source grew after its length was read", () => {
  const memory = new SharedArrayBuffer(4, { maxByteLength: 64 });
  const source = new Uint8Array(memory).fill(1);
  const { length } = source;
  memory.grow(64);
  const target = new Uint8Array(6).fill(9);
  copyBytes(source, length, target, 2);
  assertEquals(target, Uint8Array.of(9, 9, 1, 1, 1, 1));
});

Deno.test("isUint8Array() is true for arrays of other realms, and false for objects that only look like one", () => {
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

Deno.test("isSafeUint8Array() is false for an empty array, which may be detached, and for a false length", () => {
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

/** One message for each field of bytes, by the name of the field. */
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

/** Returns the beginning of the error text for an invalid value in this field. */
function errorText(member: string): string {
  const [op = "", ...path] = member.split(",")[0]?.split(".") ?? [];
  return `Cannot write "${op}": ${path.join(".")} must be `;
}

for (const [member, make] of Object.entries(SERVER_MESSAGES)) {
  Deno.test(`encodeServerMessage() accepts bytes of any type as ${member}, and rejects other values`, () => {
    const expected = encodeServerMessage(make(SAME_BYTES));
    for (const [what, source] of Object.entries(byteSources())) {
      assertEquals(encodeServerMessage(make(source)), expected, what);
    }
    for (const [value] of notBytes()) {
      assertThrows(() => encodeServerMessage(make(value as ByteSource)), TypeError, errorText(member));
    }
  });
}

for (const [member, make] of Object.entries(CLIENT_MESSAGES)) {
  Deno.test(`encodeClientMessage() accepts bytes of any type as ${member}, and rejects other values`, () => {
    const expected = encodeClientMessage(make(SAME_BYTES));
    for (const [what, source] of Object.entries(byteSources())) {
      assertEquals(encodeClientMessage(make(source)), expected, what);
    }
    for (const [value] of notBytes()) {
      // The schema of a client channel is optional.
      if (value === null && member.includes("schema")) continue;
      assertThrows(() => encodeClientMessage(make(value as ByteSource)), TypeError, errorText(member));
    }
  });
}

Deno.test("encodeServerMessage() names the type of a value that is not bytes", () => {
  const cannot = 'Cannot write "fetchAssetResponse": data must be bytes (a buffer or a view of one), not ';
  for (const [value, name] of notBytes()) {
    const message = { op: "fetchAssetResponse", requestId: 1, status: "success", data: value as ByteSource } as const;
    assertThrows(() => encodeServerMessage(message), TypeError, cannot + name);
  }
});

/** A frame that is valid for both directions, which contains {@linkcode SAME_BYTES}. */
function frames(): Readonly<Record<string, ByteSource>> {
  const frame = encodeServerMessage(SERVER_MESSAGES["messageData.payload"]!(SAME_BYTES)) as Uint8Array<ArrayBuffer>;
  // The length is a multiple of 8, the size of the largest array elements.
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

Deno.test("decodeServerMessage() and decodeClientMessage() accept a frame of any byte type", () => {
  const { "a Uint8Array": frame, ...others } = frames();
  for (const [what, data] of Object.entries(others)) {
    assertEquals(decodeServerMessage(data), decodeServerMessage(frame!), what);
    assertEquals(decodeClientMessage(data), decodeClientMessage(frame!), what);
  }
});

Deno.test("decodeServerMessage() and decodeClientMessage() throw a TypeError for values that are neither text nor bytes", () => {
  for (const decode of [decodeServerMessage, decodeClientMessage]) {
    for (const [value] of notBytes()) assertThrows(() => decode(value as ByteSource), TypeError);
    const text = "Cannot decode data: it must be a string or bytes (a buffer or a view of one), not a Blob";
    assertThrows(() => decode(new Blob() as unknown as ByteSource), TypeError, text);
  }
});
