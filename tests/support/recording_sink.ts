// RecordingSink: a sink that records its calls, and can be told to do something in them.

import type { Channel, ChannelDetails, ChannelId, MessageSink } from "../../mod.ts";

/** The name of a method of a sink. */
export type SinkMethod = keyof MessageSink;

/**
 * Records each call as a text: `+1 /odom` and `-1` for channels, `1@5 text` for a message with the timestamp 5, and
 * `close`. A latched channel is `+1 /odom latch 3`.
 */
export class RecordingSink implements MessageSink {
  readonly #calls: string[] = [];
  readonly #actions: { method: SinkMethod; action: (call: string) => void }[] = [];

  /** Called in each call, after it was recorded. Its errors are those of the sink. */
  onCall: (method: SinkMethod, call: string) => void = () => {};

  channelAdded({ id, topic }: Channel, { latchDepth }: ChannelDetails): void {
    this.#note("channelAdded", `+${id} ${topic}${latchDepth === 0 ? "" : ` latch ${latchDepth}`}`);
  }

  channelRemoved(channelId: ChannelId): void {
    this.#note("channelRemoved", `-${channelId}`);
  }

  message(channelId: ChannelId, timestamp: bigint, payload: Uint8Array): void {
    this.#note("message", `${channelId}@${timestamp} ${new TextDecoder().decode(payload)}`);
  }

  close(): Promise<void> | void {
    this.#note("close", "close");
  }

  /** Returns the calls since the last `take()`. */
  take(): string[] {
    return this.#calls.splice(0);
  }

  /** Runs an action in the next call of a method. Actions of the same method run in one call each. */
  next(method: SinkMethod, action: (call: string) => void): void {
    this.#actions.push({ method, action });
  }

  #note(method: SinkMethod, call: string): void {
    this.#calls.push(call);
    const index = this.#actions.findIndex((each) => each.method === method);
    for (const { action } of index < 0 ? [] : this.#actions.splice(index, 1)) action(call);
    this.onCall(method, call);
  }
}
