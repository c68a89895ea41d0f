// ServerStats: the statistics that `FoxgloveServer.stats()` returns.

import type { Subprotocol } from "../../protocol/capabilities.ts";
import type { Channel } from "../../protocol/channels.ts";
import type { ReceivedOp, RequestType } from "../../session/session_counter.ts";
import type { ClientInfo } from "../client_info.ts";
import type { MessageSink } from "../delivery/message_sink.ts";
import type { DropCounts } from "../delivery/traffic.ts";
import type { FailureSource } from "../failure_log.ts";
import type { LimitOptions } from "../limit_options.ts";
import type { DurationHistogram } from "./duration_histogram.ts";
import type { RequestStats } from "./request_stats.ts";

/** Counts of sent and dropped data messages. */
export interface TrafficStats {
  /** How many data messages were passed to clients' sockets. Each message counts once for each client. */
  readonly messagesSent: number;
  /** The bytes of these messages, headers included. */
  readonly bytesSent: number;
  /** How many data messages were not sent, by reason. Each message counts once for each client. */
  readonly drops: DropCounts;
}

/** The send queues of one client, or of all clients together. */
export interface QueueStats {
  /** Bytes that are queued now, in the server and in the socket. */
  readonly queuedBytes: number;
  /** Messages that are queued now in the server. The number of messages in the socket is not known. */
  readonly queuedMessages: number;
  /** How long the oldest of these messages has been queued, in ms; 0 if none is queued. */
  readonly oldestQueuedMs: number;
}

/** Counts of the messages that the program has published. */
export interface PublishStats {
  /** How many messages were published, also without subscribers. Each message counts once, whatever its clients. */
  readonly messagesPublished: number;
  /**
   * The bytes of the published messages that were encoded, headers included. A message is encoded if its channel has a
   * subscriber, a latch or a sink.
   */
  readonly bytesPublished: number;
}

/** Statistics of one client. */
export interface ClientStats extends TrafficStats, QueueStats {
  /** The client. */
  readonly client: ClientInfo;
  /**
   * The maximum of `queuedBytes` so far. While messages are queued, it is measured in each turn of the event loop, or
   * every 5 ms if the client does not read.
   */
  readonly peakQueuedBytes: number;
  /** The last measured round trip in ms: see {@linkcode ClientInfo}. */
  readonly roundTripMs: number | undefined;
}

/** Statistics of one channel, summed over all clients. Several channels may have the same topic. */
export interface ChannelStats extends TrafficStats, PublishStats {
  /** The channel. */
  readonly channel: Channel;
  /** How many clients are subscribed now. */
  readonly subscribers: number;
}

/** Statistics of one sink. */
export interface SinkStats {
  /** The sink. */
  readonly sink: MessageSink;
  /** How many messages it has received since it was added, latched ones included. */
  readonly messages: number;
  /** The bytes of their payloads. */
  readonly bytes: number;
}

/** Counts of messages. */
export interface MessageCounts {
  /** How many messages. */
  readonly messages: number;
  /** Their bytes. Text counts one byte for each UTF-16 unit. */
  readonly bytes: number;
}

/**
 * The reason why a client was disconnected.
 *
 * - `client`: the client closed the connection.
 * - `error`: the connection was lost, or the client broke the WebSocket protocol.
 * - `idle`: the client did not answer a ping in time, see `idleTimeoutMs`.
 * - `stuck`: it had stopped reading, see `stuckAfterMs`.
 * - `overflow`: it read too slowly, and too many messages that must not be dropped were queued.
 * - `excess`: it sent too fast, or sent a message that is too large.
 * - `program`: the program called `disconnect()`.
 * - `reload`: the program called `reloadCertificate()`.
 * - `shutdown`: the server closed.
 */
export type DisconnectionReason =
  | "client"
  | "error"
  | "idle"
  | "stuck"
  | "overflow"
  | "excess"
  | "program"
  | "reload"
  | "shutdown";

/**
 * The reason why a WebSocket handshake, or a socket passed to `acceptSocket()`, did not lead to a client.
 *
 * - `malformed`: it is not a valid handshake of version 13 of the protocol, or its host or URL is not valid.
 * - `path`: `allowedPaths` does not list its path.
 * - `origin`: `allowedOrigins` does not allow its page.
 * - `subprotocol`: the client offers no subprotocol that the server supports.
 * - `full`: as many clients as `maxClients` allows are connected.
 * - `addressFull`: as many clients as `maxClientsPerAddress` allows are connected from its address.
 * - `unauthorized`: `authorize` returned a response.
 * - `failed`: `authorize` threw an error, or returned no identity.
 * - `timeout`: `authorize` did not answer, or the socket did not open, within `handshakeTimeoutMs`.
 * - `left`: the client left before the connection was open.
 * - `shutdown`: the server is closing.
 */
export type HandshakeRefusal =
  | "malformed"
  | "path"
  | "origin"
  | "subprotocol"
  | "full"
  | "addressFull"
  | "unauthorized"
  | "failed"
  | "timeout"
  | "left"
  | "shutdown";

/** An option that limits what clients may do. */
export type LimitName = keyof LimitOptions | "maxAssetBytes";

/**
 * Statistics of a server at one moment. Except where noted, counts begin with the creation of the server, and include
 * disconnected clients and removed channels.
 */
export interface ServerStats extends TrafficStats, QueueStats, PublishStats {
  /** When the server was created. */
  readonly createdAt: Date;
  /** The id of the current session. */
  readonly sessionId: string;
  /** How many messages clients have sent. */
  readonly messagesReceived: number;
  /** The bytes of these messages. Text counts one byte for each UTF-16 unit. */
  readonly bytesReceived: number;
  /** The same messages and bytes by the `op` of the message. */
  readonly received: Readonly<Record<ReceivedOp, MessageCounts>>;
  /** How many clients have connected, by subprotocol. */
  readonly connections: Readonly<Record<Subprotocol | "none", number>>;
  /** How many clients were disconnected, by reason. */
  readonly disconnections: Readonly<Record<DisconnectionReason, number>>;
  /** How many handshakes did not lead to a client, by reason. */
  readonly refusedHandshakes: Readonly<Record<HandshakeRefusal, number>>;
  /** The requests of clients, by type. */
  readonly requests: Readonly<Record<RequestType, RequestStats>>;
  /** The measured round trips of all clients: see {@linkcode ClientInfo}. None with the transport `"native"`. */
  readonly roundTrips: DurationHistogram;
  /**
   * How often clients exceeded each limit. The limits for rates count warnings and disconnections. Limits for sending
   * are not here: see `drops` and `disconnections`.
   */
  readonly limitHits: Readonly<Record<LimitName, number>>;
  /**
   * How often each hook, function among the options or sink failed: it threw an error, returned a wrong value, or timed
   * out. A `RefusalError` does not count. Of a list of parameters, up to ten wrong parameters count.
   */
  readonly hookErrors: Readonly<Record<FailureSource, number>>;
  /** The current number of subscriptions to channels, over all clients. */
  readonly subscriptions: number;
  /** The current number of services. */
  readonly services: number;
  /** Statistics of each connected client. */
  readonly clients: readonly ClientStats[];
  /** Statistics of each current channel. */
  readonly channels: readonly ChannelStats[];
  /** Statistics of each current sink, in the order in which they were added. */
  readonly sinks: readonly SinkStats[];
}
