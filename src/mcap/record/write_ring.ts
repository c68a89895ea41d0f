// writeRing(): writes the messages of a ring recorder as a whole file.

import { ByteBuilder } from "../records/byte_builder.ts";
import type { Message } from "../records/records.ts";
import { earlierOf } from "../records/times.ts";
import { ChunkBuilder } from "../writer/chunk_builder.ts";
import { type ChunkBytes, storedChunk } from "../writer/chunk_bytes.ts";
import type { ChannelDefinition, Definition } from "../writer/definitions.ts";
import { FileWriter } from "../writer/file_writer.ts";
import { type McapTarget, openSink } from "../writer/open_sink.ts";
import type { OpenSink } from "../writer/sink.ts";
import { sinkStream } from "../writer/sink_stream.ts";
import { SummaryBuilder } from "../writer/summary_builder.ts";
import { type McapWriterOptions, resolveWriterOptions } from "../writer/writer_options.ts";

/** The largest time. */
const MAX_TIME = 2n ** 64n - 1n;

/** Options of `RingRecorder.dump()` and `stream()`. */
export type DumpOptions = Pick<McapWriterOptions, "profile" | "library" | "overwrite">;

/** The content of a file. Nothing in it changes while the file is written. */
export interface RingContent {
  /** The chunks, the oldest first. */
  readonly chunks: readonly ChunkBytes[];
  /** The latched messages before the chunks, in the order in which they were received. */
  readonly latched: readonly Message[];
  readonly schemas: readonly Definition[];
  readonly channels: readonly ChannelDefinition[];
}

/**
 * Writes a file.
 *
 * @throws {TypeError | RangeError} If the target or an option is invalid.
 * @throws {Error} If the file cannot be created or written.
 */
export async function writeRing(content: RingContent, target: McapTarget, options: DumpOptions): Promise<void> {
  // The chunks are compressed already.
  const resolved = resolveWriterOptions({ ...options, compression: "none" });
  const { schemas, channels, latched } = content;
  const chunks = latched.length > 0 ? [latchedChunk(content), ...content.chunks] : content.chunks;
  const counts = countMessages(chunks);
  const summary = new SummaryBuilder({
    schemas,
    channels: channels.map(({ id, record }) => ({ id, record, messageCount: counts.get(id) ?? 0 })),
  });
  const sink = await openSink(target, resolved);
  try {
    const file = new FileWriter(sink, summary);
    await file.begin(resolved);
    const definitions = definitionsOf(content);
    if (definitions.length > 0) await file.append(definitions);
    // Copied, because the sink owns what it gets, and the next file has the same chunks.
    for (const chunk of chunks) await file.appendChunk({ ...chunk, bytes: chunk.bytes.slice() });
    await file.end();
    await sink.flush();
  } catch (error) {
    await abort(sink, error);
    throw error;
  }
  await sink.close();
}

/** Returns the file as a stream. It fails with the error if an option is invalid. */
export function ringStream(content: RingContent, options: DumpOptions): ReadableStream<Uint8Array<ArrayBuffer>> {
  return sinkStream((sink) => writeRing(content, sink, options));
}

/** Returns a chunk with the latched messages. Their `logTime` is that of the window's start, unless it is later. */
function latchedChunk({ latched, chunks, channels }: RingContent): ChunkBytes {
  const start = chunks.map(({ chunk }) => chunk.startTime).reduce(earlierOf, MAX_TIME);
  // The definitions are before all chunks.
  const builder = new ChunkBuilder({ use() {}, beginChunk() {} }, 0);
  const own = new Map<number, ChannelDefinition>();
  for (const message of latched) {
    const { channelId } = message;
    // The ring still counts the messages of the original.
    const channel = own.get(channelId) ??
      { ...channels[channelId - 1]!, indexEntries: new ByteBuilder(), messageCount: 0 };
    own.set(channelId, channel);
    const isEarlier = message.logTime < start && start < MAX_TIME;
    builder.add(channel, isEarlier ? { ...message, logTime: start } : message);
  }
  return storedChunk(builder.complete());
}

function definitionsOf({ schemas, channels }: RingContent): Uint8Array<ArrayBuffer> {
  const builder = new ByteBuilder();
  for (const { record } of [...schemas, ...channels]) builder.bytes(record);
  return builder.written();
}

/** Returns how many messages each channel has, by its id. */
function countMessages(chunks: readonly ChunkBytes[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { chunk } of chunks) {
    for (const [id, count] of chunk.messageCounts) counts.set(id, (counts.get(id) ?? 0) + count);
  }
  return counts;
}

/** Ends a file that has failed. The first error counts. */
async function abort(sink: OpenSink, error: unknown): Promise<void> {
  try {
    await sink.abort(error);
  } catch {
    // The caller gets the first error.
  }
}
