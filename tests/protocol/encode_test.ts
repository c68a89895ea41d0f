// Encoding in addition to the vectors: fields that are left out, and rejected values.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { encodeClientMessage, encodeServerMessage } from "../../src/protocol/encode.ts";
import type { ChannelId, SubscriptionId } from "../../src/protocol/ids.ts";
import { MESSAGE_DATA_HEADER_BYTES, writeMessageDataHeader } from "../../src/protocol/message_data.ts";
import type { ClientMessage, ServerMessage } from "../../src/protocol/messages.ts";
import { bytes, hex } from "./hex.ts";

const NONE = bytes("");

/** Encodes a message that the type checker may reject. */
function server(message: unknown): string | Uint8Array {
  return encodeServerMessage(message as ServerMessage);
}

function client(message: unknown): string | Uint8Array {
  return encodeClientMessage(message as ClientMessage);
}

const CHANNEL = { id: 1, topic: "/t", encoding: "json", schemaName: "", schema: "" };
const INFO = { op: "serverInfo", name: "", capabilities: [] };
const GRAPH = {
  op: "connectionGraphUpdate",
  publishedTopics: [],
  subscribedTopics: [],
  advertisedServices: [],
  removedTopics: [],
  removedServices: [],
};
const SCHEMA = { encoding: "json", schemaName: "S", schemaEncoding: "jsonschema", schema: "{}" };
const SERVICE = { id: 1, name: "/s", type: "T", request: SCHEMA, response: SCHEMA };
const STATE = { op: "playbackState", status: "playing", currentTime: 0n, speed: 1, didSeek: false };

Deno.test("encodeServerMessage() leaves out absent members and empty metadata", () => {
  assertEquals(
    server({ op: "status", level: 0, message: "", id: undefined }),
    '{"op":"status","level":0,"message":""}',
  );
  assertEquals(server({ op: "status", level: 0, message: "", id: null }), '{"op":"status","level":0,"message":""}');
  assertEquals(server({ ...INFO, metadata: {} }), '{"op":"serverInfo","name":"","capabilities":[]}');
  assertEquals(
    server({ op: "advertise", channels: [{ ...CHANNEL, schemaEncoding: undefined, metadata: {} }] }),
    '{"op":"advertise","channels":[{"id":1,"topic":"/t","encoding":"json","schemaName":"","schema":""}]}',
  );
});

Deno.test("encodeServerMessage() writes op first and leaves out unknown members", () => {
  assertEquals(server({ extra: 1, message: "", level: 0, op: "status" }), '{"op":"status","level":0,"message":""}');
});

Deno.test("encodeServerMessage() writes a missing service schema in the older form", () => {
  const json = (service: object) => JSON.parse(server({ op: "advertiseServices", services: [service] }) as string);
  const names = { id: 1, name: "/s", type: "T" };
  const services = (service: object) => ({ op: "advertiseServices", services: [service] });
  assertEquals(json(names), services({ ...names, requestSchema: "", responseSchema: "" }));
  assertEquals(json({ ...names, request: SCHEMA }), services({ ...names, request: SCHEMA, responseSchema: "" }));
  assertEquals(json({ ...names, response: SCHEMA }), services({ ...names, requestSchema: "", response: SCHEMA }));
  const both = { ...SERVICE, requestSchema: "string a", responseSchema: "" };
  assertEquals(json(both), services(both));
});

Deno.test("encodeServerMessage() writes metadata named __proto__", () => {
  const metadata = JSON.parse('{"__proto__":"x"}');
  assertEquals(
    server({ ...INFO, metadata }),
    '{"op":"serverInfo","name":"","capabilities":[],"metadata":{"__proto__":"x"}}',
  );
});

Deno.test("encodeServerMessage() writes data times, and the latest possible time for a later one", () => {
  const times = (dataStartTime: bigint, dataEndTime: bigint) => {
    const info = JSON.parse(server({ ...INFO, dataStartTime, dataEndTime }) as string);
    return [info.dataStartTime, info.dataEndTime];
  };
  assertEquals(times(0n, 1_000_000_001n), [{ sec: 0, nsec: 0 }, { sec: 1, nsec: 1 }]);
  const latest = { sec: 4294967295, nsec: 999_999_999 };
  assertEquals(times(4294967295_999_999_999n, 4294967296_000_000_000n), [latest, latest]);
  assertEquals(times(4294967295_999_999_998n, 2n ** 64n - 1n), [{ sec: 4294967295, nsec: 999_999_998 }, latest]);
});

const OUT_OF_RANGE: [message: object, text: string][] = [
  [
    { op: "messageData", subscriptionId: 2 ** 32, timestamp: 0n, payload: NONE },
    "subscriptionId must be an integer from",
  ],
  [{ op: "messageData", subscriptionId: -1, timestamp: 0n, payload: NONE }, "subscriptionId must be an integer from 0"],
  [{ op: "messageData", subscriptionId: 0, timestamp: 2n ** 64n, payload: NONE }, "timestamp must be a bigint from 0"],
  [{ op: "time", timestamp: -1n }, "timestamp must be a bigint from 0 to 18446744073709551615"],
  [{ op: "unadvertise", channelIds: [1, 0.5] }, "channelIds[1] must be an integer from 0 to 9007199254740991"],
  [{ op: "unadvertise", channelIds: [2 ** 53] }, "channelIds[0] must be an integer from 0 to 9007199254740991"],
  [{ op: "advertise", channels: [{ ...CHANNEL, id: NaN }] }, "channels[0].id must be an integer from 0 to"],
  [{ op: "unadvertiseServices", serviceIds: [2 ** 32] }, "serviceIds[0] must be an integer from 0 to 4294967295"],
  [{ op: "advertiseServices", services: [{ ...SERVICE, id: -1 }] }, "services[0].id must be an integer from 0 to"],
  [
    { op: "serviceCallFailure", serviceId: 1, callId: -1, message: "" },
    "callId must be an integer from 0 to 4294967295",
  ],
  [{ op: "serviceCallResponse", serviceId: 1, callId: 1.5, encoding: "", payload: NONE }, "callId must be an integer"],
  [{ op: "fetchAssetResponse", requestId: -1, status: "error", error: "" }, "requestId must be an integer from 0 to"],
  [{ op: "status", level: 3, message: "" }, "level must be 0, 1 or 2"],
  [{ ...STATE, speed: 1e39 }, "speed must be within the range of a float32"],
  [{ ...STATE, currentTime: -1n }, "currentTime must be a bigint from 0 to"],
  [{ ...INFO, dataStartTime: -1n, dataEndTime: 0n }, "dataStartTime must be a bigint from 0 to"],
];

const WRONG_KIND: [message: object, text: string][] = [
  [
    { op: "messageData", subscriptionId: 1n, timestamp: 0n, payload: NONE },
    "subscriptionId must be an integer from 0 to",
  ],
  [{ op: "messageData", subscriptionId: 1, timestamp: 0, payload: NONE }, "timestamp must be a bigint from 0 to"],
  [{ op: "messageData", subscriptionId: 1, timestamp: 0n, payload: "text" }, "payload must be bytes"],
  [{ op: "serviceCallResponse", serviceId: 1, callId: 1, encoding: 5, payload: NONE }, "encoding must be a string"],
  [{ op: "fetchAssetResponse", requestId: 1, status: "success", data: [1] }, "data must be bytes"],
  [{ op: "fetchAssetResponse", requestId: 1, status: 0, data: NONE }, 'status must be one of "success", "error"'],
  [{ ...STATE, status: 0 }, 'status must be one of "playing", "paused", "buffering", "ended"'],
  [{ ...STATE, speed: NaN }, "speed must be a finite number"],
  [{ ...STATE, didSeek: 1 }, "didSeek must be a boolean"],
  [{ ...STATE, requestId: 1 }, "requestId must be a string"],
  [{ op: "status", level: "1", message: "" }, "level must be 0, 1 or 2"],
  [{ op: "status", level: 1 }, "message must be a string"],
  [{ op: "removeStatus", statusIds: "a" }, "statusIds must be an array"],
  [{ ...INFO, capabilities: undefined }, "capabilities must be an array"],
  [{ ...INFO, metadata: new Map() }, "metadata must be an object"],
  [{ ...INFO, metadata: { a: null } }, "metadata must be an object of strings"],
  [{ ...INFO, dataStartTime: 0n }, "dataEndTime must be present if dataStartTime is present"],
  [{ ...INFO, dataEndTime: 0n }, "dataStartTime must be present if dataEndTime is present"],
  [{ ...INFO, dataStartTime: 0, dataEndTime: 0n }, "dataStartTime must be a bigint from 0 to"],
  [{ op: "advertise", channels: [{ ...CHANNEL, schemaEncoding: "" }] }, "channels[0].schemaEncoding must be absent or"],
  [{ op: "advertise", channels: [{ ...CHANNEL, topic: undefined }] }, "channels[0].topic must be a string"],
  [
    { op: "advertise", channels: [{ ...CHANNEL, encoding: "protobuf", schema: "?" }] },
    "schema must be bytes or base64",
  ],
  [{ op: "advertise", channels: [{ ...CHANNEL, schema: bytes("ff") }] }, 'schema must be UTF-8 for encoding "json"'],
  [{ op: "advertise", channels: [null] }, "channels[0] must be an object"],
  [
    { op: "advertiseServices", services: [{ ...SERVICE, request: { ...SCHEMA, schemaEncoding: "" } }] },
    "services[0].request.schemaEncoding must be not empty",
  ],
  [{ ...GRAPH, removedTopics: undefined }, "removedTopics must be an array"],
  [{ ...GRAPH, publishedTopics: undefined }, "publishedTopics must be an array"],
  [{ ...GRAPH, publishedTopics: [{ name: "/a" }] }, "publishedTopics[0].publisherIds must be an array"],
];

Deno.test("encodeServerMessage() throws a RangeError for numbers that are out of range", () => {
  for (const [message, text] of OUT_OF_RANGE) assertThrows(() => server(message), RangeError, text);
});

Deno.test("encodeServerMessage() throws a TypeError for fields of the wrong type", () => {
  for (const [message, text] of WRONG_KIND) assertThrows(() => server(message), TypeError, text);
});

Deno.test("encodeServerMessage() and encodeClientMessage() throw a TypeError for an unknown op", () => {
  assertThrows(() => server({ op: "subscribe" }), TypeError, 'Cannot write message: unknown op "subscribe"');
  assertThrows(() => client({ op: "status" }), TypeError, 'Cannot write message: unknown op "status"');
  assertThrows(() => client({}), TypeError, 'Cannot write message: unknown op "undefined"');
});

Deno.test("encodeClientMessage() rejects ids that are out of range", () => {
  const cannot = (message: object, text: string) => assertThrows(() => client(message), RangeError, text);
  cannot({ op: "messageData", channelId: 2 ** 32, payload: NONE }, "channelId must be an integer from 0 to 4294967295");
  cannot(
    { op: "subscribe", subscriptions: [{ id: -1, channelId: 1 }] },
    "subscriptions[0].id must be an integer from 0",
  );
  cannot(
    { op: "subscribe", subscriptions: [{ id: 1, channelId: -1 }] },
    "subscriptions[0].channelId must be an integer",
  );
  cannot(
    { op: "unsubscribe", subscriptionIds: [2 ** 32] },
    "subscriptionIds[0] must be an integer from 0 to 4294967295",
  );
  cannot({ op: "advertise", channels: [{ ...CHANNEL, id: 2 ** 32 }] }, "channels[0].id must be an integer from 0 to");
  cannot({ op: "unadvertise", channelIds: [2 ** 32] }, "channelIds[0] must be an integer from 0 to 4294967295");
  cannot({ op: "fetchAsset", uri: "", requestId: 2 ** 32 }, "requestId must be an integer from 0 to 4294967295");
  const call = { op: "serviceCallRequest", serviceId: 1, callId: 1, encoding: "", payload: NONE };
  cannot({ ...call, serviceId: -1 }, "serviceId must be an integer from 0 to 4294967295");
  const control = { op: "playbackControlRequest", command: "play", speed: 1, requestId: "" };
  cannot({ ...control, seekTime: 2n ** 64n }, "seekTime must be a bigint from 0 to 18446744073709551615");
});

Deno.test("encodeClientMessage() rejects fields of the wrong type", () => {
  const cannot = (message: object, text: string) => assertThrows(() => client(message), TypeError, text);
  const control = { op: "playbackControlRequest", command: "play", speed: 1, requestId: "" };
  cannot({ ...control, command: "stop" }, 'command must be one of "play", "pause"');
  cannot({ ...control, speed: Infinity }, "speed must be a finite number");
  cannot({ ...control, seekTime: null }, "seekTime must be a bigint from 0 to");
  cannot({ ...control, requestId: undefined }, "requestId must be a string");
  cannot({ op: "fetchAsset", uri: new URL("http://a"), requestId: 1 }, "uri must be a string");
  cannot({ op: "advertise", channels: [{ ...CHANNEL, schemaEncoding: "" }] }, "channels[0].schemaEncoding must be");
  cannot({ op: "getParameters" }, "parameterNames must be an array");
  cannot({ op: "setParameters", parameters: [{ value: 1 }] }, "parameters[0].name must be a string");
});

Deno.test("encodeServerMessage() writes a messageData into a new buffer of exactly its size", () => {
  const payload = bytes("00 aabb 00").subarray(1, 3);
  const frame = encodeServerMessage({ op: "messageData", subscriptionId: 7 as SubscriptionId, timestamp: 1n, payload });
  if (typeof frame === "string") throw new Error(frame);
  assertEquals(frame.buffer.byteLength, MESSAGE_DATA_HEADER_BYTES + 2);
  payload.fill(0);
  assertEquals(hex(frame), "01" + "07000000" + "0100000000000000" + "aabb");
});

Deno.test("writeMessageDataHeader() changes the header of a frame, not its payload", () => {
  const frame = bytes("01 07000000 0100000000000000 aabb");
  writeMessageDataHeader(new DataView(frame.buffer), 8 as SubscriptionId, 2n);
  assertEquals(hex(frame), "01" + "08000000" + "0200000000000000" + "aabb");
});

Deno.test("encodeServerMessage() does not change the message", () => {
  const channel = Object.freeze({ ...CHANNEL, id: 1 as ChannelId, metadata: Object.freeze({ a: "b" }) });
  const message = Object.freeze({ op: "advertise", channels: Object.freeze([channel]) } as const);
  encodeServerMessage(message);
  assertEquals(message.channels[0], { ...CHANNEL, id: 1 as ChannelId, metadata: { a: "b" } });
});
