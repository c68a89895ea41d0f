// checkFile(): checks how the readers and recover() handle any file.

import { checkMcap } from "../../../src/mcap/check/check_mcap.ts";
import { McapReader } from "../../../src/mcap/reader/mcap_reader.ts";
import { readMcap } from "../../../src/mcap/reader/mcap_stream_reader.ts";
import type { McapMessage } from "../../../src/mcap/reader/mcap_message.ts";
import { McapError } from "../../../src/mcap/records/mcap_error.ts";
import { recover } from "../../../src/mcap/recover/recover.ts";
import { salvage } from "../../../src/mcap/recover/salvage.ts";
import { Random } from "../../protocol/random.ts";
import { sameValue } from "../../protocol/mutation/same_value.ts";

/** A file, and how it is read. */
export interface FileInput {
  readonly bytes: Uint8Array;
  /** The seed for the pieces in which a stream delivers the bytes. */
  readonly splitSeed: number;
}

/** What a loop has yielded, and the text of the error with which it ended. */
interface Events {
  readonly items: readonly unknown[];
  readonly error: string | undefined;
}

const LIMITS = { maxRecordBytes: 1 << 18 };

/**
 * Every input must give messages or a McapError, and a check throws nothing. A stream gives the same however it is
 * split. A salvage finds at least the messages of the stream, and the recovered file has exactly those of the salvage.
 *
 * @returns How many messages were salvaged.
 * @throws {Error} If anything else happens.
 */
export async function checkFile({ bytes, splitSeed }: FileInput): Promise<number> {
  await checkIndexed(bytes);
  const whole = await streamed([bytes]);
  const split = await streamed(pieces(bytes, new Random(splitSeed)));
  if (!sameValue(whole, split)) throw new Error(`Depends on the split: ${Deno.inspect([whole, split])}`);
  await checkReport(bytes, whole);
  const found = await attempt(() => checkSalvage(bytes));
  if (found === undefined) return 0;
  if (found < whole.items.length) throw new Error(`Salvages ${found} of ${whole.items.length} messages`);
  await checkRecovered(bytes, found);
  return found;
}

async function checkIndexed(bytes: Uint8Array): Promise<void> {
  const reader = await attempt(() => McapReader.open(bytes, LIMITS));
  if (!reader) return;
  const forward = await eventsOf(reader.batches());
  const backward = await eventsOf(reader.batches({ reverse: true }));
  if (!forward.error && !backward.error && forward.items.length !== backward.items.length) {
    throw new Error(`Has ${forward.items.length} messages forward, and ${backward.items.length} backward`);
  }
  if (reader.fault && !forward.error) throw new Error(`Reports no fault in the loop: ${reader.fault}`);
  await eventsOf(reader.batches({ topics: ["/odom"], start: 1n, end: 5n }));
  await eventsOf(wrapped(reader.attachments()));
  await eventsOf(wrapped(reader.metadata()));
}

/** A file without findings must be readable. */
async function checkReport(bytes: Uint8Array, { items, error }: Events): Promise<void> {
  const read = (offset: number, length: number) => Promise.resolve(bytes.subarray(offset, offset + length));
  const { findings, messages } = await checkMcap({ size: bytes.length, read }, LIMITS);
  if (findings.length > 0) return;
  if (!error?.startsWith("undefined")) throw new Error(`checkMcap() has not found ${error}`);
  if (messages !== items.length) throw new Error(`checkMcap() has read ${messages} of ${items.length} messages`);
}

async function checkSalvage(bytes: Uint8Array): Promise<number> {
  const parts = salvage(bytes, LIMITS);
  let messages = 0;
  for await (const part of parts) if (part.type === "messages") messages += part.messages.length;
  if (parts.report.messages !== messages) throw new Error(`Reports ${parts.report.messages} of ${messages} messages`);
  return messages;
}

async function checkRecovered(bytes: Uint8Array, expected: number): Promise<void> {
  const written: Uint8Array<ArrayBuffer>[] = [];
  const report = await recover(bytes, { write: (part) => void written.push(part) }, { ...LIMITS, compression: "none" });
  const reader = await McapReader.open(await new Blob(written).arrayBuffer());
  const { items, error } = await eventsOf(reader.batches());
  if (error === undefined && items.length === expected && report.messages === expected) return;
  throw new Error(`Recovers ${items.length} of ${expected} messages: ${error}`);
}

async function streamed(stream: Iterable<Uint8Array>): Promise<Events> {
  const others: unknown[] = [];
  const messages = await eventsOf(
    readMcap(stream, {
      ...LIMITS,
      onAttachment: (attachment) => others.push(attachment),
      onMetadata: (metadata) => others.push([metadata.name, ...metadata.metadata]),
    }).batches(),
  );
  // sameValue() compares no maps.
  const items = (messages.items as McapMessage[]).map((
    { channel, schema, ...rest },
  ) => [channel.id, schema?.id ?? 0, rest]);
  return { items, error: `${messages.error} ${others.length}` };
}

/** Collects what a loop yields, up to a McapError. */
async function eventsOf(batches: AsyncIterable<readonly unknown[]>): Promise<Events> {
  const items: unknown[] = [];
  try {
    for await (const batch of batches) items.push(...batch);
    return { items, error: undefined };
  } catch (error) {
    if (error instanceof McapError) return { items, error: error.message };
    throw error;
  }
}

async function* wrapped<T>(items: AsyncIterable<T>): AsyncGenerator<T[]> {
  for await (const item of items) yield [item];
}

/** Returns the result, or `undefined` if the file is invalid. */
async function attempt<T>(run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof McapError) return undefined;
    throw error;
  }
}

function* pieces(bytes: Uint8Array, random: Random): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length;) {
    const end = Math.min(bytes.length, start + random.below(100));
    yield bytes.subarray(start, end);
    start = end;
  }
}
