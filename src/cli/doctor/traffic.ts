// Traffic: the messages of one channel while doctor listens.

import type { Channel, ReceivedMessage } from "../../client/mod.ts";
import { textWithCauses } from "../../error_text.ts";
import { timeNs } from "../../time_ns.ts";
import { DECODERS } from "../payload_decoders.ts";

/** Counts the messages of a channel, and keeps what the checks judge. */
export class Traffic {
  readonly #channel: Channel;
  #firstMs = 0;
  #lastMs = 0;
  /** How many messages have arrived. */
  messages = 0;
  /** The bytes of their payloads. */
  bytes = 0;
  /** The timestamp of the newest message and the time when it arrived, in ns. */
  last: { timestamp: bigint; arrival: bigint } | undefined;
  /** Why the first message could not be decoded. */
  decodeError: string | undefined;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** The messages per second between the first one and the last one. */
  get hz(): number {
    const ms = this.#lastMs - this.#firstMs;
    return ms > 0 ? (this.messages - 1) * 1000 / ms : 0;
  }

  /** Adds a message that arrived at `nowMs`, on any clock. */
  add({ timestamp, payload }: ReceivedMessage, nowMs: number): void {
    if (this.messages === 0) {
      this.#firstMs = nowMs;
      this.decodeError = decodeErrorOf(this.#channel, payload);
    }
    this.#lastMs = nowMs;
    this.messages += 1;
    this.bytes += payload.byteLength;
    this.last = { timestamp, arrival: timeNs() };
  }
}

/** Returns why apps cannot decode a message, for the encodings that this package decodes. */
function decodeErrorOf(channel: Channel, payload: Uint8Array): string | undefined {
  const create = DECODERS[channel.encoding];
  let decode;
  try {
    decode = create?.(channel);
  } catch {
    // checkChannels() reports the schema.
    return undefined;
  }
  try {
    decode?.(payload);
    return undefined;
  } catch (error) {
    return error instanceof Error ? textWithCauses(error) : String(error);
  }
}
