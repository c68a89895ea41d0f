// ServerStats: what a server has sent, and to whom.

import type { Channel } from "../protocol/channels.ts";
import type { ClientInfo } from "./client_info.ts";
import type { Connection } from "./connection.ts";
import type { Feed } from "./feed.ts";
import { addTraffic, noTraffic, type Traffic } from "./traffic.ts";

/** What one client was sent. */
export interface ClientStats extends Readonly<Traffic> {
  /** Who it is. */
  readonly client: ClientInfo;
  /** Bytes that wait for it now. */
  readonly queuedBytes: number;
  /** The most bytes that ever waited for it. */
  readonly peakQueuedBytes: number;
}

/** What was sent of one channel, over all clients. */
export interface ChannelStats extends Readonly<Traffic> {
  /** Which it is. */
  readonly channel: Channel;
  /** How many clients are subscribed now. */
  readonly subscribers: number;
}

/** A server's figures at one moment. Totals count clients and channels that are gone as well. */
export interface ServerStats extends Readonly<Traffic> {
  /** Bytes that wait for all clients. */
  readonly queuedBytes: number;
  /** How many clients were disconnected because too much waited for them that must not be dropped. */
  readonly overflowedClients: number;
  /** How many clients were disconnected because they sent too much: too fast, or in one message. */
  readonly excessiveClients: number;
  /** How many clients were given up because they had stopped reading. */
  readonly stuckClients: number;
  /** Of each connected client. */
  readonly clients: readonly ClientStats[];
  /** Of each live channel. */
  readonly channels: readonly ChannelStats[];
}

/** Keeps the figures that outlast a client. */
export class StatsBook {
  overflowedClients = 0;
  excessiveClients = 0;
  stuckClients = 0;
  readonly #past = noTraffic();

  /** Keeps the figures of a client that leaves. */
  retire({ outbox }: Connection): void {
    addTraffic(this.#past, outbox.traffic);
  }

  /** The figures now. */
  read(connections: readonly Connection[], feeds: Iterable<Feed>): ServerStats {
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
      channels: Array.from(feeds, ({ channel, traffic, subscriberCount: subscribers }) => {
        return { channel, ...traffic, subscribers };
      }),
    };
  }
}
