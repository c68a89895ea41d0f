// ServerStats: how many messages and bytes a server has sent, by client and by channel.

import type { Channel } from "../../protocol/channels.ts";
import type { ClientInfo } from "../client_info.ts";
import type { Connection } from "./connection.ts";
import type { ChannelPublisher } from "../delivery/channel_publisher.ts";
import { addTraffic, noTraffic } from "../delivery/traffic.ts";

/** Statistics of one client. */
export interface ClientStats {
  /** How many data messages were passed to clients' sockets. Each message counts once for each client. */
  readonly messagesSent: number;
  /** The bytes of these messages, headers included. */
  readonly bytesSent: number;
  /**
   * How many messages were not sent because the queue was full, they were too old, or a newer message replaced them.
   */
  readonly messagesDropped: number;
  /** The client. */
  readonly client: ClientInfo;
  /** Bytes that are queued for the client now. */
  readonly queuedBytes: number;
  /** The maximum of `queuedBytes` so far, measured whenever a message could not be passed to the socket at once. */
  readonly peakQueuedBytes: number;
}

/** Statistics of one channel, summed over all clients. */
export interface ChannelStats {
  /** How many data messages were passed to clients' sockets. Each message counts once for each client. */
  readonly messagesSent: number;
  /** The bytes of these messages, headers included. */
  readonly bytesSent: number;
  /**
   * How many messages were not sent because the queue was full, they were too old, or a newer message replaced them.
   */
  readonly messagesDropped: number;
  /** The channel. */
  readonly channel: Channel;
  /** How many clients are subscribed now. */
  readonly subscribers: number;
}

/** Statistics of a server at one moment. The totals include disconnected clients and removed channels. */
export interface ServerStats {
  /** How many data messages were passed to clients' sockets. Each message counts once for each client. */
  readonly messagesSent: number;
  /** The bytes of these messages, headers included. */
  readonly bytesSent: number;
  /**
   * How many messages were not sent because the queue was full, they were too old, or a newer message replaced them.
   */
  readonly messagesDropped: number;
  /** Bytes that are queued now, summed over all clients. */
  readonly queuedBytes: number;
  /** How many clients were disconnected because too many messages that must not be dropped were queued for them. */
  readonly overflowedClients: number;
  /** How many clients were disconnected because they sent too fast, or sent a message that is too large. */
  readonly excessiveClients: number;
  /** How many clients were evicted because they had stopped reading. */
  readonly stuckClients: number;
  /** Statistics of each connected client. */
  readonly clients: readonly ClientStats[];
  /** Statistics of each current channel. */
  readonly channels: readonly ChannelStats[];
}

/** Keeps the totals of departed clients, and counts evicted clients. */
export class StatsCollector {
  overflowedClients = 0;
  excessiveClients = 0;
  stuckClients = 0;
  readonly #past = noTraffic();

  /** Adds the traffic of a client that leaves to the totals. */
  addDeparted({ outbox }: Connection): void {
    addTraffic(this.#past, outbox.traffic);
  }

  /** Returns the current statistics. */
  read(connections: readonly Connection[], publishers: Iterable<ChannelPublisher>): ServerStats {
    const total = { ...this.#past };
    const clients = connections.map(({ info, outbox }) => {
      addTraffic(total, outbox.traffic);
      const { queuedBytes, peakBytes: peakQueuedBytes, traffic } = outbox;
      return { client: info, ...traffic, queuedBytes, peakQueuedBytes };
    });
    return {
      ...total,
      queuedBytes: clients.reduce((sum, { queuedBytes }) => sum + queuedBytes, 0),
      overflowedClients: this.overflowedClients,
      excessiveClients: this.excessiveClients,
      stuckClients: this.stuckClients,
      clients,
      channels: Array.from(publishers, ({ channel, traffic, subscriberCount: subscribers }) => {
        return { channel, ...traffic, subscribers };
      }),
    };
  }
}
