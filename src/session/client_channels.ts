// ClientChannels: the channels on which one client publishes.

import type { ClientChannel, ClientMessageData } from "../protocol/client_publish.ts";
import type { ClientChannelId } from "../protocol/ids.ts";
import { isBrokenSchema, sameSchema } from "../protocol/schema.ts";
import type { ServerState } from "./server_state.ts";
import { type Effect, error, warning } from "./effects.ts";

/** One client's channels, under ids that the client chose. */
export class ClientChannels<Client> {
  readonly #state: ServerState<Client>;
  readonly #accepts: (channel: ClientChannel) => boolean;
  readonly #channels = new Map<ClientChannelId, ClientChannel>();

  /** `accepts` is asked last, of channels that are otherwise in order. */
  constructor(state: ServerState<Client>, accepts: (channel: ClientChannel) => boolean) {
    this.#state = state;
    this.#accepts = accepts;
  }

  advertise(channel: ClientChannel): Effect[] {
    const refusal = this.#refusal(channel);
    if (refusal) return [refusal];
    this.#channels.set(channel.id, channel);
    return [{ do: "clientAdvertised", channel }];
  }

  unadvertise(channelId: ClientChannelId): Effect[] {
    if (!this.#channels.delete(channelId)) {
      return [warning(`Cannot unadvertise client channel ${channelId}: it is not advertised`)];
    }
    return [{ do: "clientUnadvertised", channelId }];
  }

  message({ channelId, payload }: ClientMessageData): Effect[] {
    if (!this.#channels.has(channelId)) {
      return [error(`Cannot take a message on client channel ${channelId}: it is not advertised`)];
    }
    return [{ do: "clientMessage", channelId, payload }];
  }

  /** Ends them all. */
  close(): Effect[] {
    return [...this.#channels.keys()].flatMap((channelId) => this.unadvertise(channelId));
  }

  #refusal(channel: ClientChannel): Effect | undefined {
    const cannot = `Cannot advertise client channel ${channel.id} on topic "${channel.topic}"`;
    const existing = this.#channels.get(channel.id);
    if (existing) {
      return isSame(existing, channel)
        ? warning(`${cannot}: it is advertised already`)
        : error(`${cannot}: the id is in use for topic "${existing.topic}"`);
    }
    if (this.#state.declaresEncodings && !this.#state.supportedEncodings().includes(channel.encoding)) {
      return error(`${cannot}: the server does not support encoding "${channel.encoding}"`);
    }
    if (isBrokenSchema(channel)) return error(`${cannot}: its schema is not base64`);
    return this.#accepts(channel) ? undefined : error(`${cannot}: the server does not allow it`);
  }
}

function isSame(one: ClientChannel, other: ClientChannel): boolean {
  return one.topic === other.topic && one.encoding === other.encoding && one.schemaName === other.schemaName &&
    one.schemaEncoding === other.schemaEncoding && sameSchema(one.schema, other.schema);
}
