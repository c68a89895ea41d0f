// Traffic: the messages of one channel while doctor listens.

import type { MessageDecoder } from "../../client/decoders.ts";
import type { Channel, ReceivedMessage } from "../../client/mod.ts";
import { textWithCauses } from "../../error_text.ts";
import { timeNs } from "../../time_ns.ts";
import { membersOf } from "../members_of.ts";
import { DECODERS } from "../payload_decoders.ts";
import { frameNamesOf, type FrameUse, frameUseOf } from "./frame_names.ts";

/** Data of a topic seldom changes its frame, so not every message is decoded for it. In ms. */
const FRAME_INTERVAL_MS = 100;
/** How many frames of a channel are kept. */
const MAX_FRAMES = 1000;

/** Counts the messages of a channel, and keeps what the checks judge. */
export class Traffic {
  readonly #decode: MessageDecoder | undefined;
  readonly #frameUse: FrameUse | undefined;
  #firstMs = 0;
  #lastMs = 0;
  #framesMs = -Infinity;
  /** How many messages have arrived. */
  messages = 0;
  /** The bytes of their payloads. */
  bytes = 0;
  /** The timestamp of the newest message and the time when it arrived, in ns. */
  last: { timestamp: bigint; arrival: bigint } | undefined;
  /** Why the first message could not be decoded. */
  decodeError: string | undefined;
  /** The member `format` of the first message, if it is text. */
  format: string | undefined;
  /** The frames of the data, if apps place it by its frame. */
  readonly dataFrames: Set<string> = new Set();
  /** The parents of each frame, by the transforms of this channel. */
  readonly parents: Map<string, Set<string>> = new Map();

  constructor(channel: Channel) {
    this.#decode = decoderOf(channel);
    this.#frameUse = frameUseOf(channel.schemaName);
  }

  /** The messages per second between the first one and the last one. */
  get hz(): number {
    const ms = this.#lastMs - this.#firstMs;
    return ms > 0 ? (this.messages - 1) * 1000 / ms : 0;
  }

  /** Adds a message that arrived at `nowMs`, on any clock. */
  add({ timestamp, payload }: ReceivedMessage, nowMs: number): void {
    const isFirst = this.messages === 0;
    if (isFirst) this.#firstMs = nowMs;
    this.#lastMs = nowMs;
    this.messages += 1;
    this.bytes += payload.byteLength;
    this.last = { timestamp, arrival: timeNs() };
    const isDue = this.#frameUse === "transforms" ||
      this.#frameUse === "data" && nowMs - this.#framesMs >= FRAME_INTERVAL_MS;
    if (isFirst || isDue) this.#read(payload, isFirst, nowMs);
  }

  #read(payload: Uint8Array, isFirst: boolean, nowMs: number): void {
    if (!this.#decode) return;
    try {
      const value = this.#decode(payload);
      if (isFirst) this.format = formatOf(value);
      if (!this.#frameUse) return;
      this.#framesMs = nowMs;
      const { links, data } = frameNamesOf(this.#frameUse, value);
      for (const frame of data) if (this.dataFrames.size < MAX_FRAMES) this.dataFrames.add(frame);
      for (const { parent, child } of links) this.#addParent(parent, child);
    } catch (error) {
      if (isFirst) this.decodeError = error instanceof Error ? textWithCauses(error) : String(error);
    }
  }

  #addParent(parent: string, child: string): void {
    const parents = this.parents.get(child);
    if (parents) parents.add(parent);
    else if (this.parents.size < MAX_FRAMES) this.parents.set(child, new Set([parent]));
  }
}

/** Returns the decoder of a channel, for the encodings that this package decodes. */
function decoderOf(channel: Channel): MessageDecoder | undefined {
  try {
    return DECODERS[channel.encoding]?.(channel);
  } catch {
    // checkChannels() reports the schema.
    return undefined;
  }
}

function formatOf(value: unknown): string | undefined {
  const { format } = membersOf(value);
  return typeof format === "string" ? format : undefined;
}
