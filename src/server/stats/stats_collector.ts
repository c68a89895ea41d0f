// StatsCollector: counts what happens in a server, and reads the rest from its clients and channels.

import type { Subprotocol } from "../../protocol/capabilities.ts";
import type { ReceivedOp, RequestType, SessionCounter } from "../../session/session_counter.ts";
import type { ClientInfo } from "../client_info.ts";
import type { ChannelPublisher } from "../delivery/channel_publisher.ts";
import type { GuardedSink } from "../delivery/guarded_sink.ts";
import type { ClientOutbox } from "../delivery/outbox.ts";
import { addTraffic, copyOfTraffic, noTraffic } from "../delivery/traffic.ts";
import type { FailureSource } from "../failure_log.ts";
import { DurationCounter } from "./duration_histogram.ts";
import { RequestCounter, type RequestOutcome } from "./request_stats.ts";
import type {
  ChannelStats,
  ClientStats,
  DisconnectionReason,
  HandshakeRefusal,
  LimitName,
  MessageCounts,
  ServerStats,
} from "./server_stats.ts";
import { type TopicTotal, TopicTotals } from "./topic_totals.ts";
import { NO_CONNECTIONS, NO_DISCONNECTIONS, NO_FAILURES, NO_LIMIT_HITS, NO_MESSAGES, NO_REFUSALS } from "./zeros.ts";

/** A connected client, as the statistics see it. */
export interface CountedClient {
  readonly info: ClientInfo;
  readonly outbox: ClientOutbox;
}

/** The parts of a server from which current figures are read. */
export interface CountedParts {
  clients: readonly CountedClient[];
  publishers: Iterable<ChannelPublisher>;
  sinks: readonly GuardedSink[];
  /** The number of services. */
  services: number;
  sessionId: string;
  /** The time of the server's clock, in ms. */
  now: number;
}

/** Keeps the counts of one server, including those of departed clients and removed channels. */
export class StatsCollector implements SessionCounter {
  readonly #createdAt = new Date();
  /** The traffic of departed clients. */
  readonly #departed = noTraffic();
  /** The published messages of removed channels. */
  readonly #removed = { messagesPublished: 0, bytesPublished: 0 };
  readonly #topics = new TopicTotals();
  readonly #roundTrips = new DurationCounter();
  readonly #receivedMessages = { ...NO_MESSAGES };
  readonly #receivedBytes = { ...NO_MESSAGES };
  readonly #connections = { ...NO_CONNECTIONS };
  readonly #disconnections = { ...NO_DISCONNECTIONS };
  readonly #refusedHandshakes = { ...NO_REFUSALS };
  readonly #limitHits = { ...NO_LIMIT_HITS };
  readonly #hookErrors = { ...NO_FAILURES };
  readonly #requests: Readonly<Record<RequestType, RequestCounter>> = {
    callService: new RequestCounter(),
    fetchAsset: new RequestCounter(),
    getParameters: new RequestCounter(),
    setParameters: new RequestCounter(),
    watchAllParameters: new RequestCounter(),
    sendGraph: new RequestCounter(),
    controlPlayback: new RequestCounter(),
  };

  received(op: ReceivedOp, bytes: number): void {
    this.#receivedMessages[op] += 1;
    this.#receivedBytes[op] += bytes;
  }

  limitHit(option: LimitName): void {
    this.#limitHits[option] += 1;
  }

  requestNotStarted(type: RequestType, outcome: "refused" | "cancelled"): void {
    this.#requests[type].notStarted(outcome);
  }

  /** Counts a request that was started. {@linkcode StatsCollector.requestEnded} must follow. */
  requestStarted(type: RequestType): void {
    this.#requests[type].started();
  }

  /** Counts the end of a request that was started `ms` milliseconds ago. */
  requestEnded(type: RequestType, outcome: RequestOutcome, ms: number): void {
    this.#requests[type].ended(outcome, ms);
  }

  /** Counts a handshake that does not lead to a client. */
  handshakeRefused(reason: HandshakeRefusal): void {
    this.#refusedHandshakes[reason] += 1;
  }

  /** Counts a failure of the program's code. */
  hookFailed(source: FailureSource): void {
    this.#hookErrors[source] += 1;
  }

  /** Counts a new client. */
  connected(subprotocol: Subprotocol | undefined): void {
    this.#connections[subprotocol ?? "none"] += 1;
  }

  /** Counts a client that leaves, and keeps its traffic in the sums. */
  disconnected({ outbox }: CountedClient, reason: DisconnectionReason): void {
    this.#disconnections[reason] += 1;
    addTraffic(this.#departed, outbox.traffic);
  }

  /** Counts a measured round trip. */
  roundTrip(ms: number): void {
    this.#roundTrips.add(ms);
  }

  /** Keeps the messages of a removed channel in the sums. */
  channelRemoved(publisher: ChannelPublisher): void {
    this.#removed.messagesPublished += publisher.messagesPublished;
    this.#removed.bytesPublished += publisher.bytesPublished;
    this.#topics.add(publisher);
  }

  /** Returns the totals of each topic. `publishers`: those of the current channels. */
  readTopics(publishers: Iterable<ChannelPublisher>): ReadonlyMap<string, TopicTotal> {
    return this.#topics.read(publishers);
  }

  /** Returns the current statistics. */
  read({ clients, publishers, sinks, services, sessionId, now }: CountedParts): ServerStats {
    const traffic = copyOfTraffic(this.#departed);
    for (const { outbox } of clients) addTraffic(traffic, outbox.traffic);
    const clientStats = clients.map((client) => clientStatsOf(client, now));
    const channels = Array.from(publishers, channelStatsOf);
    return {
      createdAt: new Date(this.#createdAt),
      sessionId,
      messagesPublished: this.#removed.messagesPublished + sum(channels.map((each) => each.messagesPublished)),
      bytesPublished: this.#removed.bytesPublished + sum(channels.map((each) => each.bytesPublished)),
      ...traffic,
      messagesReceived: sum(Object.values(this.#receivedMessages)),
      bytesReceived: sum(Object.values(this.#receivedBytes)),
      received: mapValues(this.#receivedMessages, (messages, op): MessageCounts => {
        return { messages, bytes: this.#receivedBytes[op] };
      }),
      queuedBytes: sum(clientStats.map((each) => each.queuedBytes)),
      queuedMessages: sum(clientStats.map((each) => each.queuedMessages)),
      oldestQueuedMs: clientStats.reduce((oldest, each) => Math.max(oldest, each.oldestQueuedMs), 0),
      connections: { ...this.#connections },
      disconnections: { ...this.#disconnections },
      refusedHandshakes: { ...this.#refusedHandshakes },
      requests: mapValues(this.#requests, (counter) => counter.read()),
      roundTrips: this.#roundTrips.read(),
      limitHits: { ...this.#limitHits },
      hookErrors: { ...this.#hookErrors },
      subscriptions: sum(channels.map(({ subscribers }) => subscribers)),
      services,
      clients: clientStats,
      channels,
      sinks: sinks.map(({ sink, messages, bytes }) => ({ sink, messages, bytes })),
    };
  }
}

function clientStatsOf({ info, outbox }: CountedClient, now: number): ClientStats {
  const { traffic, queuedBytes, queuedMessages, oldestQueuedAt } = outbox;
  return {
    client: info,
    ...copyOfTraffic(traffic),
    queuedBytes,
    peakQueuedBytes: outbox.peakQueuedBytes(),
    queuedMessages,
    oldestQueuedMs: oldestQueuedAt < Infinity ? now - oldestQueuedAt : 0,
    roundTripMs: info.roundTripMs,
  };
}

function channelStatsOf(publisher: ChannelPublisher): ChannelStats {
  const { channel, traffic, subscriberCount: subscribers, messagesPublished, bytesPublished } = publisher;
  return { channel, subscribers, messagesPublished, bytesPublished, ...copyOfTraffic(traffic) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** Returns an object with the same names, and the results of `map` as values. */
function mapValues<Name extends string, Value, Result>(
  object: Readonly<Record<Name, Value>>,
  map: (value: Value, name: Name) => Result,
): Record<Name, Result> {
  const entries = Object.entries(object) as [Name, Value][];
  return Object.fromEntries(entries.map(([name, value]) => [name, map(value, name)])) as Record<Name, Result>;
}
