// Sinks: adds and removes the sinks of a server, and tells them about its channels.

import type { CallQueue } from "../../call_queue.ts";
import { topicMatcher } from "../../name_patterns.ts";
import type { ChannelId } from "../../protocol/ids.ts";
import { GuardedSink } from "./guarded_sink.ts";
import { checkSink, type MessageSink, type SinkOptions } from "./message_sink.ts";
import { SinkChannel, type SinkSource } from "./sink_channel.ts";

/** The parts of a server that `Sinks` uses. */
export interface SinksParts {
  /** The live channels. */
  publishers: ReadonlyMap<ChannelId, SinkSource>;
  calls: CallQueue;
  /** Called when a method of a sink has failed. `isRemoved`: whether the sink was removed because of that. */
  onError: (method: string, error: unknown, isRemoved: boolean) => void;
}

/** A sink that was added. */
interface AddedSink {
  readonly guard: GuardedSink;
  readonly channels: Map<ChannelId, SinkChannel>;
  includes(topic: string): boolean;
}

const CANNOT = "Cannot add the sink";

/** The sinks of one server. Without a sink, nothing here is called for a message. */
export class Sinks {
  readonly #parts: SinksParts;
  /** In the order of `add()`. Replaced when it changes, because sinks may be added and removed while it is read. */
  #added: readonly AddedSink[] = [];
  /** Sinks that have failed, and whose `close()` is not done. */
  readonly #closing = new Set<Promise<void>>();

  constructor(parts: SinksParts) {
    this.#parts = parts;
  }

  /** The current sinks, in the order in which they were added. */
  get list(): readonly GuardedSink[] {
    return this.#added.map(({ guard }) => guard);
  }

  /**
   * Adds a sink, and tells it about the live channels. The result removes it.
   *
   * @throws {TypeError} If the sink or its topics are not valid, or if it was already added.
   */
  add(sink: MessageSink, { topics }: SinkOptions): Disposable {
    checkSink(CANNOT, sink);
    const includes = topicMatcher(CANNOT, topics);
    if (this.#added.some(({ guard }) => guard.sink === sink)) {
      throw new TypeError(`${CANNOT}: it was already added; dispose of it first, or list all topics in one call`);
    }
    const guard = new GuardedSink(sink, (method, error) => this.#fail(added, method, error));
    const added: AddedSink = { guard, channels: new Map(), includes };
    this.#added = [...this.#added, added];
    this.announce([...this.#parts.publishers.values()].flatMap((source) => this.#connect(added, source)));
    return { [Symbol.dispose]: () => this.#remove(added) };
  }

  /** Connects a new channel to the sinks. They must then be told about it, by {@linkcode announce}. */
  connect(source: SinkSource): SinkChannel[] {
    return this.#added.flatMap((added) => this.#connect(added, source));
  }

  /** Tells sinks about their channels. */
  announce(channels: readonly SinkChannel[]): void {
    for (const channel of channels) channel.announce();
  }

  /** Tells the sinks that a channel was removed. */
  channelRemoved(channelId: ChannelId): void {
    for (const { channels } of this.#added) {
      const channel = channels.get(channelId);
      channels.delete(channelId);
      channel?.channelRemoved();
    }
  }

  /** Removes all sinks, and closes them when the current work is done. The promises never reject. */
  close(): Promise<void>[] {
    for (const added of this.#added) this.#end(added);
    return [...this.#closing];
  }

  #connect({ guard, channels, includes }: AddedSink, source: SinkSource): SinkChannel[] {
    const { id, topic } = source.channel;
    if (!includes(topic)) return [];
    const channel = new SinkChannel(guard, source);
    channels.set(id, channel);
    return [channel];
  }

  #remove(added: AddedSink): void {
    added.guard.end();
    for (const channel of added.channels.values()) channel.end();
    added.channels.clear();
    this.#added = this.#added.filter((each) => each !== added);
  }

  /** Removes a sink, and closes it when the current work is done. */
  #end(added: AddedSink): void {
    this.#remove(added);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#closing.add(promise);
    this.#parts.calls.add(() =>
      void added.guard.close().then(() => {
        this.#closing.delete(promise);
        resolve();
      })
    );
  }

  #fail(added: AddedSink, method: string, error: unknown): void {
    const isRemoved = added.guard.isOpen;
    const { calls, onError } = this.#parts;
    // Queued, because a logger that is being called gets no other line until it returns.
    calls.add(() => onError(method, error, isRemoved));
    if (isRemoved) this.#end(added);
  }
}
