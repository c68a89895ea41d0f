// recover(): writes what can be read of a broken file to a new one.

import type { McapMessage } from "../reader/mcap_message.ts";
import type { ByteStream } from "../reader/piece_reader.ts";
import type { McapReadLimits } from "../reader/read_limits.ts";
import type { McapInput } from "../reader/seekable_source.ts";
import type { Channel, Schema } from "../records/records.ts";
import type { McapTarget } from "../writer/open_sink.ts";
import { McapWriter } from "../writer/writer.ts";
import type { McapWriterOptions } from "../writer/writer_options.ts";
import { type Salvage, salvage } from "./salvage.ts";
import { isSameFile } from "./same_file.ts";
import type { SalvagedPart } from "./salvaged_part.ts";
import type { SalvageReport } from "./salvage_tally.ts";

/** Options of {@linkcode recover}. */
export interface RecoverOptions
  extends McapReadLimits, Pick<McapWriterOptions, "compression" | "level" | "chunkBytes" | "overwrite"> {
  /**
   * The size of a chunk in bytes, before compression.
   *
   * @default {1_048_576} 1 MiB
   */
  readonly chunkBytes?: number;
  /** Called after each part of the file with what was found so far. */
  readonly onProgress?: (report: SalvageReport) => void;
  /** Stops with its reason. The new file then ends properly after what was found before. */
  readonly signal?: AbortSignal;
}

const CHUNK_BYTES = 1024 * 1024;

/**
 * Writes everything that can be read of a broken file to a new file with all indexes, for example after the recorder
 * was killed. See {@linkcode salvage} for what can be read. The profile and the library of the file are kept; schemas
 * and channels may get other ids. Returns what was found and lost.
 *
 * `source`: the same as for `McapReader.open()`, or a stream. `target`: the same as for `McapWriter.open()`. It must be
 * another file, and is not created if the source is not an MCAP file.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { McapReader, McapWriter, recover } from "@x/foxglove-ws/mcap";
 *
 * const broken: Uint8Array<ArrayBuffer>[] = [];
 * const writer = await McapWriter.open({ write: (bytes) => void broken.push(bytes) });
 * const channelId = writer.addChannel({ topic: "/odom", messageEncoding: "json" });
 * writer.write({ channelId, logTime: 1n, data: new Uint8Array(100) });
 * await writer.flush(); // and now the program is killed
 *
 * const whole: Uint8Array<ArrayBuffer>[] = [];
 * const { messages, isLossy } = await recover(broken, { write: (bytes) => void whole.push(bytes) });
 * assertEquals([messages, isLossy], [1, false]);
 * const reader = await McapReader.open(new Blob(whole));
 * assertEquals(reader.statistics?.messageCount, 1);
 * ```
 *
 * @throws {McapError} If the source does not begin as an MCAP file.
 * @throws {TypeError | RangeError} If an argument is invalid.
 */
export async function recover(
  source: McapInput | ByteStream,
  target: McapTarget,
  options: RecoverOptions = {},
): Promise<SalvageReport> {
  const { signal, onProgress } = options;
  if (await isSameFile(source, target)) throw new TypeError(`Cannot recover "${source}": the target is the same file`);
  const parts = salvage(source, options);
  let copy: Copy | undefined;
  try {
    for await (const part of parts) {
      copy ??= await openCopy(parts, target, options);
      await copy.add(part);
      onProgress?.(parts.report);
      signal?.throwIfAborted();
    }
    copy ??= await openCopy(parts, target, options);
    for (const channel of parts.channels.values()) copy.addChannel(channel, parts.schemas.get(channel.schemaId));
  } catch (error) {
    // The error is more useful than that of a writer whose sink has failed, too.
    await copy?.close().catch(() => {});
    throw error;
  }
  await copy.close();
  return parts.report;
}

async function openCopy(parts: Salvage, target: McapTarget, options: RecoverOptions): Promise<Copy> {
  const { chunkBytes = CHUNK_BYTES, compression, level, overwrite } = options;
  const { profile, library } = parts.header ?? {};
  return new Copy(
    await McapWriter.open(target, {
      chunkBytes,
      synchronous: true,
      ...(profile !== undefined && { profile }),
      ...(library !== undefined && { library }),
      ...(compression !== undefined && { compression }),
      ...(level !== undefined && { level }),
      ...(overwrite !== undefined && { overwrite }),
    }),
  );
}

/** A file to which parts of another are written. */
class Copy {
  readonly #writer: McapWriter;
  readonly #schemaIds = new Map<Schema, number>();
  readonly #channelIds = new Map<Channel, { readonly schema: Schema | undefined; readonly id: number }>();

  constructor(writer: McapWriter) {
    this.#writer = writer;
  }

  /** Writes a part. Waits while the target is slow, so that nothing is dropped. */
  async add(part: SalvagedPart): Promise<void> {
    switch (part.type) {
      case "messages":
        for (const message of part.messages) {
          if (this.#writer.isFull) await this.#writer.ready;
          this.#write(message);
        }
        return;
      case "attachment":
        this.#writer.addAttachment(part.attachment);
        break;
      case "metadata":
        this.#writer.addMetadata(part.metadata);
        break;
    }
    await this.#writer.ready;
  }

  /** Returns the id of a channel in the new file. */
  addChannel(channel: Channel, schema: Schema | undefined): number {
    const known = this.#channelIds.get(channel);
    if (known && known.schema === schema) return known.id;
    const { topic, messageEncoding, metadata } = channel;
    const schemaId = schema ? this.#schemaId(schema) : 0;
    const id = this.#writer.addChannel({ topic, messageEncoding, metadata, schemaId });
    this.#channelIds.set(channel, { schema, id });
    return id;
  }

  async close(): Promise<void> {
    await this.#writer.close();
  }

  #write({ channel, schema, sequence, logTime, publishTime, data }: McapMessage): void {
    const channelId = this.addChannel(channel, schema);
    this.#writer.write({ channelId, sequence, logTime, publishTime, data });
  }

  #schemaId(schema: Schema): number {
    const known = this.#schemaIds.get(schema);
    if (known !== undefined) return known;
    const { name, encoding, data } = schema;
    const id = this.#writer.addSchema({ name, encoding, data });
    this.#schemaIds.set(schema, id);
    return id;
  }
}
