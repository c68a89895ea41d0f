import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { ConnectionClosedError } from "../../src/client/errors.ts";
import type { ByteSource } from "../../src/protocol/bytes.ts";
import { byteSources, notBytes, SAME_BYTES } from "../support/byte_sources.ts";
import { bytes, clientChannel } from "../support/conversation.ts";
import { connectedClient, FULL_SERVER_INFO } from "../support/fake_server.ts";

const CMD = { topic: "/cmd", encoding: "json" };

Deno.test("FoxgloveClient.advertise() and publish() send channels and payloads, text as UTF-8", async () => {
  const { client, peer } = await connectedClient();
  const id = client.advertise({ ...CMD, schemaName: "Cmd", schema: "{}", schemaEncoding: "jsonschema" });
  const other = client.advertise({ topic: "/other", encoding: "json" });
  assertEquals([id, other], [clientChannel(1), clientChannel(2)]);
  peer.hears(
    {
      op: "advertise",
      channels: [{ ...CMD, id, schemaName: "Cmd", schema: "{}", schemaEncoding: "jsonschema" }],
    },
    { op: "advertise", channels: [{ id: other, topic: "/other", encoding: "json", schemaName: "" }] },
  );
  assertEquals([client.publish(id, "é"), client.publish(id, bytes("b")), client.publish(id, "")], [true, true, true]);
  peer.hears(
    { op: "messageData", channelId: id, payload: bytes("é") },
    { op: "messageData", channelId: id, payload: bytes("b") },
    { op: "messageData", channelId: id, payload: bytes("") },
  );
  assertEquals([client.unadvertise(id), client.unadvertise(id)], [true, false]);
  peer.hears({ op: "unadvertise", channelIds: [id] });
  peer.hearsNothing();
  assertThrows(() => client.publish(id, "x"), RangeError, "Cannot publish on client channel 1: it is not advertised");
});

Deno.test("FoxgloveClient.advertise() throws for wrong members, also while disconnected", async () => {
  const { client, peer } = await connectedClient();
  const throws = () => assertThrows(() => client.advertise({ ...CMD, topic: 5 as never }), TypeError, "topic");
  throws();
  peer.hearsNothing();
  peer.leaves();
  throws();
});

Deno.test("FoxgloveClient.advertise() accepts any encoding if the server has no list of them", async () => {
  const { supportedEncodings: _none, ...lenient } = FULL_SERVER_INFO;
  const { client, peer, log } = await connectedClient({}, lenient);
  client.advertise({ ...CMD, encoding: "whatever" });
  assertEquals([peer.takes().op, log.take()], ["advertise", []]);
});

Deno.test("FoxgloveClient.publish() drops messages while more than maxBufferedBytes are queued", async () => {
  const { client, peer } = await connectedClient({ maxBufferedBytes: 100 });
  const id = client.advertise(CMD);
  peer.takes();
  peer.bufferedAmount = 101;
  assertEquals([client.bufferedAmount, client.publish(id, "x")], [101, false]);
  peer.bufferedAmount = 100;
  assertEquals(client.publish(id, "y"), true);
  peer.hears({ op: "messageData", channelId: id, payload: bytes("y") });
  peer.hearsNothing();
});

Deno.test("FoxgloveClient.publish() drops messages while disconnected", async () => {
  const { client, peer, server } = await connectedClient();
  const id = client.advertise(CMD);
  peer.leaves();
  assertEquals([client.publish(id, "x"), client.bufferedAmount], [false, 0]);
  server.clock.advance(10_000);
  const again = await server.next();
  again.accepts();
  assertEquals(client.publish(id, "before serverInfo"), false);
  again.says(FULL_SERVER_INFO);
  again.hears({ op: "advertise", channels: [{ ...CMD, id, schemaName: "" }] });
  again.hearsNothing();
  assertEquals(client.publish(id, "z"), true);
  void client.close();
  assertEquals(client.publish(id, "closed"), false);
  assertThrows(() => client.advertise(CMD), ConnectionClosedError, 'Cannot advertise "/cmd": the client is closed');
});

Deno.test("FoxgloveClient warns if the server does not support a client channel after a reconnect", async () => {
  const { client, peer, server, log } = await connectedClient();
  const id = client.advertise(CMD);
  peer.leaves();
  server.clock.advance(10_000);
  const again = await server.next();
  again.accepts();
  log.take();
  again.says({ ...FULL_SERVER_INFO, supportedEncodings: ["cdr"] });
  assertEquals(log.take(), [
    ["state", "open"],
    ["warning", 'Cannot advertise "/cmd": the server does not support encoding "json"'],
  ]);
  assertEquals([client.publish(id, "x"), client.unadvertise(id)], [false, true]);
  again.hearsNothing();
});

Deno.test("FoxgloveClient.publish() sends bytes in any form", async () => {
  const { client, peer } = await connectedClient();
  const id = client.advertise(CMD);
  peer.takes();
  for (const [form, source] of Object.entries(byteSources())) {
    assertEquals(client.publish(id, source), true);
    assertEquals(peer.takes(), { op: "messageData", channelId: id, payload: SAME_BYTES }, form);
  }
});

Deno.test("FoxgloveClient.publish() throws for a payload that is neither text nor bytes, also while disconnected", async () => {
  const { client, peer } = await connectedClient();
  const id = client.advertise(CMD);
  peer.takes();
  const refuses = () => {
    for (const [value, name] of notBytes()) {
      const text =
        `Cannot publish on "/cmd": its payload must be text or bytes (a buffer or a view of one), not ${name}`;
      assertThrows(() => client.publish(id, value as ByteSource), TypeError, text);
    }
  };
  refuses();
  peer.hearsNothing();
  peer.leaves();
  refuses();
});

Deno.test("FoxgloveClient.advertise() accepts schema bytes in any form, and sends the same bytes after a reconnect", async () => {
  const sources = Object.entries(byteSources());
  const { client, peer, server } = await connectedClient({}, { ...FULL_SERVER_INFO, supportedEncodings: ["protobuf"] });
  const channels = sources.map(([topic, schema]) => {
    const id = client.advertise({ topic, encoding: "protobuf", schema });
    // The caller may reuse its memory.
    new Uint8Array(ArrayBuffer.isView(schema) ? schema.buffer : schema).fill(0);
    return { id, topic, encoding: "protobuf", schemaName: "", schema: SAME_BYTES };
  });
  for (const channel of channels) peer.hears({ op: "advertise", channels: [channel] });
  peer.leaves();
  server.clock.advance(10_000);
  const again = await server.next();
  again.accepts();
  again.says({ ...FULL_SERVER_INFO, supportedEncodings: ["protobuf"] });
  again.hears({ op: "advertise", channels });
});

Deno.test("FoxgloveClient.advertise() throws for a schema that is neither text nor bytes", async () => {
  const { client, peer } = await connectedClient();
  for (const [value, name] of notBytes()) {
    const text = `Cannot advertise "/cmd": its schema must be text or bytes (a buffer or a view of one), not ${name}`;
    assertThrows(() => client.advertise({ ...CMD, schema: value as ByteSource }), TypeError, text);
  }
  peer.hearsNothing();
});
