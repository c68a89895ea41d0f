// WaitingMessages: latched messages that wait until it is known when a recording begins.

import { laterOf } from "../records/times.ts";

/** The times and the data of a message. */
interface LatchedMessage {
  readonly logTime: bigint;
  readonly data: Uint8Array;
}

/** About how much memory a message needs besides its data, in bytes. */
const MESSAGE_BYTES = 256;

/**
 * Messages of latched channels may be much older than the recording. So they wait for the first message of another
 * channel, whose log time they get. A clock cannot tell the time, because timestamps may be those of a simulation.
 */
export class WaitingMessages<Message extends LatchedMessage> {
  readonly #maxBytes: number;
  #messages: Message[] = [];
  #bytes = 0;

  /** `maxBytes`: how much memory the messages may need. One message may be larger. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** How many messages wait. */
  get length(): number {
    return this.#messages.length;
  }

  /** The size of their data, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  [Symbol.iterator](): Iterator<Message> {
    return this.#messages.values();
  }

  /** Whether another message with so many bytes may wait. */
  hasRoom(bytes: number): boolean {
    const allBytes = this.#bytes + bytes + (this.length + 1) * MESSAGE_BYTES;
    return this.length === 0 || allBytes <= this.#maxBytes;
  }

  /** Adds a message. Its data is copied. */
  add(message: Message): void {
    this.#messages.push({ ...message, data: message.data.slice() });
    this.#bytes += message.data.length;
  }

  /** Removes and returns all messages, with `begin` instead of earlier log times. `undefined` keeps their own. */
  take(begin: bigint | undefined): Message[] {
    const messages = this.#messages;
    this.#messages = [];
    this.#bytes = 0;
    if (begin === undefined) return messages;
    return messages.map((message) => ({ ...message, logTime: laterOf(message.logTime, begin) }));
  }
}
