// ServerSchemas and SentSchemas: each schema is sent once to each client.

import { assertEquals } from "@std/assert/equals";
import type { Channel } from "../../src/protocol/channels.ts";
import type { ChannelId, SchemaId } from "../../src/protocol/ids.ts";
import { SentSchemas } from "../../src/session/sent_schemas.ts";
import { ServerSchemas } from "../../src/session/server_schemas.ts";

function channel(id: number, schema: string | Uint8Array = "{}", members: Partial<Channel> = {}): Channel {
  return { id: id as ChannelId, topic: `/${id}`, encoding: "json", schemaName: "S", schema, ...members };
}

function added(...channels: Channel[]): ServerSchemas {
  const schemas = new ServerSchemas();
  for (const each of channels) schemas.add(each);
  return schemas;
}

function ids(schemas: ServerSchemas, ...channelIds: number[]): (number | undefined)[] {
  return channelIds.map((id) => schemas.of(id as ChannelId)?.id);
}

Deno.test("ServerSchemas.of() returns one schema for channels with equal name, encoding and data", () => {
  const schemas = added(
    channel(1),
    channel(2),
    channel(3, '{"a":1}'),
    channel(4, "{}", { schemaName: "T" }),
    channel(5, "{}", { schemaEncoding: "x" }),
    channel(6, new Uint8Array([1]), { encoding: "protobuf" }),
    channel(7, new Uint8Array([1]), { encoding: "protobuf", schemaEncoding: "protobuf" }),
  );
  assertEquals(ids(schemas, 1, 2, 3, 4, 5, 6, 7), [1, 1, 2, 3, 4, 5, 5]);
});

Deno.test("ServerSchemas.of() has a schema for a channel with only a name, and none for a channel without one", () => {
  const schemas = added(channel(1, ""), channel(2, "", { schemaName: "" }));
  assertEquals(schemas.of(1 as ChannelId), { id: 1 as SchemaId, name: "S", encoding: "jsonschema", data: "" });
  assertEquals(schemas.of(2 as ChannelId), undefined);
});

Deno.test("ServerSchemas.reference() contains the id of the schema and the metadata, if there are any", () => {
  const [plain, rich] = [channel(1, "", { schemaName: "" }), channel(2, "{}", { metadata: { a: "b" } })];
  const schemas = added(plain, rich);
  assertEquals(schemas.reference(plain), { id: 1 as ChannelId, topic: "/1", encoding: "json" });
  assertEquals(schemas.reference(rich), {
    id: 2 as ChannelId,
    topic: "/2",
    encoding: "json",
    schemaId: 1 as SchemaId,
    metadata: { a: "b" },
  });
});

Deno.test("ServerSchemas.add() gives a schema its old id when its channel comes back", () => {
  const schemas = added(channel(1));
  assertEquals(schemas.remove(1 as ChannelId), undefined);
  schemas.add(channel(2));
  assertEquals(ids(schemas, 1, 2), [undefined, 1]);
});

Deno.test("ServerSchemas.remove() forgets the longest unused of more than 100 schemas, and never reuses its id", () => {
  const schemas = new ServerSchemas();
  const forgotten: (SchemaId | undefined)[] = [];
  for (let id = 1; id <= 102; id++) {
    schemas.add(channel(id, `${id}`));
    forgotten.push(schemas.remove(id as ChannelId));
  }
  assertEquals(forgotten.slice(99), [undefined, 1 as SchemaId, 2 as SchemaId]);
  schemas.add(channel(200, "1"));
  schemas.add(channel(201, "3"));
  assertEquals(ids(schemas, 200, 201), [103, 3]);
});

Deno.test("SentSchemas.advertise() contains each schema once, until the next serverInfo", () => {
  const channels = [channel(1), channel(2), channel(3, "", { schemaName: "" })];
  const sent = new SentSchemas(added(...channels));
  const first = sent.advertise(channels);
  assertEquals(first.schemas, [{ id: 1 as SchemaId, name: "S", encoding: "jsonschema", data: "{}" }]);
  assertEquals(first.channels.map(({ id }) => id), [1, 2, 3] as ChannelId[]);
  assertEquals("schemas" in sent.advertise(channels), false);
  assertEquals(sent.missing(channels), []);
  sent.clear();
  assertEquals(sent.advertise(channels.slice(1)).schemas?.length, 1);
});

Deno.test("SentSchemas.delete() has a schema sent again", () => {
  const channels = [channel(1)];
  const sent = new SentSchemas(added(...channels));
  sent.add(sent.missing(channels));
  assertEquals(sent.missing(channels), []);
  sent.delete(1 as SchemaId);
  assertEquals(sent.missing(channels).length, 1);
});
