// ServerState: the state that all clients of one server share.

import type { Channel } from "../protocol/channels.ts";
import type { ChannelId, SchemaId } from "../protocol/ids.ts";
import { ByteBudget } from "./byte_budget.ts";
import { type ChannelEntry, ChannelTable } from "./channel_table.ts";
import { DeclaredInfo, type ServerInfoInit } from "./declared_info.ts";
import type { Effect } from "./effects.ts";
import { GraphState } from "./graph_state.ts";
import { ParameterState } from "./parameter_state.ts";
import { ServerSchemas } from "./server_schemas.ts";
import { NO_COUNTER, type SessionCounter } from "./session_counter.ts";
import { ServiceTable } from "./service_table.ts";

/** Options of {@linkcode ServerState}. */
export interface ServerStateOptions extends ServerInfoInit {
  /** See `LimitOptions`. Default: no limit. */
  maxTotalRequestBytes?: number;
  /** Default: nothing is counted. */
  counter?: SessionCounter;
}

/** A removed channel, and what follows for its subscribers. */
export interface RemovedChannel<Client> {
  readonly channel: Channel;
  /** A schema whose id is not used any more. It need not be the schema of this channel. */
  readonly forgottenSchema: SchemaId | undefined;
  readonly ended: readonly { readonly client: Client; readonly effect: Effect }[];
}

/**
 * Channels, services, parameters and the graph, with their subscribers.
 *
 * `Client` is the type with which the server identifies a client. Sessions pass it on and never read its members.
 */
export class ServerState<Client> {
  /** May be replaced at any time. Clients must then be sent everything again. */
  info: DeclaredInfo;
  readonly channels: ChannelTable<Client> = new ChannelTable();
  /** The schemas of the channels, for clients that receive each schema once. */
  readonly schemas: ServerSchemas = new ServerSchemas();
  readonly services: ServiceTable = new ServiceTable();
  readonly graph: GraphState = new GraphState();
  /** The clients that are subscribed to the graph. */
  readonly graphClients: Set<Client> = new Set();
  readonly parameters: ParameterState<Client> = new ParameterState();
  /** The memory budget for the open requests of all clients, and for the assets that are being read or sent. */
  readonly requestBytes: ByteBudget;
  /** Counts the events of all sessions. */
  readonly counter: SessionCounter;

  constructor(options: ServerStateOptions) {
    this.info = new DeclaredInfo(options);
    this.requestBytes = new ByteBudget(options.maxTotalRequestBytes ?? Infinity);
    this.counter = options.counter ?? NO_COUNTER;
  }

  /** The capabilities that the server offers. Unknown ones have no effect. */
  get capabilities(): ReadonlySet<string> {
    return this.info.capabilities;
  }

  /** Whether the program declares the encodings that clients may use. */
  get declaresEncodings(): boolean {
    return this.info.declaredEncodings !== undefined;
  }

  /**
   * The encodings of `info`, then the request encodings of services. Apps ignore all services whose encoding is not
   * listed.
   */
  supportedEncodings(): string[] {
    return [...new Set([...this.info.encodings, ...this.services.requestEncodings()])];
  }

  /** Adds a channel and gives it a new id. */
  addChannel(channel: Omit<Channel, "id">): ChannelEntry<Client> {
    const entry = this.channels.add(channel);
    this.schemas.add(entry.channel);
    return entry;
  }

  /**
   * Removes a channel. Returns it with the effects for its subscribers, in the order of their subscriptions, or
   * `undefined` if there is no such channel. The caller must also call `ClientSession.forgetChannel()` for every
   * client.
   */
  removeChannel(channelId: ChannelId): RemovedChannel<Client> | undefined {
    const entry = this.channels.remove(channelId);
    return entry && {
      channel: entry.channel,
      forgottenSchema: this.schemas.remove(channelId),
      ended: entry.subscribers.map((subscription) => {
        return { client: subscription.client, effect: { type: "unsubscribed", subscription } };
      }),
    };
  }

  hasSubscribers(channelId: ChannelId): boolean {
    const entry = this.channels.get(channelId);
    return entry !== undefined && entry.subscribers.length > 0;
  }
}
