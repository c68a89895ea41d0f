// scanFile(): makes the index of a file without a usable summary from the heads of its records.

import { MAGIC_LENGTH } from "../records/magic.ts";
import { McapError } from "../records/mcap_error.ts";
import { Opcode, RECORD_HEAD_BYTES, recordName } from "../records/opcode.ts";
import { RecordReader } from "../records/record_reader.ts";
import type { Definitions } from "./definitions.ts";
import type { FileIndex } from "./file_index.ts";
import { IndexBuilder } from "./index_builder.ts";
import type { ReadLimits } from "./read_limits.ts";
import type { SeekableSource } from "./seekable_source.ts";
import { SourceWindow } from "./source_window.ts";

/** The start of a record that is read if its content is not needed. */
const PREFIX_BYTES = 4 * 1024;
/** The names of attachments and metadata are in their first bytes. */
const NAME_BYTES = 64 * 1024;

/**
 * Scans a file from its first record to the end of the data section, and skips the contents of chunks and attachments.
 * Adds the schemas and channels outside of chunks to `definitions`. A fault ends the scan: it is in the result, with
 * all before it.
 *
 * @throws {unknown} If the source fails.
 */
export async function scanFile(
  source: SeekableSource,
  definitions: Definitions,
  { maxRecordBytes }: ReadLimits,
  signal: AbortSignal | undefined,
): Promise<FileIndex> {
  const { size } = source;
  const window = new SourceWindow(source, signal);
  const builder = new IndexBuilder(definitions);
  const reader = new RecordReader(new Uint8Array());
  let offset = MAGIC_LENGTH;
  let minBytes = PREFIX_BYTES;
  try {
    for (;;) {
      const bytes = await window.at(offset, minBytes);
      minBytes = PREFIX_BYTES;
      reader.reset(bytes, offset);
      let result = reader.next();
      for (; result === "record"; result = reader.next()) {
        if (reader.opcode === Opcode.DATA_END || reader.opcode === Opcode.FOOTER) return builder.finish();
        builder.add(reader.opcode, reader.content, reader.recordOffset, reader.recordBytes);
      }
      offset = result === "end" ? offset + bytes.length : reader.recordOffset;
      if (offset === size) throw new McapError("a record or DataEnd", "the end", size);
      if (result === "end") continue;
      const { opcode, neededBytes } = reader;
      if (result === "open" || neededBytes === Infinity) throw reader.cutError();
      if (offset + neededBytes > size) {
        throw new McapError(`${neededBytes} bytes of ${recordName(opcode)}`, `the end after ${size - offset}`, offset);
      }
      const needed = prefixBytes(opcode, neededBytes);
      if (needed > maxRecordBytes) {
        const expected = `a record of at most ${maxRecordBytes} bytes, as the option maxRecordBytes allows`;
        throw new McapError(expected, `${needed}`, offset);
      }
      // The window has a prefix already, unless the record begins near its end.
      if (needed > bytes.length - reader.start) {
        minBytes = needed;
      } else {
        builder.add(opcode, reader.content, offset, neededBytes);
        offset += neededBytes;
      }
    }
  } catch (error) {
    if (error instanceof McapError) return builder.finish(error);
    throw error;
  }
}

/** Returns how many bytes of an incomplete record the index needs. */
function prefixBytes(opcode: number, recordBytes: number): number {
  switch (opcode) {
    case Opcode.CHUNK:
    case Opcode.MESSAGE:
    case Opcode.MESSAGE_INDEX:
      return Math.min(recordBytes, PREFIX_BYTES);
    case Opcode.ATTACHMENT:
    case Opcode.METADATA:
      return Math.min(recordBytes, NAME_BYTES);
    case Opcode.SCHEMA:
    case Opcode.CHANNEL:
    case Opcode.DATA_END:
      return recordBytes;
    default:
      return RECORD_HEAD_BYTES;
  }
}
