// Greeting: the first messages to every client, encoded once for all of them.

import type { AdvertisedSchema } from "../../protocol/advertised_schemas.ts";
import type { Capability } from "../../protocol/capabilities.ts";
import type { Channel } from "../../protocol/channels.ts";
import { encodeServerMessage } from "../../protocol/encode.ts";
import type { ServerInfo } from "../../protocol/server_info.ts";
import type { Service } from "../../protocol/services.ts";
import type { Status } from "../../protocol/status.ts";
import { isKnownCapability } from "../../session/declared_info.ts";
import { SentSchemas } from "../../session/sent_schemas.ts";
import type { ServerState } from "../../session/server_state.ts";
import type { Frame } from "../delivery/outbox.ts";

/**
 * Channels or services per message. Many small messages keep a slow link responsive, and do not exceed the limits of
 * peers.
 */
const ENTRIES_PER_MESSAGE = 100;

/** Encodes the first messages of a connection. */
export class Greeting<Client> {
  /** The statuses that every new client gets until they are removed, by id. */
  readonly stickyStatuses: Map<string, Status> = new Map();
  /** The last time that was broadcast in this session. New clients get it, because a clock may stand still for long. */
  lastTime: Frame | undefined;
  readonly #state: ServerState<Client>;
  #sessionId: string;
  /** Encoded `serverInfo` messages, by the capabilities that they list. */
  readonly #serverInfos = new Map<string, Frame>();
  #channels: Frame[] | undefined;
  /** The frames of all channels for clients that receive each schema once, and the schemas in them. */
  #references: { frames: Frame[]; schemas: readonly AdvertisedSchema[] } | undefined;
  #services: Frame[] | undefined;

  constructor(state: ServerState<Client>, sessionId: string) {
    this.#state = state;
    this.#sessionId = sessionId;
    // Options that cannot be sent throw here, and not when the first client connects.
    this.serverInfo();
  }

  /** The id of the current session. Setting it begins a new session. */
  get sessionId(): string {
    return this.#sessionId;
  }

  set sessionId(sessionId: string) {
    const capabilities = [...this.#state.capabilities];
    // An id that cannot be sent throws here, and changes nothing.
    const frame = encodeServerMessage({ ...this.#info(capabilities), sessionId });
    this.#serverInfos.clear();
    this.#serverInfos.set(capabilities.join(), frame);
    this.#sessionId = sessionId;
    // The next session may begin at an earlier time. Apps must not mistake that for a clock that runs backwards.
    this.lastTime = undefined;
  }

  /** Discards the encoded channels. Must be called after a channel was added or removed. */
  channelsChanged(): void {
    this.#channels = undefined;
    this.#references = undefined;
  }

  /** Discards the encoded services and `serverInfo`. Must be called after a service was added or removed. */
  servicesChanged(): void {
    this.#services = undefined;
    this.infoChanged();
  }

  /** Discards the encoded `serverInfo`. Must be called after `ServerState.info` was replaced. */
  infoChanged(): void {
    this.#serverInfos.clear();
  }

  /**
   * Returns the very first message. `offers`: whether this client is offered a capability of the server. Unknown
   * capabilities are offered to every client.
   */
  serverInfo(offers: (capability: Capability) => boolean = () => true): Frame {
    const capabilities = [...this.#state.capabilities].filter((name) => !isKnownCapability(name) || offers(name));
    const key = capabilities.join();
    const frame = this.#serverInfos.get(key) ?? encodeServerMessage(this.#info(capabilities));
    this.#serverInfos.set(key, frame);
    return frame;
  }

  /**
   * Returns at least one `advertise`, even if it is empty, because apps wait for one. `visible` returns the channels
   * that this client may see. `sent`: if the client receives each schema once, the schemas that it has received, which
   * must be none.
   */
  channels(visible: (channels: readonly Channel[]) => readonly Channel[], sent?: SentSchemas): Frame[] {
    const all = [...this.#state.channels.channels.values()];
    const seen = visible(all);
    if (seen.length < all.length) return advertise(seen, sent);
    if (!sent) return this.#channels ??= advertise(all);
    const { frames, schemas } = this.#references ??= this.#referencesTo(all);
    sent.add(schemas);
    return frames;
  }

  /** Returns an empty list if the client may call no service. `callable` returns the services that it may call. */
  services(callable: (services: readonly Service[]) => readonly Service[]): Frame[] {
    const all = [...this.#state.services.services.values()];
    const services = callable(all);
    if (services.length < all.length) return advertiseServices(services);
    return this.#services ??= advertiseServices(all);
  }

  #referencesTo(channels: readonly Channel[]): { frames: Frame[]; schemas: readonly AdvertisedSchema[] } {
    const none = new SentSchemas(this.#state.schemas);
    const schemas = none.missing(channels);
    return { frames: advertise(channels, none), schemas };
  }

  #info(capabilities: readonly string[]): ServerInfo {
    const { name, metadata, dataStartTime, dataEndTime } = this.#state.info;
    const supportedEncodings = this.#state.supportedEncodings();
    return {
      op: "serverInfo",
      name,
      capabilities,
      ...(this.#state.declaresEncodings || supportedEncodings.length > 0 ? { supportedEncodings } : {}),
      ...(metadata ? { metadata } : {}),
      sessionId: this.#sessionId,
      ...(dataStartTime !== undefined && dataEndTime !== undefined ? { dataStartTime, dataEndTime } : {}),
    };
  }
}

/**
 * Encodes up to 100 channels per frame. Without channels, returns one frame with an empty list. `sent`: the channels
 * refer to schemas, and the frames contain the schemas that are not in `sent`, which are then added to it.
 */
export function advertise(channels: readonly Channel[], sent?: SentSchemas): Frame[] {
  const encode = (part: readonly Channel[]) =>
    encodeServerMessage(sent ? sent.advertise(part) : { op: "advertise", channels: part });
  return channels.length === 0 ? [encode(channels)] : inParts(channels, ENTRIES_PER_MESSAGE, encode);
}

/** Encodes up to 100 services per frame. Without services, returns no frame. */
export function advertiseServices(services: readonly Service[]): Frame[] {
  return inParts(
    services,
    ENTRIES_PER_MESSAGE,
    (services) => encodeServerMessage({ op: "advertiseServices", services }),
  );
}

/** Encodes up to `size` items per frame, in their order. */
export function inParts<T>(items: readonly T[], size: number, encode: (part: readonly T[]) => Frame): Frame[] {
  const frames: Frame[] = [];
  for (let start = 0; start < items.length; start += size) frames.push(encode(items.slice(start, start + size)));
  return frames;
}
