// Subscriptions: how a program receives the messages of a topic.

import type { Channel } from "../protocol/channels.ts";
import type { UpdateStream } from "./update_stream.ts";

/** A message of a subscribed channel. */
export interface ReceivedMessage {
  /**
   * The channel of the message, with its topic, encoding and schema. After a reconnect it is a new object, maybe with
   * another id.
   */
  channel: Channel;
  /** In ns, as set by the server. */
  timestamp: bigint;
  /**
   * The bytes of the message, in the channel's encoding. This is a view of the received frame, not a copy. It may be
   * kept without a time limit. All subscriptions to the topic share it.
   */
  payload: Uint8Array;
}

/** A message together with its decoded value. */
export interface DecodedMessage<T> extends ReceivedMessage {
  /** The decoded payload. */
  value: T;
}

/** Options of a subscription to loop over. */
export interface SubscribeOptions {
  /**
   * How many messages may be queued for the loop. When the queue is full, the oldest message is dropped and counted in
   * `dropped`. A higher value survives longer pauses of the loop, but then the loop reads older data. With 1 the loop
   * always gets the newest message.
   *
   * @default {1000}
   */
  maxQueued?: number;
  /**
   * The size limit of the queue, in bytes of payloads. Beyond it, the oldest messages are dropped. A single message may
   * be larger.
   *
   * @default {67_108_864} 64 MiB
   */
  maxQueuedBytes?: number;
  /**
   * Ends the subscription when it aborts. The loop reads the queued messages and then rejects with the signal's reason.
   */
  signal?: AbortSignal;
}

/** Options of a subscription that calls a function. It has no queue, so the options for queues are missing. */
export interface SubscribeCallbackOptions<Message = ReceivedMessage> {
  /**
   * Called with each message at once, before the client handles the next one. It must be fast.
   *
   * If it throws, or returns a promise that rejects, the client calls `onError` and continues. Without any `onError`,
   * the error is reported as uncaught, as in hooks.
   */
  onMessage: (message: Message) => void;
  /** Ends the subscription when it aborts. */
  signal?: AbortSignal;
}

/** The state that every kind of subscription has. */
export interface SubscriptionState {
  /** The subscribed topic; `undefined` if the subscription has a predicate. */
  readonly topic: string | undefined;
  /** The channels that the subscription currently receives. Empty while the server does not advertise the topic. */
  readonly channels: readonly Channel[];
  /** How many messages were skipped so far because they could not be decoded. */
  readonly undecodable: number;
}

/**
 * A subscription that calls `onMessage`. It survives reconnects and lasts until it or the client is closed. It cannot
 * be looped over.
 *
 * @example
 * ```ts
 * import { FoxgloveServer } from "@x/foxglove-ws";
 * import { FoxgloveClient } from "@x/foxglove-ws/client";
 * import { assertEquals } from "@std/assert/equals";
 *
 * await using server = new FoxgloveServer({ name: "my robot", port: 0 });
 * await server.start();
 * const battery = server.addChannel({ topic: "/battery", encoding: "json", latch: true });
 * server.sendMessage(battery, 5n, '{"volts":12.6}');
 *
 * await using client = await FoxgloveClient.connect(server.url!);
 * const received = Promise.withResolvers<bigint>();
 * using subscription = client.subscribe("/battery", { onMessage: ({ timestamp }) => received.resolve(timestamp) });
 * assertEquals([await received.promise, subscription.topic], [5n, "/battery"]);
 * ```
 */
export interface CallbackSubscription extends SubscriptionState, Disposable {
  /** Ends the subscription. `onMessage` is not called again. */
  close(): void;
}

/** A subscription to loop over whose messages have decoded values. */
export interface TypedSubscription<T> extends SubscriptionState, UpdateStream<DecodedMessage<T>> {}

/**
 * The messages of a topic, or of all channels that a predicate accepts, in the order in which they arrive. A
 * subscription survives reconnects and lasts until it or the client is closed.
 *
 * @example
 * ```ts
 * import { FoxgloveServer } from "@x/foxglove-ws";
 * import { FoxgloveClient } from "@x/foxglove-ws/client";
 * import { assertEquals } from "@std/assert/equals";
 *
 * await using server = new FoxgloveServer({ name: "my robot", port: 0 });
 * await server.start();
 * const battery = server.addChannel({ topic: "/battery", encoding: "json", latch: true });
 * server.sendMessage(battery, 5n, '{"volts":12.6}');
 *
 * await using client = await FoxgloveClient.connect(server.url!);
 * for await (const { timestamp, value } of client.subscribe("/battery").json<{ volts: number }>()) {
 *   assertEquals([timestamp, value.volts], [5n, 12.6]);
 *   break; // Leaving the loop ends the subscription.
 * }
 * ```
 */
export interface Subscription extends SubscriptionState, UpdateStream<ReceivedMessage> {
  /**
   * The same messages with their JSON decoded. The values are not checked against `T`. Messages that are not JSON are
   * skipped and counted in `undecodable`. `onError` receives the reason; for a channel with another encoding it is
   * called once. `onWarning` reports the first skipped message.
   */
  json<T = unknown>(): TypedSubscription<T>;
  /**
   * The same messages, decoded as their channels describe them: JSON, protobuf by the descriptor that the server has
   * sent, and other encodings by the option `decoders`. Messages that cannot be decoded, and messages of channels
   * without a decoder, are skipped and counted as in `json()`.
   *
   * Members of protobuf messages have the names of the `.proto` file, such as `frame_id`. 64-bit integers and times are
   * `bigint`: see `protobuf()`.
   */
  decoded<T = unknown>(): TypedSubscription<T>;
}
