// McapWriter.channel() and messageDecoder(): values of a program in files.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { json, protobuf, timeNs } from "../../../mod.ts";
import { type McapMessage, McapReader, McapWriter, messageDecoder } from "../../../src/mcap/mod.ts";
import { LocationFix } from "../../../src/schemas/mod.ts";
import { readAll } from "../support/read_all.ts";

/** Writes a file, and returns its messages. */
async function messagesOf(write: (writer: McapWriter) => void): Promise<McapMessage[]> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const writer = await McapWriter.open({ write: (bytes) => void parts.push(bytes) });
  write(writer);
  await writer.close();
  return await readAll((await McapReader.open(new Blob(parts))).batches());
}

Deno.test("McapWriter.channel() writes values of protobuf, which messageDecoder() and any codec read", async () => {
  const [message] = await messagesOf((writer) => {
    const gps = writer.channel("/gps", LocationFix, { metadata: { frame: "map" } });
    assertEquals([gps.id, gps.topic], [1, "/gps"]);
    const isWritten = gps.send({ latitude: 1.5, longitude: 2 }, { logTime: 7n, publishTime: 6n, sequence: 5 });
    assertEquals(isWritten, true);
  });
  const { channel, schema, logTime, publishTime, sequence, data } = message!;
  assertEquals([channel.topic, channel.messageEncoding, channel.metadata.get("frame")], ["/gps", "protobuf", "map"]);
  assertEquals([schema?.name, schema?.encoding], ["foxglove.LocationFix", "protobuf"]);
  assertEquals([logTime, publishTime, sequence], [7n, 6n, 5]);
  assertEquals(LocationFix.decode(data).latitude, 1.5);
  const decode = messageDecoder();
  assertEquals((decode(message!) as { latitude: number }).latitude, 1.5);
  const codec = protobuf({ descriptor: schema!.data, type: schema!.name });
  assertEquals((codec.decode(data) as { longitude: number }).longitude, 2);
});

Deno.test("McapWriter.channel() writes JSON with the schema of the codec, and the current time by default", async () => {
  const before = timeNs();
  const [first, second] = await messagesOf((writer) => {
    const battery = writer.channel("/battery", json({ example: { volts: 12.6 } }));
    battery.send({ volts: 12.5 });
    assertEquals(writer.channel("/battery", json({ example: { volts: 12.6 } })).id, battery.id);
    battery.send({ volts: 12.4 });
  });
  assertEquals([first?.schema?.name, first?.schema?.encoding], ["battery", "jsonschema"]);
  assertEquals([first!.logTime >= before, first?.publishTime], [true, first?.logTime]);
  const decode = messageDecoder();
  assertEquals([decode(first!), decode(second!)], [{ volts: 12.5 }, { volts: 12.4 }]);
});

Deno.test("McapWriter.channel() writes text and values without a schema", async () => {
  const text = { encoding: "text", schemaName: "", schema: "", encode: (value: string) => value };
  const [message] = await messagesOf((writer) => writer.channel("/", text).send("a"));
  assertEquals([message?.schema, message?.channel.messageEncoding], [undefined, "text"]);
  assertEquals(new TextDecoder().decode(message?.data), "a");
  assertThrows(() => messageDecoder()(message!), TypeError, 'Cannot decode "/": the option "decoders" has no "text"');
  const decode = messageDecoder({
    decoders: { text: ({ topic }) => (data) => topic + new TextDecoder().decode(data) },
  });
  assertEquals(decode(message!), "/a");
});

Deno.test("McapWriter.channel() derives the encoding of a schema as the recorder does", async () => {
  const described = [["cdr"], ["ros1"], ["cdr", "ros2idl"], ["flatbuffer"], ["msgpack"]] as const;
  const messages = await messagesOf((writer) => {
    for (const [encoding, schemaEncoding] of described) {
      const encode = () => Uint8Array.of(1);
      writer.channel("/a", { encoding, schemaName: "A", schema: "bool a", schemaEncoding, encode }).send({});
    }
  });
  assertEquals(messages.map(({ schema }) => schema?.encoding), ["ros2msg", "ros1msg", "ros2idl", "flatbuffer", ""]);
});

Deno.test("McapChannel.send() rejects wrong values, and members that the schema does not have", async () => {
  const messages = await messagesOf((writer) => {
    const battery = writer.channel("/battery", json({ example: { volts: 12.6 } }));
    assertThrows(() => battery.send({ volts: 1n } as never), TypeError, 'Cannot write on "/battery": "volts"');
    const gps = writer.channel("/gps", LocationFix);
    assertThrows(() => gps.send({ latitud: 1 } as never), TypeError, '"latitud"');
    assertThrows(() => battery.send({ volts: 1 }, { logTime: 5 as never }), TypeError, "logTime");
  });
  assertEquals(messages, []);
});

Deno.test("messageDecoder() explains a schema that is missing or broken", async () => {
  const [missing, broken] = await messagesOf((writer) => {
    const data = new Uint8Array();
    const channelId = writer.addChannel({ topic: "/a", messageEncoding: "protobuf" });
    writer.write({ channelId, logTime: 1n, data });
    const schemaId = writer.addSchema({ name: "B", encoding: "protobuf", data: Uint8Array.of(1, 2, 3) });
    writer.write({
      channelId: writer.addChannel({ topic: "/b", messageEncoding: "protobuf", schemaId }),
      logTime: 2n,
      data,
    });
  });
  const decode = messageDecoder();
  assertThrows(() => decode(missing!), TypeError, 'Cannot decode "/a": the file does not have its schema');
  assertThrows(() => decode(broken!), TypeError, 'Cannot decode "/b": ');
});
