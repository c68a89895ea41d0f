// Backlog: an outbox, and a client's socket that accepts as much data as the test allows.

import type { ChannelId, SubscriptionId } from "../../src/protocol/ids.ts";
import { decodeServerMessage } from "../../src/protocol/decode.ts";
import type { ServerMessage } from "../../src/protocol/messages.ts";
import { type ChannelPolicyInit, policyFrom } from "../../src/server/delivery/channel_policy.ts";
import { CompressionTrial } from "../../src/server/delivery/compression_trial.ts";
import { FramePool } from "../../src/server/delivery/frame_pool.ts";
import { MessageFrame } from "../../src/server/delivery/message_frame.ts";
import {
  type ChannelSource,
  type DataFrame,
  type Frame,
  Outbox,
  type OutboxOptions,
  type Transport,
} from "../../src/server/delivery/outbox.ts";
import { noTraffic } from "../../src/server/delivery/traffic.ts";
import { TestClock } from "./test_clock.ts";

/** How many bytes the socket takes. */
export const CAPACITY_BYTES: number = 256 * 1024;

/** A transport whose peer reads only when the test calls `drain()`. */
export class LazySocket implements Transport {
  queuedBytes = 0;
  closedWith: number | undefined;
  readonly #sent: ServerMessage[] = [];

  get hasRoom(): boolean {
    return this.queuedBytes < CAPACITY_BYTES;
  }

  sendData(message: DataFrame, subscriptionId: SubscriptionId): void {
    message.setSubscriptionId(subscriptionId);
    this.send(message.bytes);
  }

  send(data: Frame): void {
    this.queuedBytes += data.length;
    this.#sent.push(decodeServerMessage(typeof data === "string" ? data : data.slice()));
  }

  close(code?: number): void {
    this.closedWith ??= code;
    this.queuedBytes = 0; // like sockets of Deno that are not open
  }

  /** The peer stops reading. */
  stall(): void {
    this.queuedBytes = CAPACITY_BYTES;
  }

  /** The peer has read all data. */
  drain(): void {
    this.queuedBytes = 0;
  }

  /** Returns a short text for each message that was sent since the last call. */
  take(): string[] {
    return this.#sent.splice(0).map(summarize);
  }
}

function summarize(message: ServerMessage): string {
  switch (message.op) {
    case "messageData":
      return `${message.subscriptionId}:${new TextDecoder().decode(message.payload.subarray(0, 20)).trim()}`;
    case "time":
      return `time ${message.timestamp}`;
    case "status":
      return message.message;
    case "removeStatus":
      return `remove ${message.statusIds.join(" ")}`;
    default:
      return message.op;
  }
}

/** An outbox with a {@linkcode LazySocket}, and counts of the outbox's callbacks. */
export class OutboxUnderTest {
  readonly clock: TestClock = new TestClock();
  readonly socket: LazySocket = new LazySocket();
  readonly dropped: string[] = [];
  queuedCount = 0;
  overflowCount = 0;
  readonly outbox: Outbox;
  readonly #frame = new MessageFrame(new FramePool());

  constructor(options: Partial<OutboxOptions> = {}) {
    this.outbox = new Outbox(this.socket, {
      maxQueuedBytes: 10 * 1024 * 1024,
      maxQueuedMessages: 1024,
      clock: this.clock,
      ...options,
    }, {
      onQueued: () => this.queuedCount += 1,
      onRoom() {},
      advertiseChanges() {},
      onDropped: (topic) => this.dropped.push(topic),
      onOverflow: () => this.overflowCount += 1,
    });
  }

  /** Publishes a message of `size` bytes that begins with `text`; the subscription has the channel's number. */
  publish(source: ChannelSource, text: string, size: number = text.length): void {
    this.#frame.write(1n, text.padEnd(size, " "));
    this.outbox.sendData(this.#frame, source.id as number as SubscriptionId, source);
  }

  /** Sends a control message with this text. */
  control(text: string): void {
    this.outbox.sendControl(JSON.stringify({ op: "status", level: 0, message: text }));
  }
}

/** A channel to publish on. */
export function source(id: number, policy: ChannelPolicyInit = {}): ChannelSource {
  return {
    id: id as ChannelId,
    topic: `/t${id}`,
    policy: policyFrom("Test", policy),
    compression: new CompressionTrial(),
    traffic: noTraffic(),
  };
}
