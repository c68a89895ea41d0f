// SchemaTable: channels that refer to schemas by id.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import type { AdvertisedSchema, ChannelReference } from "../../src/protocol/advertised_schemas.ts";
import type { Channel } from "../../src/protocol/channels.ts";
import { decodeServerMessage } from "../../src/protocol/decode.ts";
import type { ChannelId, SchemaId } from "../../src/protocol/ids.ts";
import { ProtocolError } from "../../src/protocol/protocol_error.ts";
import { isChannelReference, SchemaTable } from "../../src/protocol/schema_table.ts";

const POSE: AdvertisedSchema = { id: 1 as SchemaId, name: "Pose", encoding: "jsonschema", data: "{}" };
const SCAN: AdvertisedSchema = { id: 2 as SchemaId, name: "Scan", encoding: "protobuf", data: new Uint8Array([1, 2]) };

function reference(schemaId?: number, encoding = "json"): ChannelReference {
  const channel: ChannelReference = { id: 7 as ChannelId, topic: "/t", encoding };
  return schemaId === undefined ? channel : { ...channel, schemaId: schemaId as SchemaId };
}

Deno.test("SchemaTable.resolve() adds the schema with its name and encoding", () => {
  const table = new SchemaTable();
  table.add([POSE, SCAN]);
  assertEquals(table.resolve({ ...reference(2, "protobuf"), metadata: { a: "b" } }), {
    id: 7 as ChannelId,
    topic: "/t",
    encoding: "protobuf",
    metadata: { a: "b" },
    schemaName: "Scan",
    schema: new Uint8Array([1, 2]),
    schemaEncoding: "protobuf",
  });
});

Deno.test("SchemaTable.resolve() returns a channel that has its schema unchanged", () => {
  const channel: Channel = { id: 7 as ChannelId, topic: "/t", encoding: "json", schemaName: "", schema: "" };
  assertEquals(new SchemaTable().resolve(channel), channel);
});

Deno.test("SchemaTable.resolve() accepts a channel without a schema, if its encoding allows that", () => {
  assertEquals(new SchemaTable().resolve(reference()), {
    id: 7 as ChannelId,
    topic: "/t",
    encoding: "json",
    schemaName: "",
    schema: "",
  });
  for (const encoding of ["protobuf", "flatbuffer"]) {
    const text = `channel 7, "/t", has no schema, which its encoding "${encoding}" requires`;
    assertThrows(() => new SchemaTable().resolve(reference(undefined, encoding)), ProtocolError, text);
  }
});

Deno.test("SchemaTable.resolve() rejects an id that was not sent, or not since the last serverInfo", () => {
  const table = new SchemaTable();
  const text = 'Cannot read "advertise": channel 7, "/t", refers to schema 1, which the server has not sent';
  assertThrows(() => table.resolve(reference(1)), ProtocolError, text);
  table.add([POSE]);
  assertEquals(table.resolve(reference(1)).schemaName, "Pose");
  table.clear();
  assertThrows(() => table.resolve(reference(1)), ProtocolError, text);
});

Deno.test("SchemaTable.add() replaces a schema with the same id", () => {
  const table = new SchemaTable();
  table.add([POSE]);
  table.add([{ ...POSE, name: "Pose2" }]);
  assertEquals(table.resolve(reference(1)).schemaName, "Pose2");
});

Deno.test("SchemaTable.resolve() keeps the name of a schema without data, and derives no encoding from an empty one", () => {
  const table = new SchemaTable();
  table.add([{ ...POSE, data: "" }, { id: 3 as SchemaId, name: "Odd", encoding: "", data: "" }]);
  const { schemaName, schemaEncoding, schema } = table.resolve(reference(1));
  assertEquals([schemaName, schemaEncoding, schema], ["Pose", "jsonschema", ""]);
  assertEquals("schemaEncoding" in table.resolve(reference(3)), false);
});

Deno.test("decodeServerMessage() tells references from whole channels by their members", () => {
  const decode = (channel: string) => {
    const message = decodeServerMessage(`{"op":"advertise","channels":[${channel}]}`);
    return message.op === "advertise" && message.channels.map(isChannelReference);
  };
  assertEquals(decode('{"id":1,"topic":"/t","encoding":"json","schemaName":"","schema":""}'), [false]);
  assertEquals(decode('{"id":1,"topic":"/t","encoding":"json","schemaId":3}'), [true]);
  assertEquals(decode('{"id":1,"topic":"/t","encoding":"json"}'), [true]);
  assertThrows(() => decode('{"id":1,"topic":"/t","encoding":"json","schema":""}'), ProtocolError, "schemaName");
});

Deno.test("decodeServerMessage() reports an invalid schema, and keeps the others", () => {
  const errors: string[] = [];
  const message = decodeServerMessage(
    '{"op":"advertise","schemas":[{"id":-1,"name":"Bad","encoding":"x","data":""},' +
      '{"id":1,"name":"Good","encoding":"jsonschema","data":"{}"}],"channels":[]}',
    { onError: ({ message }) => void errors.push(message) },
  );
  assertEquals(message.op === "advertise" && message.schemas?.map(({ name }) => name), ["Good"]);
  assertEquals(errors, [
    'Cannot read "advertise": schemas[0].id must be an integer from 0 to 9007199254740991, in "Bad"',
  ]);
});
