// SlowSink: a sink that takes bytes only when told to.

import type { McapSink } from "../../../src/mcap/writer/sink.ts";
import { McapWriter } from "../../../src/mcap/writer/writer.ts";
import { MemorySink } from "./written.ts";

/** Takes bytes only when told to. */
export class SlowSink implements McapSink {
  readonly taken: MemorySink = new MemorySink();
  #waiting: { bytes: Uint8Array<ArrayBuffer>; resolve: () => void; reject: (error: Error) => void } | undefined;

  write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (this.#waiting) throw new Error("The writer called write() before the last call was done");
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting = { bytes, resolve, reject };
    return promise;
  }

  /** The number of bytes that wait in `write()`. */
  get waitingBytes(): number {
    return this.#waiting?.bytes.length ?? 0;
  }

  /** Takes what waits. Returns after the writer has reacted. */
  async take(): Promise<void> {
    const waiting = this.#waiting;
    if (!waiting) throw new Error("Nothing waits");
    this.#waiting = undefined;
    this.taken.write(waiting.bytes);
    waiting.resolve();
    await turn();
  }

  async takeAll(): Promise<void> {
    while (this.#waiting) await this.take();
  }

  async fail(error: Error): Promise<void> {
    this.#waiting?.reject(error);
    this.#waiting = undefined;
    await turn();
  }
}

/** Lets all promises settle that are ready to. */
export async function turn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

/** Whether a promise is pending. */
export async function isPending(promise: Promise<unknown>): Promise<boolean> {
  return await Promise.race([promise.then(() => false), turn().then(() => true)]);
}

/** The data of messages. */
export const DATA: Uint8Array<ArrayBuffer> = new Uint8Array(1000);

/** Opens a writer with a slow sink. Each message gets a chunk of its own. */
export async function openSlow(
  maxPendingBytes: number,
): Promise<{ sink: SlowSink; writer: McapWriter; write: () => boolean }> {
  const sink = new SlowSink();
  const writer = await McapWriter.open(sink, { compression: "none", chunkBytes: 500, maxPendingBytes });
  const channelId = writer.addChannel({ topic: "/a", messageEncoding: "" });
  let time = 0n;
  const write = () => writer.write({ channelId, logTime: time++, data: DATA });
  return { sink, writer, write };
}
