/**
 * MCAP files: recordings of messages with their topics and schemas, which Foxglove and other tools open.
 *
 * {@linkcode McapRecorder} records a server, {@linkcode record} any other server, and {@linkcode ringRecorder} keeps
 * the last minutes in memory. {@linkcode McapPlayer} plays files to apps. {@linkcode McapReader} reads any part of a
 * file, and {@linkcode readMcap} reads a stream. {@linkcode recover} repairs a file whose recorder was killed.
 * {@linkcode McapWriter} writes a file: to a path, a stream, or any object with `write()`. All work in Deno, Node 22.15
 * or newer, and Bun.
 *
 * @example Read a file
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { McapReader, McapWriter } from "@x/foxglove-ws/mcap";
 *
 * const parts: Uint8Array<ArrayBuffer>[] = [];
 * const writer = await McapWriter.open({ write: (bytes) => void parts.push(bytes) });
 * const channelId = writer.addChannel({ topic: "/battery", messageEncoding: "json" });
 * writer.write({ channelId, logTime: 1n, data: new TextEncoder().encode('{"percentage":0.8}') });
 * await writer.close();
 *
 * await using reader = await McapReader.open(new Blob(parts)); // or a path
 * for await (const { channel, logTime, data } of reader.messages({ topics: ["/battery"] })) {
 *   assertEquals([channel.topic, logTime], ["/battery", 1n]);
 *   assertEquals(JSON.parse(new TextDecoder().decode(data)), { percentage: 0.8 });
 * }
 * ```
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

export type { Decoder, EncodeContext, Encoder } from "../codecs/codec.ts";
export type { ByteSource } from "../protocol/bytes.ts";
export type { CompressionMethod } from "./compression/compress.ts";
export type { NamePattern } from "../name_patterns.ts";
export { McapPlayer } from "./play/mcap_player.ts";
export type { McapFault } from "./play/play_files.ts";
export type { McapPlayerOptions } from "./play/player_options.ts";
export { httpSource, type HttpSourceOptions } from "./reader/http_source.ts";
export type { McapMessage, McapReadOptions, McapSelection } from "./reader/mcap_message.ts";
export { McapReader, type McapReaderOptions } from "./reader/mcap_reader.ts";
export { type McapStreamOptions, McapStreamReader, readMcap } from "./reader/mcap_stream_reader.ts";
export type { ByteStream } from "./reader/piece_reader.ts";
export type { McapRecordOptions } from "./reader/read_attachments.ts";
export { messageDecoder, type MessageDecoderOptions } from "./reader/message_decoder.ts";
export type { McapReadLimits } from "./reader/read_limits.ts";
export type { McapInput, SeekableSource } from "./reader/seekable_source.ts";
export type { McapTimeRange } from "./reader/time_range.ts";
export { McapError } from "./records/mcap_error.ts";
export type {
  Attachment,
  AttachmentIndex,
  Channel,
  ChunkIndex,
  Header,
  Metadata,
  MetadataIndex,
  Schema,
  Statistics,
} from "./records/records.ts";
export { recover, type RecoverOptions } from "./recover/recover.ts";
export { Salvage, salvage, type SalvageOptions } from "./recover/salvage.ts";
export type { SalvagedPart } from "./recover/salvaged_part.ts";
export type { SalvageReport } from "./recover/salvage_tally.ts";
export { type ForwardOptions, forwardToSink } from "./record/client_source.ts";
export { type ClientRecording, record, type RecordOptions } from "./record/record.ts";
export { McapRecorder } from "./record/recorder.ts";
export type { LogTimeSource, McapFileOptions, McapRecorderOptions } from "./record/recorder_options.ts";
export type { McapRecorderStats, RecordedTopicStats } from "./record/recorder_stats.ts";
export { RecordingError, type RecordingLoss } from "./record/recording_error.ts";
export type { RingRecorderOptions } from "./record/ring_options.ts";
export { RingRecorder, ringRecorder, type RingRecorderStats } from "./record/ring_recorder.ts";
export type { DumpOptions } from "./record/write_ring.ts";
export type { AttachmentInit, ChannelInit, MessageInit, MetadataInit, SchemaInit, TextMap } from "./writer/inits.ts";
export type { McapChannel, McapChannelOptions, McapSendOptions } from "./writer/mcap_channel.ts";
export { mcapStream } from "./writer/mcap_stream.ts";
export type { McapTarget } from "./writer/open_sink.ts";
export type { McapSink } from "./writer/sink.ts";
export { McapWriter } from "./writer/writer.ts";
export type { McapWriterOptions } from "./writer/writer_options.ts";
export type { McapWriterStats } from "./writer/writer_stats.ts";
