// CodecReader and CodecWriter: the type checker rejects wrong tables, and ops from a peer are looked up safely.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { JsonFields } from "../../src/protocol/json_fields.ts";
import { CLIENT_OPCODES, SERVER_OPCODES } from "../../src/protocol/opcodes.ts";
import { readTime, type Time, writeTime } from "../../src/protocol/message_data.ts";
import { CodecReader, type ReadTable } from "../../src/protocol/codec_reader.ts";
import { CodecWriter, type WriteTable } from "../../src/protocol/codec_writer.ts";
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
const OPCODES = { time: 0x02 };
const ping = () => ({ op: "ping" as const });
const READ: ReadTable<Message, "time"> = {
  status: readStatus,
  removeStatus: readRemoveStatus,
  time: readTime,
  ping,
};
const WRITE: WriteTable<Message, "time"> = {
  status: writeStatus,
  removeStatus: writeRemoveStatus,
  time: writeTime,
  ping,
};
const READER = new CodecReader<Message, "time">("server", OPCODES, READ);
const WRITER = new CodecWriter<Message, "time">(OPCODES, WRITE);
const UNKNOWN_OPS = ["", "Status", "__proto__", "constructor", "toString", "hasOwnProperty"];

Deno.test("ReadTable accepts only the right functions, exactly one for each op", () => {
  const tables: ReadTable<Message, "time">[] = [
    // @ts-expect-error: `ping` is missing.
    { status: readStatus, removeStatus: readRemoveStatus, time: readTime },
    // @ts-expect-error: no message of the union has this op.
    { ...READ, pong: ping },
    // @ts-expect-error: the function of another message.
    { ...READ, status: readRemoveStatus },
    // @ts-expect-error: a text message as a binary message.
    { ...READ, time: readStatus },
    // @ts-expect-error: a binary message as a text message.
    { ...READ, status: readTime },
    // @ts-expect-error: another op.
    { ...READ, ping: () => ({ op: "pong" }) },
  ];
  assertEquals(tables.length, 6);
});

Deno.test("WriteTable accepts only the right functions, exactly one for each op", () => {
  const tables: WriteTable<Message, "time">[] = [
    // @ts-expect-error: `ping` is missing.
    { status: writeStatus, removeStatus: writeRemoveStatus, time: writeTime },
    // @ts-expect-error: no message of the union has this op.
    { ...WRITE, pong: ping },
    // @ts-expect-error: the function of another message.
    { ...WRITE, status: writeRemoveStatus },
    // @ts-expect-error: a text message as a binary message.
    { ...WRITE, time: () => ({ op: "time" }) },
  ];
  assertEquals(tables.length, 4);
});

Deno.test("CodecWriter.write() returns JSON text or a frame that begins with the opcode", () => {
  assertEquals(
    WRITER.write({ op: "status", level: StatusLevel.INFO, message: "" }),
    '{"op":"status","level":0,"message":""}',
  );
  assertEquals(WRITER.write({ op: "ping" }), '{"op":"ping"}');
  assertEquals(WRITER.write({ op: "time", timestamp: 1n }), Uint8Array.of(2, 1, 0, 0, 0, 0, 0, 0, 0));
});

Deno.test("CodecWriter.write() sends the text of a function unchanged", () => {
  const writer = new CodecWriter<{ op: "ping" }, never>({}, { ping: () => '{"op": "ping"}' });
  assertEquals(writer.write({ op: "ping" }), '{"op": "ping"}');
});

Deno.test("CodecWriter.write() throws a TypeError for an unknown op", () => {
  for (const op of UNKNOWN_OPS) {
    assertThrows(() => WRITER.write({ op } as Message), TypeError, `Cannot write message: unknown op "${op}"`);
  }
});

Deno.test("CodecReader.readText() rejects unknown ops and ops of binary messages", () => {
  assertEquals(READER.readText(new JsonFields("ping", {})), { op: "ping" });
  for (const op of [...UNKNOWN_OPS, "time"]) {
    const error = assertThrows(() => READER.readText(new JsonFields(op, {})), ProtocolError, `"${op}"`);
    assertEquals(error.code, "unknown-op");
  }
});

Deno.test("CodecReader.readFrame() rejects unknown opcodes", () => {
  assertEquals(READER.readFrame(Uint8Array.of(2, 1, 0, 0, 0, 0, 0, 0, 0)), { op: "time", timestamp: 1n });
  for (const opcode of [0, 1, 3, 255]) {
    const error = assertThrows(() => READER.readFrame(Uint8Array.of(opcode)), ProtocolError, `opcode ${opcode}`);
    assertEquals(error.code, "unknown-opcode");
  }
});

Deno.test("no two messages of one direction have the same opcode", () => {
  for (const opcodes of [SERVER_OPCODES, CLIENT_OPCODES]) {
    assertEquals(new Set(Object.values(opcodes)).size, Object.keys(opcodes).length);
  }
});
