// Schemas in foxglove.sdk.v1.1: the server sends each schema once, and channels refer to it.

import { assertEquals } from "@std/assert/equals";
import type { AdvertisedSchema } from "../../src/protocol/advertised_schemas.ts";
import type { SchemaId } from "../../src/protocol/ids.ts";
import { ClientLog, connectedClient, FULL_SERVER_INFO } from "../support/fake_server.ts";
import { channel } from "../support/conversation.ts";

const POSE: AdvertisedSchema = { id: 1 as SchemaId, name: "Pose", encoding: "jsonschema", data: "{}" };

function reference(id: number, schemaId?: number) {
  const plain = { id: channel(id), topic: `/${id}`, encoding: "json" };
  return schemaId === undefined ? plain : { ...plain, schemaId: schemaId as SchemaId };
}

Deno.test("I12 FoxgloveClient gives channels the schemas that they refer to, also those of earlier messages", async () => {
  const { client, peer } = await connectedClient();
  peer.says({ op: "advertise", schemas: [POSE], channels: [reference(1, 1), reference(2)] });
  peer.says({ op: "advertise", channels: [reference(3, 1)] });
  peer.says({ op: "unadvertise", channelIds: [channel(1), channel(3)] });
  peer.says({ op: "advertise", channels: [reference(4, 1)] });
  assertEquals(
    [...client.channels.values()].map(({ topic, schemaName, schemaEncoding, schema }) => {
      return [topic, schemaName, schemaEncoding, schema];
    }),
    [["/2", "", undefined, ""], ["/4", "Pose", "jsonschema", "{}"]],
  );
  client.close();
});

Deno.test("I14 FoxgloveClient reports a channel with an unknown schema, and keeps the others", async () => {
  const log = new ClientLog();
  const { client, peer } = await connectedClient({ listener: log.listener });
  log.take();
  peer.says({ op: "advertise", schemas: [POSE], channels: [reference(1, 9), reference(2, 1)] });
  assertEquals([...client.channels.keys()], [channel(2)]);
  assertEquals(log.take(), [
    ["advertise", ["/2"]],
    ["error", 'Cannot read "advertise": channel 1, "/1", refers to schema 9, which the server has not sent'],
  ]);
  client.close();
});

Deno.test("I13 FoxgloveClient forgets schemas at each serverInfo, and keeps the channels", async () => {
  const log = new ClientLog();
  const { client, peer } = await connectedClient({ listener: log.listener });
  peer.says({ op: "advertise", schemas: [POSE], channels: [reference(1, 1)] });
  peer.says(FULL_SERVER_INFO);
  log.take();
  peer.says({ op: "advertise", channels: [reference(2, 1)] });
  assertEquals([...client.channels.values()].map(({ schemaName }) => schemaName), ["Pose"]);
  assertEquals(log.take().map(([event]) => event), ["error"]);
  peer.says({ op: "advertise", schemas: [{ ...POSE, name: "Other" }], channels: [reference(3, 1)] });
  assertEquals([...client.channels.values()].map(({ schemaName }) => schemaName), ["Pose", "Other"]);
  client.close();
});

Deno.test("FoxgloveClient limits the schemas that it keeps, and warns", async () => {
  const log = new ClientLog();
  const { client, peer } = await connectedClient({ listener: log.listener, maxKeptBytes: 2000 });
  log.take();
  const large = { ...POSE, id: 2 as SchemaId, data: "x".repeat(3000) };
  peer.says({ op: "advertise", schemas: [POSE, large], channels: [reference(1, 1), reference(2, 2)] });
  assertEquals([...client.channels.keys()], [channel(1)]);
  assertEquals(log.take().map(([event]) => event).toSorted(), ["advertise", "error", "warning"]);
  client.close();
});

Deno.test("FoxgloveClient reports a schema that is not base64, and keeps its channel", async () => {
  const log = new ClientLog();
  const { client, peer } = await connectedClient({ listener: log.listener });
  log.take();
  peer.saysRaw(JSON.stringify({
    op: "advertise",
    schemas: [{ id: 1, name: "Pose", encoding: "protobuf", data: "not base64!" }],
    channels: [{ ...reference(1, 1), encoding: "protobuf" }],
  }));
  assertEquals(client.channels.get(channel(1))?.schema, "not base64!");
  assertEquals(log.take(), [
    ["advertise", ["/1"]],
    ["error", 'Cannot read the schema of channel 1, "/1": it is not base64'],
  ]);
  client.close();
});
