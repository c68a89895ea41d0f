// ValueReader: decodes the messages of all channels, as far as their encodings are known.

import { Decoders } from "../client/decoders.ts";
import type { Channel, ReceivedMessage } from "../client/mod.ts";
import { isA, textWithCauses } from "../error_text.ts";
import { DECODERS } from "./payload_decoders.ts";

/** A decoded value, or the reason why a message could not be decoded. */
export type ReadValue = { readonly value: unknown } | { readonly problem: string };

/** Decodes JSON, and protobuf by the descriptors of the server. */
export class ValueReader {
  readonly #decoders = new Decoders(DECODERS);
  /** Why the messages of a channel cannot be decoded. */
  readonly #problems = new WeakMap<Channel, string>();

  /** Decodes a message. Never throws. */
  read({ channel, payload }: ReceivedMessage): ReadValue {
    if (!isReadable(channel)) {
      return { problem: `"${channel.topic}" has the encoding "${channel.encoding}", which cannot be decoded` };
    }
    const decoded = this.#decoders.decode(channel, payload);
    if (decoded && "value" in decoded) return decoded;
    if (decoded) {
      const { error } = decoded;
      this.#problems.set(channel, isA(error, Error) ? textWithCauses(error) : String(error));
    }
    return { problem: this.#problems.get(channel) ?? "" };
  }
}

/** Whether messages of the channel's encoding can be decoded. */
export function isReadable({ encoding }: Channel): boolean {
  return Object.hasOwn(DECODERS, encoding);
}
