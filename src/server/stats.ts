// ServerStats: what a server has sent, and to whom.

import type { Channel } from "../protocol/channels.ts";
import type { ChannelId } from "../protocol/ids.ts";
import type { ServerState } from "../session/server_state.ts";
import type { ClientInfo } from "./client_info.ts";
import type { Connection } from "./connection.ts";
import { noTraffic, type Traffic } from "./outbox.ts";

/** What one client was sent. */
export interface ClientStats extends Traffic {
  /** Who it is. */
  readonly client: ClientInfo;
  /** Bytes that wait in its socket. */
  readonly queuedBytes: number;
}

/** What was sent of one channel, over all clients. */
export interface ChannelStats extends Traffic {
  /** Which it is. */
  readonly channel: Channel;
  /** How many clients are subscribed now. */
  readonly subscribers: number;
}

/** A server's figures at one moment. Totals count clients and channels that are gone as well. */
export interface ServerStats extends Traffic {
  /** Bytes that wait in all sockets. */
  readonly queuedBytes: number;
  /** Of each connected client. */
  readonly clients: readonly ClientStats[];
  /** Of each live channel. */
  readonly channels: readonly ChannelStats[];
}

/** Keeps what a server has sent. */
export class StatsBook {
  readonly #state: ServerState<Connection>;
  readonly #ofChannels = new Map<ChannelId, Traffic>();
  /** Of the clients that are gone. */
  readonly #past = noTraffic();

  constructor(state: ServerState<Connection>) {
    this.#state = state;
  }

  /** Where a channel's messages are counted. */
  ofChannel(id: ChannelId): Traffic {
    const known = this.#ofChannels.get(id);
    if (known) return known;
    const traffic = noTraffic();
    this.#ofChannels.set(id, traffic);
    return traffic;
  }

  /** Forgets a channel that was removed. */
  forgetChannel(id: ChannelId): void {
    this.#ofChannels.delete(id);
  }

  /** Keeps the figures of a client that leaves. */
  retire({ outbox }: Connection): void {
    addTraffic(this.#past, outbox.traffic);
  }

  /** The figures now. */
  read(connections: readonly Connection[]): ServerStats {
    const total = { ...this.#past };
    let queuedBytes = 0;
    for (const { outbox } of connections) {
      addTraffic(total, outbox.traffic);
      queuedBytes += outbox.queuedBytes;
    }
    return {
      ...total,
      queuedBytes,
      clients: connections.map(({ info, outbox }) => ({
        client: info,
        ...outbox.traffic,
        queuedBytes: outbox.queuedBytes,
      })),
      channels: [...this.#state.channels.channels.values()].map((channel) => ({
        channel,
        ...this.ofChannel(channel.id),
        subscribers: this.#state.channels.get(channel.id)?.subscribers.length ?? 0,
      })),
    };
  }
}

function addTraffic(sum: Traffic, more: Traffic): void {
  sum.messagesSent += more.messagesSent;
  sum.bytesSent += more.bytesSent;
  sum.messagesDropped += more.messagesDropped;
}
