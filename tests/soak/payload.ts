// The payloads of the soak: each has its sequence number in its channel, and a check byte at its end.

const SEQUENCE_BYTES = 8;

/** Writes message number `sequence` over a buffer of at least 9 bytes. */
export function writePayload(payload: Uint8Array, sequence: number): void {
  new DataView(payload.buffer, payload.byteOffset).setBigUint64(0, BigInt(sequence), true);
  payload[payload.length - 1] = sequence & 0xff;
}

/**
 * Reads the sequence number of a message.
 *
 * @throws {Error} If the message is incomplete.
 */
export function readPayload(payload: Uint8Array): number {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const sequence = payload.length > SEQUENCE_BYTES ? Number(view.getBigUint64(0, true)) : -1;
  if (payload[payload.length - 1] !== (sequence & 0xff)) throw new Error(`Message ${sequence} is incomplete`);
  return sequence;
}

/** Follows the sequences of the channels of one subscription. */
export class SequenceCheck {
  received = 0;
  /** The number of messages missing between others. */
  missing = 0;
  readonly #last = new Map<number, number>();

  /**
   * Checks the next message.
   *
   * @throws {Error} If the message is incomplete, or its number is not higher than the one before.
   */
  take(channelId: number, payload: Uint8Array): void {
    const sequence = readPayload(payload);
    const last = this.#last.get(channelId);
    if (last !== undefined && sequence <= last) {
      throw new Error(`Channel ${channelId}: message ${sequence} came after ${last}`);
    }
    if (last !== undefined) this.missing += sequence - last - 1;
    this.received += 1;
    this.#last.set(channelId, sequence);
  }
}
