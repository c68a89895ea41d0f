// The files of the format's conformance suite: six inputs, each with every meaningful combination of features.

import type { McapRecord } from "../../../src/mcap/records/records.ts";

/**
 * The features of a file, with the names of the suite:
 *
 * - `ax`, `chx`, `mdx`: indexes of attachments, chunks and metadata in the summary
 * - `ch`: schemas, channels and messages are in one chunk, without compression
 * - `mx`: message indexes follow the chunk
 * - `pad`: bytes of later versions of the format follow the fields of records
 * - `rch`, `rsh`: the summary repeats channels and schemas
 * - `st`: statistics
 * - `sum`: summary offsets
 */
export const FEATURES = ["ax", "ch", "chx", "mdx", "mx", "pad", "rch", "rsh", "st", "sum"] as const;

/** One of the features. */
export type Feature = typeof FEATURES[number];

/** A file of the suite. */
export interface Variant {
  /** The name of the file, without its extension. */
  readonly name: string;
  /** The data records of the file, in their order. Attachments have no checksum yet. */
  readonly records: readonly McapRecord[];
  readonly features: ReadonlySet<Feature>;
}

const SCHEMA: McapRecord = { type: "Schema", id: 1, name: "Example", encoding: "c", data: Uint8Array.of(4, 5, 6) };
const CHANNEL: McapRecord = {
  type: "Channel",
  id: 1,
  schemaId: 1,
  topic: "example",
  messageEncoding: "a",
  metadata: new Map([["foo", "bar"]]),
};
const MESSAGE = message(10, 2n, 1n);
const LOG_TIMES = [0n, 2n, 1n, 3n, 3n, 5n, 4n, 7n, 8n, 9n];

const INPUTS: Readonly<Record<string, readonly McapRecord[]>> = {
  NoData: [],
  OneSchemalessMessage: [{ ...CHANNEL, schemaId: 0, messageEncoding: "text", metadata: new Map() }, MESSAGE],
  OneMessage: [SCHEMA, CHANNEL, MESSAGE],
  OneAttachment: [{
    type: "Attachment",
    logTime: 2n,
    createTime: 1n,
    name: "myFile",
    mediaType: "application/octet-stream",
    data: Uint8Array.of(1, 2, 3),
    crc: 0,
  }],
  OneMetadata: [{ type: "Metadata", name: "myMetadata", metadata: new Map([["foo", "bar"]]) }],
  TenMessages: [SCHEMA, CHANNEL, ...LOG_TIMES.map((time, index) => message(index, time, time))],
};

/** Returns all files of the suite. */
export function conformanceVariants(): Variant[] {
  return Object.entries(INPUTS).flatMap(([input, records]) =>
    subsets(FEATURES)
      .filter((features) => isMeaningful(features, new Set(records.map(({ type }) => type))))
      .map((features) => ({ name: [input, ...features].join("-"), records, features }))
  );
}

/** Whether an input with these types of records can have the features. */
function isMeaningful(features: ReadonlySet<Feature>, types: ReadonlySet<McapRecord["type"]>): boolean {
  const has = (...wanted: readonly Feature[]) => wanted.some((feature) => features.has(feature));
  return !(
    has("ax") && !types.has("Attachment") ||
    has("mdx") && !types.has("Metadata") ||
    has("rsh") && !types.has("Schema") ||
    has("rch", "ch") && !types.has("Channel") ||
    has("chx", "mx") && !has("ch") ||
    has("sum") && !has("ax", "chx", "mdx", "rch", "rsh", "st")
  );
}

/** Returns all subsets. Each keeps the order. */
function subsets<T>(items: readonly T[]): ReadonlySet<T>[] {
  return Array.from(
    { length: 2 ** items.length },
    (_, bits) => new Set(items.filter((_, index) => (bits >> index & 1) === 1)),
  );
}

function message(sequence: number, logTime: bigint, publishTime: bigint): McapRecord {
  return { type: "Message", channelId: 1, sequence, logTime, publishTime, data: Uint8Array.of(1, 2, 3) };
}
