// recover(): writes what can be read of a broken file to a new one.

import type { ByteStream } from "../reader/piece_reader.ts";
import type { McapReadLimits } from "../reader/read_limits.ts";
import type { McapInput } from "../reader/seekable_source.ts";
import type { McapTarget } from "../writer/open_sink.ts";
import { McapWriter } from "../writer/writer.ts";
import type { McapWriterOptions } from "../writer/writer_options.ts";
import { FileCopy } from "./file_copy.ts";
import { type Salvage, salvage } from "./salvage.ts";
import { isSameFile } from "./same_file.ts";
import type { SalvageReport } from "./salvage_tally.ts";

/** Options of {@linkcode recover}. */
export interface RecoverOptions
  extends
    Pick<McapReadLimits, "maxRecordBytes">,
    Pick<McapWriterOptions, "compression" | "level" | "chunkBytes" | "overwrite"> {
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
 * another file, and is not created if nothing of an MCAP file is found in the source.
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
 * @throws {McapError} If the source has nothing of an MCAP file.
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
  let copy: FileCopy | undefined;
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

async function openCopy(parts: Salvage, target: McapTarget, options: RecoverOptions): Promise<FileCopy> {
  const { chunkBytes = CHUNK_BYTES, compression, level, overwrite } = options;
  const { profile, library } = parts.header ?? {};
  return new FileCopy(
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
