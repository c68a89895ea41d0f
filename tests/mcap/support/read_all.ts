// Collects what a loop yields before it ends or fails.

import type { McapMessage } from "../../../src/mcap/reader/mcap_message.ts";

/** What a loop has yielded, and the error with which it ended. */
export interface Collected<T> {
  readonly items: readonly T[];
  readonly error: unknown;
}

/** Collects items up to the end or an error. */
export async function collect<T>(items: AsyncIterable<T>): Promise<Collected<T>> {
  const collected: T[] = [];
  try {
    for await (const item of items) collected.push(item);
    return { items: collected, error: undefined };
  } catch (error) {
    return { items: collected, error };
  }
}

/** Returns all messages of batches. Fails as the loop does. */
export async function readAll(batches: AsyncIterable<McapMessage[]>): Promise<McapMessage[]> {
  return (await Array.fromAsync(batches)).flat();
}

/** Returns the log times as numbers. */
export function timesOf(messages: readonly McapMessage[]): number[] {
  return messages.map(({ logTime }) => Number(logTime));
}

/** Yields the bytes in pieces of this size. */
export function* piecesOf(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}
