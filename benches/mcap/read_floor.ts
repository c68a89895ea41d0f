// readFloor(): reads the messages of a file with the least work that a reader in JavaScript can do.

import { crc32, zstdDecompressSync } from "node:zlib";

/** The opcodes of the format. */
const MESSAGE = 5;
const CHUNK = 6;
const DATA_END = 15;
const MAGIC_BYTES = 8;
/** The opcode and the length. */
const HEAD_BYTES = 9;
/** The fields of a message before its data. */
const MESSAGE_BYTES = 22;

/**
 * Reads the chunks synchronously, decompresses them, computes their checksums, and creates an object with six members
 * for each message. Checks nothing else, and has no definitions, no filter and no order. The file must be one of
 * `McapWriter` with chunks.
 */
export function readFloor(path: string, take: (message: { readonly data: Uint8Array }) => void): void {
  using file = Deno.openSync(path);
  file.seekSync(MAGIC_BYTES, Deno.SeekMode.Start);
  for (;;) {
    const head = viewOf(read(file, HEAD_BYTES));
    const content = read(file, Number(head.getBigUint64(1, true)));
    const opcode = head.getUint8(0);
    if (opcode === DATA_END) return;
    if (opcode === CHUNK) takeMessages(recordsOf(content), take);
  }
}

/** Returns the records of a chunk. */
function recordsOf(content: Uint8Array): Uint8Array {
  const view = viewOf(content);
  const isCompressed = view.getUint32(28, true) > 0;
  const stored = content.subarray(40 + view.getUint32(28, true));
  const records = isCompressed ? zstdDecompressSync(stored) : stored;
  if (crc32(records) !== view.getUint32(24, true)) throw new Error("the checksum is wrong");
  return records;
}

function takeMessages(records: Uint8Array, take: (message: { readonly data: Uint8Array }) => void): void {
  const view = viewOf(records);
  for (let start = 0; start < records.length;) {
    const length = Number(view.getBigUint64(start + 1, true));
    const content = start + HEAD_BYTES;
    if (view.getUint8(start) === MESSAGE) {
      const message = {
        channel: view.getUint16(content, true),
        schema: undefined,
        sequence: view.getUint32(content + 2, true),
        logTime: view.getBigUint64(content + 6, true),
        publishTime: view.getBigUint64(content + 14, true),
        data: new Uint8Array(
          records.buffer,
          records.byteOffset + content + MESSAGE_BYTES,
          length - MESSAGE_BYTES,
        ),
      };
      take(message);
    }
    start = content + length;
  }
}

function read(file: Deno.FsFile, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let filled = 0; filled < length;) {
    const count = file.readSync(bytes.subarray(filled));
    if (count === null) throw new Error("the file is cut");
    filled += count;
  }
  return bytes;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
