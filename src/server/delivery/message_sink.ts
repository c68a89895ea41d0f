// MessageSink: receives the messages of a server within the program, for example to record them. Also its check.

import type { NamePattern } from "../../name_patterns.ts";
import { kindOf } from "../../protocol/bytes.ts";
import type { Channel } from "../../protocol/channels.ts";
import type { ChannelId } from "../../protocol/ids.ts";

/** Facts about a channel that clients do not see. */
export interface ChannelDetails {
  /** How many messages, or keys, the channel latches: 0 if it has no latch. */
  readonly latchDepth: number;
}

/**
 * Receives the channels and messages of a server: see `FoxgloveServer.addSink()`.
 *
 * The server calls the methods at once, within the call that adds a channel or sends a message, so they must be fast.
 * They may call every method of the server, and may add and remove sinks. If a method throws an error or returns a
 * promise that rejects, the server logs the error, removes the sink and calls its `close()`. The program that sends
 * does not notice.
 *
 * @example
 * ```ts
 * import { FoxgloveServer, type MessageSink } from "@x/foxglove-ws";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const bytesByTopic = new Map<string, number>();
 * const topics = new Map<number, string>();
 * const counter: MessageSink = {
 *   channelAdded: ({ id, topic }) => void topics.set(id, topic),
 *   channelRemoved: (id) => void topics.delete(id),
 *   message: (id, _timestamp, { length }) => {
 *     const topic = topics.get(id) ?? "";
 *     bytesByTopic.set(topic, (bytesByTopic.get(topic) ?? 0) + length);
 *   },
 * };
 *
 * await using server = new FoxgloveServer({ name: "my robot" });
 * using _ = server.addSink(counter);
 * server.publish("/battery", { volts: 12.6 }); // no client is subscribed
 * assertEquals([...bytesByTopic], [["/battery", '{"volts":12.6}'.length]]);
 * ```
 */
export interface MessageSink {
  /** Whether the sink has ended, and ignores all messages. `addSink()` throws a `TypeError` then. */
  readonly isClosed?: boolean;
  /** A channel was added, or existed already when the sink was added. Always called before its first message. */
  channelAdded(channel: Channel, details: ChannelDetails): void;
  /**
   * The program removed a channel: no other message of it follows. Not called for the channels that still exist when
   * the server closes or the sink is removed.
   */
  channelRemoved(channelId: ChannelId): void;
  /**
   * A message was sent to all subscribers, or would have been if there were any.
   *
   * @param timestamp The message's timestamp in ns.
   * @param payload The message in the channel's encoding. The bytes are lent: they are valid only during the call, and
   * must not be changed. Copy them to keep them.
   */
  message(channelId: ChannelId, timestamp: bigint, payload: Uint8Array): void;
  /**
   * Finishes the sink's work, for example writes the end of a file. The server calls it when it ends the sink: in
   * `FoxgloveServer.close()`, which waits for it for at most `graceMs`, or after a method has failed. No other call
   * follows. The server does not call it when the program removes the sink, because the program may add it again.
   */
  close?(): Promise<void> | void;
}

/** Options of `FoxgloveServer.addSink()`. */
export interface SinkOptions {
  /** The topics whose channels and messages the sink receives. Default: all topics. */
  topics?: readonly NamePattern[];
}

/**
 * Checks that a value has the methods of a sink, and that it is not closed. `cannot` is the beginning of the error
 * texts.
 *
 * @throws {TypeError} If a method is missing, or if the sink is closed.
 */
export function checkSink(cannot: string, sink: MessageSink): void {
  if (typeof sink !== "object" || sink === null) {
    throw new TypeError(`${cannot}: it is ${kindOf(sink)}, not an object`);
  }
  for (const name of ["channelAdded", "channelRemoved", "message"] as const) {
    if (typeof sink[name] !== "function") throw new TypeError(`${cannot}: its ${name} is not a function`);
  }
  if (sink.isClosed) throw new TypeError(`${cannot}: it is closed`);
  if (sink.close !== undefined && typeof sink.close !== "function") {
    throw new TypeError(`${cannot}: its close is not a function`);
  }
}
