// Greeting: what every client is told first, encoded once for all of them.

import type { Capability } from "../protocol/capabilities.ts";
import type { Channel } from "../protocol/channels.ts";
import { encodeServerMessage } from "../protocol/encode.ts";
import type { ServerInfo } from "../protocol/server_info.ts";
import type { Service } from "../protocol/services.ts";
import type { Status } from "../protocol/status.ts";
import type { ServerState } from "../session/server_state.ts";
import type { ResolvedOptions } from "./options.ts";
import type { Frame } from "./outbox.ts";

/** Channels or services in one message: many small messages keep a slow link responsive, and none exceeds a peer's limit. */
const ENTRIES_PER_MESSAGE = 100;

/** Options of {@linkcode Greeting}. */
export type GreetingOptions = Pick<
  ResolvedOptions,
  "name" | "capabilities" | "metadata" | "sessionId" | "dataStartTime" | "dataEndTime"
>;

/** The frames with which a connection begins. */
export class Greeting<Client> {
  /** What is told to everybody who connects until it is removed, by id. */
  readonly stickyStatuses: Map<string, Status> = new Map();
  /** The last time that was broadcast in this session: a clock may stand still for long. */
  lastTime: Frame | undefined;
  readonly #options: GreetingOptions;
  readonly #state: ServerState<Client>;
  #sessionId: string;
  /** By the capabilities that they list. */
  readonly #serverInfos = new Map<string, Frame>();
  #channels: Frame[] | undefined;
  #services: Frame[] | undefined;

  constructor(options: GreetingOptions, state: ServerState<Client>) {
    this.#options = options;
    this.#state = state;
    this.#sessionId = options.sessionId;
    // What cannot be sent is refused here, and not when the first client comes.
    this.serverInfo();
  }

  /** Names the session that begins now. */
  set sessionId(sessionId: string) {
    const { capabilities } = this.#options;
    // A name that cannot be sent throws here, and changes nothing.
    const frame = encodeServerMessage({ ...this.#info(capabilities), sessionId });
    this.#serverInfos.clear();
    this.#serverInfos.set(capabilities.join(), frame);
    this.#sessionId = sessionId;
    // The next session may begin earlier, and apps must not take that for a clock that runs backwards.
    this.lastTime = undefined;
  }

  /** To be called when a channel came or went. */
  channelsChanged(): void {
    this.#channels = undefined;
  }

  /** To be called when a service came or went. */
  servicesChanged(): void {
    this.#services = undefined;
    this.#serverInfos.clear();
  }

  /** The very first frame. `offers` is whether this client is offered a capability that the server has. */
  serverInfo(offers: (capability: Capability) => boolean = () => true): Frame {
    const capabilities = this.#options.capabilities.filter(offers);
    const key = capabilities.join();
    const frame = this.#serverInfos.get(key) ?? encodeServerMessage(this.#info(capabilities));
    this.#serverInfos.set(key, frame);
    return frame;
  }

  /** At least one `advertise`, empty if need be: apps wait for one. `visible` is what this client may see of the server's channels. */
  channels(visible: (channels: readonly Channel[]) => readonly Channel[]): Frame[] {
    const all = [...this.#state.channels.channels.values()];
    const seen = visible(all);
    if (seen.length < all.length) return advertise(seen);
    return this.#channels ??= advertise(all);
  }

  /** Nothing where there are none. `callable` is what this client may call of the server's services. */
  services(callable: (services: readonly Service[]) => readonly Service[]): Frame[] {
    const all = [...this.#state.services.services.values()];
    const services = callable(all);
    if (services.length < all.length) return advertiseServices(services);
    return this.#services ??= advertiseServices(all);
  }

  #info(capabilities: readonly Capability[]): ServerInfo {
    const { name, metadata, dataStartTime, dataEndTime } = this.#options;
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

/** One frame for every hundred channels; one with an empty list for none. */
export function advertise(channels: readonly Channel[]): Frame[] {
  if (channels.length === 0) return [encodeServerMessage({ op: "advertise", channels })];
  return inParts(channels, ENTRIES_PER_MESSAGE, (channels) => encodeServerMessage({ op: "advertise", channels }));
}

/** One frame for every hundred services; none for none. */
export function advertiseServices(services: readonly Service[]): Frame[] {
  return inParts(
    services,
    ENTRIES_PER_MESSAGE,
    (services) => encodeServerMessage({ op: "advertiseServices", services }),
  );
}

/** One frame for every `size` items, in their order. */
export function inParts<T>(items: readonly T[], size: number, encode: (part: readonly T[]) => Frame): Frame[] {
  const frames: Frame[] = [];
  for (let start = 0; start < items.length; start += size) frames.push(encode(items.slice(start, start + size)));
  return frames;
}
