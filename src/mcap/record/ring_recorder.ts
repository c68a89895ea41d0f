// RingRecorder: keeps the messages of the last seconds in memory, and writes them to a file when asked.

import type { Channel } from "../../protocol/channels.ts";
import type { ChannelId } from "../../protocol/ids.ts";
import type { ChannelDetails, MessageSink } from "../../server/delivery/message_sink.ts";
import { timeNs } from "../../time_ns.ts";
import type { Message } from "../records/records.ts";
import { laterOf } from "../records/times.ts";
import { Definitions } from "../writer/definitions.ts";
import type { McapTarget } from "../writer/open_sink.ts";
import { defineChannel } from "./define_channel.ts";
import { LatchedMessages } from "./latched_messages.ts";
import { MAX_CHUNK_MS, RingChunks } from "./ring_chunks.ts";
import { type ResolvedRingOptions, resolveRingOptions, type RingRecorderOptions } from "./ring_options.ts";
import { WaitingMessages } from "./waiting_messages.ts";
import { type DumpOptions, type RingContent, ringStream, writeRing } from "./write_ring.ts";

/** The part of the bytes that latched messages may have while they wait for the start of the window. */
const WAITING_PART = 1 / 8;

/** What a ring recorder keeps. */
export interface RingRecorderStats {
  /** How many messages were received. */
  readonly messages: number;
  /** How many messages were dropped, because their channel could not be recorded. */
  readonly drops: number;
  /** The size of the kept chunks, in bytes. */
  readonly bytes: number;
}

/**
 * Keeps the messages of the last seconds in memory, and writes them when something happens. It is a sink for
 * `FoxgloveServer.addSink()`, and for `forwardToSink()`. Created by {@linkcode ringRecorder}.
 */
export class RingRecorder implements MessageSink {
  readonly #options: ResolvedRingOptions;
  readonly #definitions = new Definitions();
  /** How many messages each latched channel latches, by its id in the file. */
  readonly #latchDepths = new Map<number, number>();
  /** The newest latched messages before the window, by the id of the channel in the file. */
  readonly #latched = new Map<number, LatchedMessages<Message>>();
  readonly #chunks: RingChunks;
  /** Latched messages of an empty window, until the first other message. */
  readonly #waiting: WaitingMessages<Message>;
  /** Since when they wait, by the clock. */
  #waitingSince = 0;
  /** The ids in the file by the ids of the server. Channels that cannot be recorded are missing. */
  readonly #ids = new Map<ChannelId, number>();
  #sequence = 1;
  #messages = 0;
  #drops = 0;

  /** Use {@linkcode ringRecorder}. */
  constructor(options: RingRecorderOptions = {}) {
    this.#options = resolveRingOptions(options);
    this.#waiting = new WaitingMessages(this.#options.bytes * WAITING_PART);
    this.#chunks = new RingChunks(
      this.#definitions,
      this.#options,
      this.#latchDepths,
      (message) => this.#keep(message),
    );
  }

  /** What is kept. */
  get stats(): RingRecorderStats {
    return { messages: this.#messages, drops: this.#drops, bytes: this.#chunks.bytes + this.#waiting.bytes };
  }

  /** Called by the server. */
  channelAdded(channel: Channel, { latchDepth }: ChannelDetails): void {
    // Removed first, because a channel that cannot be recorded must not keep the id of an earlier one.
    this.#ids.delete(channel.id);
    try {
      const id = defineChannel(this.#definitions, channel, latchDepth);
      this.#ids.set(channel.id, id);
      if (latchDepth > 0) this.#latchDepths.set(id, latchDepth);
    } catch (error) {
      // The file has as many channels as it may. Their messages are counted as drops.
      if (!(error instanceof RangeError)) throw error;
    }
  }

  /** Called by the server. */
  channelRemoved(channelId: ChannelId): void {
    this.#ids.delete(channelId);
  }

  /** Called by the server. */
  message(channelId: ChannelId, timestamp: bigint, payload: Uint8Array): void {
    const id = this.#ids.get(channelId);
    this.#messages += 1;
    const sequence = this.#sequence;
    this.#sequence = (sequence + 1) >>> 0;
    if (id === undefined) {
      this.#drops += 1;
      return;
    }
    const logTime = this.#options.times === "receive" ? timeNs() : timestamp;
    this.#add({ channelId: id, logTime, publishTime: timestamp, sequence, data: payload });
  }

  /**
   * Writes the messages of the last seconds to a file: whole, with all definitions, indexes, and the latched messages
   * before. Later messages are not in it, and recording goes on. Several calls may run at the same time.
   *
   * @param target A path, a `file:` URL, a stream, or an object with `write()`.
   * @throws {TypeError | RangeError} If the target or an option is invalid.
   * @throws {Error} If the file cannot be created or written. The `code` is `"EEXIST"` if it exists.
   */
  async dump(target: McapTarget, options: DumpOptions = {}): Promise<void> {
    await writeRing(this.#content(), target, options);
  }

  /** Returns the same file as a stream, for example for a download: `new Response(ring.stream())`. */
  stream(options: Omit<DumpOptions, "overwrite"> = {}): ReadableStream<Uint8Array<ArrayBuffer>> {
    return ringStream(this.#content(), options);
  }

  #add(message: Message): void {
    const { channelId, logTime, data } = message;
    if (!this.#latchDepths.has(channelId)) {
      this.#addWaiting(logTime);
      return this.#chunks.add(message);
    }
    const begin = this.#chunks.findBegin();
    if (begin !== undefined || this.#options.times === "receive") {
      return this.#chunks.add({ ...message, logTime: laterOf(logTime, begin ?? 0n) });
    }
    const now = this.#options.clock.now();
    if (this.#waiting.length === 0) this.#waitingSince = now;
    const isOld = now - this.#waitingSince >= MAX_CHUNK_MS;
    if (!isOld && this.#waiting.hasRoom(data.length)) return this.#waiting.add(message);
    // No other messages come, so these are not older than the window.
    this.#addWaiting(undefined);
    this.#chunks.add(message);
  }

  /** Adds the messages that wait, with `begin` instead of earlier log times. `undefined` keeps their own. */
  #addWaiting(begin: bigint | undefined): void {
    for (const message of this.#waiting.take(begin)) this.#chunks.add(message);
  }

  /** Returns what a file gets that is begun now. */
  #content(): RingContent {
    const chunks = this.#chunks.all();
    const latched = [...[...this.#latched.values()].flatMap((messages) => [...messages]), ...this.#waiting];
    latched.sort((one, other) => one.sequence - other.sequence);
    const { schemas, channels } = this.#definitions;
    return { chunks, latched, schemas: [...schemas], channels: [...channels] };
  }

  /** Keeps a latched message that leaves the window. */
  #keep(message: Message): void {
    const { channelId } = message;
    const messages = this.#latched.get(channelId) ?? new LatchedMessages(this.#latchDepths.get(channelId) ?? 1);
    this.#latched.set(channelId, messages);
    messages.add(message);
  }
}

/**
 * Creates a recorder that keeps the last seconds in memory.
 *
 * @example
 * ```ts
 * import { FoxgloveServer } from "@x/foxglove-ws";
 * import { ringRecorder } from "@x/foxglove-ws/mcap";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const ring = ringRecorder({ seconds: 60, bytes: 64 * 1024 * 1024 });
 * await using server = new FoxgloveServer({
 *   name: "my robot",
 *   port: 0,
 *   fallback: () => new Response(ring.stream()), // downloads the last minute
 * });
 * server.addSink(ring);
 * const { port } = await server.start();
 * server.publish("/battery", { volts: 12.6 });
 *
 * const download = await fetch(`http://127.0.0.1:${port}/last_minute.mcap`);
 * assertEquals(new TextDecoder().decode((await download.bytes()).subarray(1, 5)), "MCAP");
 *
 * const folder = await Deno.makeTempDir();
 * await ring.dump(`${folder}/crash.mcap`); // or writes it to a file
 * ```
 *
 * @throws {TypeError | RangeError} If an option is invalid, or if the platform lacks zstd.
 */
export function ringRecorder(options: RingRecorderOptions = {}): RingRecorder {
  return new RingRecorder(options);
}
