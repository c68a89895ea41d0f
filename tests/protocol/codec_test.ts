// The codec: the type checker rejects wrong tables, and ops from a peer are looked up safely.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { readTime, type Time, writeTime } from "../../src/protocol/message_data.ts";
import { binary, Codec, type CodecTable, text, textWithoutFields } from "../../src/protocol/codec.ts";
import { JsonFields } from "../../src/protocol/json_fields.ts";
import { ProtocolError } from "../../src/protocol/protocol_error.ts";
import {
  readRemoveStatus,
  readStatus,
  type RemoveStatus,
  type Status,
  StatusLevel,
  writeRemoveStatus,
  writeStatus,
} from "../../src/protocol/status.ts";

type Message = Status | RemoveStatus | Time | { op: "ping" };

const TABLE: CodecTable<Message> = {
  status: text(readStatus, writeStatus),
  removeStatus: text(readRemoveStatus, writeRemoveStatus),
  time: binary(0x02, readTime, writeTime),
  ping: textWithoutFields("ping"),
};
const CODEC = new Codec<Message>("server", TABLE);
const UNKNOWN_OPS = ["", "Status", "__proto__", "constructor", "toString", "hasOwnProperty"];

Deno.test("CodecTable accepts only the right functions, exactly one entry for each op", () => {
  const tables: CodecTable<Message>[] = [
    // @ts-expect-error: `ping` is missing.
    { status: TABLE.status, removeStatus: TABLE.removeStatus, time: TABLE.time },
    // @ts-expect-error: no message of the union has this op.
    { ...TABLE, pong: textWithoutFields("pong") },
    // @ts-expect-error: the reader of another message.
    { ...TABLE, status: text(readRemoveStatus, writeStatus) },
    // @ts-expect-error: the writer of another message.
    { ...TABLE, status: text(readStatus, writeRemoveStatus) },
    // @ts-expect-error: the entry of another message.
    { ...TABLE, status: text(readRemoveStatus, writeRemoveStatus) },
    // @ts-expect-error: a text message as a binary message.
    { ...TABLE, status: binary(0x01, readStatus, writeStatus) },
    // @ts-expect-error: a binary message as a text message.
    { ...TABLE, time: text(readTime, writeTime) },
    // @ts-expect-error: another op.
    { ...TABLE, ping: textWithoutFields("pong") },
  ];
  assertEquals(tables.length, 8);
});

Deno.test("Codec.write() returns JSON text or a frame that begins with the opcode", () => {
  assertEquals(
    CODEC.write({ op: "status", level: StatusLevel.INFO, message: "" }),
    '{"op":"status","level":0,"message":""}',
  );
  assertEquals(CODEC.write({ op: "ping" }), '{"op":"ping"}');
  assertEquals(CODEC.write({ op: "time", timestamp: 1n }), Uint8Array.of(2, 1, 0, 0, 0, 0, 0, 0, 0));
});

Deno.test("Codec.write() sends the text of a writer unchanged", () => {
  const codec = new Codec<{ op: "ping" }>("client", { ping: text(() => ({ op: "ping" }), () => '{"op": "ping"}') });
  assertEquals(codec.write({ op: "ping" }), '{"op": "ping"}');
});

Deno.test("Codec.write() throws a TypeError for an unknown op", () => {
  for (const op of UNKNOWN_OPS) {
    assertThrows(() => CODEC.write({ op } as Message), TypeError, `Cannot write message: unknown op "${op}"`);
  }
});

Deno.test("Codec.readText() rejects unknown ops and ops of binary messages", () => {
  assertEquals(CODEC.readText(new JsonFields("ping", {})), { op: "ping" });
  for (const op of [...UNKNOWN_OPS, "time"]) {
    const error = assertThrows(() => CODEC.readText(new JsonFields(op, {})), ProtocolError, `"${op}"`);
    assertEquals(error.code, "unknown-op");
  }
});

Deno.test("Codec.readFrame() rejects unknown opcodes", () => {
  assertEquals(CODEC.readFrame(Uint8Array.of(2, 1, 0, 0, 0, 0, 0, 0, 0)), { op: "time", timestamp: 1n });
  for (const opcode of [0, 1, 3, 255]) {
    const error = assertThrows(() => CODEC.readFrame(Uint8Array.of(opcode)), ProtocolError, `opcode ${opcode}`);
    assertEquals(error.code, "unknown-opcode");
  }
});

Deno.test("new Codec() throws a TypeError if two messages have the same opcode", () => {
  const read = () => ({ op: "time" as const, timestamp: 0n });
  const write = () => new Uint8Array();
  type Two = { op: "time"; timestamp: bigint } | { op: "other" };
  assertThrows(
    () => new Codec<Two>("server", { time: binary(2, read, write), other: binary(2, () => ({ op: "other" }), write) }),
    TypeError,
    'Cannot build the codec: "time" and "other" have the same opcode 2',
  );
});
