// ServerState: what all clients of one server share.

import type { Capability } from "../protocol/capabilities.ts";
import type { ChannelId } from "../protocol/ids.ts";
import { ByteBudget } from "./byte_budget.ts";
import { ChannelTable } from "./channel_table.ts";
import { GraphState } from "./graph_state.ts";
import { ParameterState } from "./parameter_state.ts";
import { ServiceTable } from "./service_table.ts";

/** Options of {@linkcode ServerState}. */
export interface ServerStateOptions {
  capabilities: readonly Capability[];
  /** Absent: nothing was declared, and client publishes are not checked against it. */
  supportedEncodings?: readonly string[] | undefined;
  /** See `LimitOptions`. Absent: no limit. */
  maxTotalRequestBytes?: number;
}

/**
 * Channels, services, the graph, and who wants what.
 *
 * `Client` is what the server calls a client: sessions hand it on and never look inside.
 */
export class ServerState<Client> {
  readonly capabilities: ReadonlySet<Capability>;
  readonly channels: ChannelTable<Client> = new ChannelTable();
  readonly services: ServiceTable = new ServiceTable();
  readonly graph: GraphState = new GraphState();
  /** Who is told of changes of the graph. */
  readonly graphClients: Set<Client> = new Set();
  readonly parameters: ParameterState<Client> = new ParameterState();
  /** For the open requests of all clients, and for the assets that are on their way to them. */
  readonly requestBytes: ByteBudget;
  readonly #declaredEncodings: readonly string[] | undefined;

  constructor(options: ServerStateOptions) {
    this.capabilities = new Set(options.capabilities);
    this.requestBytes = new ByteBudget(options.maxTotalRequestBytes ?? Infinity);
    this.#declaredEncodings = options.supportedEncodings;
  }

  /** Whether the server's owner said which encodings clients may use. */
  get declaresEncodings(): boolean {
    return this.#declaredEncodings !== undefined;
  }

  /** What was declared, then what the services take besides: apps ignore all services when their encoding is not listed. */
  supportedEncodings(): string[] {
    return [...new Set([...this.#declaredEncodings ?? [], ...this.services.requestEncodings()])];
  }

  isSubscribed(channelId: ChannelId): boolean {
    const entry = this.channels.get(channelId);
    return entry !== undefined && entry.subscribers.length > 0;
  }
}
