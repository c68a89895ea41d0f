// A process of the read benchmark: reads a file and prints a report. Its arguments are a plan and the folder of npm's
// package. Checksums are verified by both.

import { createRequire } from "node:module";
import { zstdDecompressSync } from "node:zlib";
import { McapReader, readMcap } from "../../src/mcap/mod.ts";
import { peakResidentBytes, resetPeakResidentBytes } from "../load/process_figures.ts";
import { readFloor } from "./read_floor.ts";
import type { ReadMethod, ReadPlan, ReadReport } from "./read_plan.ts";

interface NpmMessage {
  readonly type: string;
  readonly data: Uint8Array;
}

/** The part of npm's @mcap/core that is used. */
interface NpmMcap {
  McapIndexedReader: {
    Initialize(options: object): Promise<{ readMessages(): AsyncIterable<NpmMessage> }>;
  };
  McapStreamReader: new (options: object) => {
    append(bytes: Uint8Array): void;
    nextRecord(): NpmMessage | undefined;
    done(): boolean;
  };
}

const PIECE_BYTES = 64 * 1024;
const plan: ReadPlan = JSON.parse(Deno.args[0]!);
const decompressHandlers = { zstd: (bytes: Uint8Array) => zstdDecompressSync(bytes) };
let messages = 0;
let messageBytes = 0;

const METHODS: Record<ReadMethod, () => Promise<void>> = {
  iterator: async () => {
    await using reader = await McapReader.open(plan.path);
    for await (const message of reader.messages()) count(message);
  },
  batches: async () => {
    await using reader = await McapReader.open(plan.path);
    for await (const batch of reader.batches()) batch.forEach(count);
  },
  stream: async () => {
    using file = await Deno.open(plan.path);
    for await (const batch of readMcap(piecesOf(file)).batches()) batch.forEach(count);
  },
  "npm indexed": async () => {
    using file = await Deno.open(plan.path);
    const { size } = await file.stat();
    const readable = {
      size: () => Promise.resolve(BigInt(size)),
      async read(offset: bigint, length: bigint) {
        await file.seek(offset, Deno.SeekMode.Start);
        const bytes = new Uint8Array(Number(length));
        for (let filled = 0; filled < bytes.length;) filled += await file.read(bytes.subarray(filled)) ?? Infinity;
        return bytes;
      },
    };
    const reader = await npm().McapIndexedReader.Initialize({ readable, decompressHandlers });
    for await (const message of reader.readMessages()) count(message);
  },
  "npm stream": async () => {
    using file = await Deno.open(plan.path);
    const reader = new (npm().McapStreamReader)({ validateCrcs: true, decompressHandlers });
    for (const piece of piecesOf(file)) {
      reader.append(piece);
      for (let record = reader.nextRecord(); record; record = reader.nextRecord()) {
        if (record.type === "Message") count(record);
      }
    }
    if (!reader.done()) throw new Error("the file is cut");
  },
  // deno-lint-ignore require-await
  floor: async () => readFloor(plan.path, count),
};

resetPeakResidentBytes(Deno.pid);
const start = performance.now();
await METHODS[plan.method]();
const seconds = (performance.now() - start) / 1000;
const report: ReadReport = { seconds, messages, messageBytes, peakBytes: peakResidentBytes(Deno.pid) };
console.log(JSON.stringify(report));

function count({ data }: { readonly data: Uint8Array }): void {
  messages += 1;
  messageBytes += data.length;
}

/** Reads synchronously, so that the speed of the reader is measured, and not that of the file system. */
function* piecesOf(file: Deno.FsFile): Generator<Uint8Array> {
  for (;;) {
    const bytes = new Uint8Array(PIECE_BYTES);
    const length = file.readSync(bytes);
    if (length === null) return;
    yield bytes.subarray(0, length);
  }
}

function npm(): NpmMcap {
  return createRequire(`${Deno.args[1]}/`)("@mcap/core");
}
