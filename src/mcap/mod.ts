/**
 * MCAP files: recordings of messages with their topics and schemas, which Foxglove and other tools open.
 *
 * {@linkcode McapWriter} writes a file: to a path, a stream, or any object with `write()`. It works in Deno, Node 22.15
 * or newer, and Bun.
 *
 * @example Write a file
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { McapWriter } from "@x/foxglove-ws/mcap";
 *
 * const path = await Deno.makeTempFile({ suffix: ".mcap" });
 * await using writer = await McapWriter.open(path, { overwrite: true });
 * const schemaId = writer.addSchema({ name: "Battery", encoding: "jsonschema", data: '{ "type": "object" }' });
 * const channelId = writer.addChannel({ topic: "/battery", messageEncoding: "json", schemaId });
 * const data = new TextEncoder().encode(JSON.stringify({ percentage: 0.8 }));
 * writer.write({ channelId, logTime: BigInt(Date.now()) * 1_000_000n, data });
 * await writer.close();
 * assertEquals(writer.stats.messages, 1);
 * ```
 *
 * @module
 */

export type { ByteSource } from "../protocol/bytes.ts";
export type { CompressionMethod } from "./compression/compress.ts";
export type { AttachmentInit, ChannelInit, MessageInit, MetadataInit, SchemaInit, TextMap } from "./writer/inits.ts";
export { mcapStream } from "./writer/mcap_stream.ts";
export type { McapTarget } from "./writer/open_sink.ts";
export type { McapSink } from "./writer/sink.ts";
export { McapWriter } from "./writer/writer.ts";
export type { McapWriterOptions } from "./writer/writer_options.ts";
export type { McapWriterStats } from "./writer/writer_stats.ts";
