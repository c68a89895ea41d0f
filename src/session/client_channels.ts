// ClientChannels: the channels to which one client publishes.

import type { ClientChannel, ClientMessageData } from "../protocol/client_publish.ts";
import type { ClientChannelId } from "../protocol/ids.ts";
import { isBrokenSchema, sameEncodingAndSchema } from "../protocol/schema.ts";
import { RecentIds } from "./recent_ids.ts";
import type { ServerState } from "./server_state.ts";
import { type CountedLimits, longName, tooMany } from "./session_limits.ts";
import { type Effect, error, warning } from "./effects.ts";

/** Options of {@linkcode ClientChannels}. */
export interface ClientChannelsOptions
  extends CountedLimits<"maxClientChannels" | "maxNameLength" | "maxMessageBytes"> {
  /** Called last, only for channels that pass all other checks. */
  accepts: (channel: ClientChannel) => boolean;
}

/** The channels of one client. The client chooses their ids. */
export class ClientChannels<Client> {
  readonly #state: ServerState<Client>;
  readonly #options: ClientChannelsOptions;
  readonly #channels = new Map<ClientChannelId, ClientChannel>();
  /**
   * Ids of rejected channels, never of advertised ones. Apps keep publishing to a rejected channel and finally
   * unadvertise it. They already got a status, so these messages are ignored.
   */
  readonly refused: RecentIds<ClientChannelId> = new RecentIds();
  #schemaBytes = 0;

  constructor(state: ServerState<Client>, options: ClientChannelsOptions) {
    this.#state = state;
    this.#options = options;
  }

  advertise(channel: ClientChannel): Effect[] {
    const refusal = this.#refusal(channel);
    if (refusal) {
      this.refuse([channel.id]);
      return [refusal];
    }
    this.#channels.set(channel.id, channel);
    this.refused.delete(channel.id);
    this.#schemaBytes += schemaSize(channel);
    return [{ type: "clientAdvertised", channel }];
  }

  /** Remembers the ids of rejected channels, except those that are advertised. */
  refuse(channelIds: readonly ClientChannelId[]): void {
    this.refused.addAll(channelIds.filter((id) => !this.#channels.has(id)));
  }

  unadvertise(channelId: ClientChannelId): Effect[] {
    const channel = this.#channels.get(channelId);
    if (!channel) {
      if (this.refused.delete(channelId)) return [];
      return [warning("Cannot unadvertise: the client channel is not advertised")];
    }
    this.#channels.delete(channelId);
    this.#schemaBytes -= schemaSize(channel);
    return [{ type: "clientUnadvertised", channel }];
  }

  message({ channelId, payload }: ClientMessageData): Effect[] {
    const channel = this.#channels.get(channelId);
    if (!channel) {
      return this.refused.has(channelId) ? [] : [error("Cannot publish: the client channel is not advertised")];
    }
    return [{ type: "clientMessage", channel, payload }];
  }

  /** Unadvertises all channels. */
  close(): Effect[] {
    return [...this.#channels.keys()].flatMap((channelId) => this.unadvertise(channelId));
  }

  #refusal(channel: ClientChannel): Effect | undefined {
    const options = this.#options;
    const long = longName([channel.topic, channel.encoding, channel.schemaName, channel.schemaEncoding], options);
    if (long) return error(`Cannot advertise: ${long}`);
    const cannot = `Cannot advertise "${channel.topic}"`;
    const existing = this.#channels.get(channel.id);
    if (existing) {
      return existing.topic === channel.topic && sameEncodingAndSchema(existing, channel)
        ? warning(`${cannot}: already advertised`)
        : error(`${cannot}: the id is in use for "${existing.topic}"`);
    }
    if (this.#state.declaresEncodings && !this.#state.supportedEncodings().includes(channel.encoding)) {
      return error(`${cannot}: the server does not support encoding "${channel.encoding}"`);
    }
    if (isBrokenSchema(channel)) return error(`${cannot}: its schema is not base64`);
    if (this.#channels.size >= options.maxClientChannels) {
      return error(`${cannot}: ${tooMany("channels", "maxClientChannels", options)}`);
    }
    if (this.#schemaBytes + schemaSize(channel) > options.maxMessageBytes) {
      return error(`${cannot}: ${tooMany("bytes of schemas", "maxMessageBytes", options)}`);
    }
    return options.accepts(channel) ? undefined : error(`${cannot}: the server does not allow it`);
  }
}

/** Approximate memory use. */
function schemaSize({ schema }: ClientChannel): number {
  return schema?.length ?? 0;
}
