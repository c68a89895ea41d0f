// HookOwners: what typed services, parameter stores and topics own. Hooks ask them before the listener.

import type { ClientChannel } from "../../protocol/client_publish.ts";
import type { Parameter } from "../../protocol/parameters.ts";
import type { Service } from "../../protocol/services.ts";
import { StatusLevel } from "../../protocol/status.ts";
import type { HookClient, OwnHooks } from "../clients/hooks.ts";
import type { MaybePromise, PublishContext, ServiceContext, ServiceResponse } from "../listener.ts";
import type { ClientInfo } from "../client_info.ts";
import { didYouMean } from "../../near_name.ts";
import type { ParameterOwner, RefusedParameter } from "../parameters/parameter_owner.ts";

/** Answers the calls of one service. */
export type ServiceResponder = (
  encoding: string,
  payload: Uint8Array,
  context: ServiceContext,
) => MaybePromise<ServiceResponse>;

/** Handles the messages that clients publish on one topic. */
export interface TopicReceiver {
  /** Decodes a payload and calls the handler. Calls `refuse` with the reason if the payload cannot be decoded. */
  receive(payload: Uint8Array, context: PublishContext, refuse: (why: string) => void): unknown;
}

/** The owners of one server, by name. */
export class HookOwners {
  /** By the service itself, so that calls that have already arrived are answered after it was removed. */
  readonly services: WeakMap<Service, ServiceResponder> = new WeakMap();
  readonly topics: Map<string, TopicReceiver> = new Map();
  readonly parameters: Set<ParameterOwner> = new Set();
  readonly #reported = new WeakSet<ClientChannel>();
  /** The hooks that answer for the owners. */
  readonly hooks: OwnHooks = {
    onServiceRequest: (_client, next, serviceId, callId, encoding, payload, context) => {
      const responder = this.services.get(context.service);
      return responder ? responder(encoding, payload, context) : next?.(serviceId, callId, encoding, payload, context);
    },
    onClientMessage: (client, next, channelId, payload, context) => {
      const { topic } = context.channel;
      const receiver = this.topics.get(topic);
      if (!receiver) return next ? next(channelId, payload, context) : this.#unhandled(client, context.channel);
      // The text begins with the topic and the reason, because apps cut longer texts.
      return receiver.receive(payload, context, (why) => client.sendStatus(StatusLevel.ERROR, `${topic}: ${why}`));
    },
    onGetParameters: (_client, next, names, requestId, context) => {
      if (this.parameters.size === 0) return next?.(names, requestId, context);
      return this.#getParameters(names, (others) => next?.(others, requestId, context));
    },
  };

  /** Whether there is any parameter store. */
  get hasStores(): boolean {
    return this.parameters.size > 0;
  }

  /** Returns the store that defines a parameter. */
  ownerOf(name: string): ParameterOwner | undefined {
    for (const owner of this.parameters) if (owner.has(name)) return owner;
    return undefined;
  }

  /** Returns the owned parameters with these names, each once; `[]` means all of them. */
  readParameters(names: readonly string[]): Parameter[] {
    return [...this.parameters].flatMap((owner) => owner.read(names.length === 0 ? owner.names() : names));
  }

  /**
   * Sets owned parameters for a client. Calls `respond` with the refused ones when all stores have changed, before any
   * of them sends its changes.
   */
  writeParameters(
    parameters: readonly Parameter[],
    client: ClientInfo,
    respond: (refused: readonly RefusedParameter[]) => void,
  ): void {
    const write = (owners: readonly ParameterOwner[], refusedSoFar: readonly RefusedParameter[]): void => {
      const [owner, ...others] = owners;
      if (!owner) return respond(refusedSoFar);
      const own = parameters.filter(({ name }) => owner.has(name));
      owner.write(own, client, ({ refused }) => write(others, [...refusedSoFar, ...refused]));
    };
    const unknown = parameters.filter(({ name }) => !this.ownerOf(name));
    write(
      [...this.parameters],
      unknown.map(({ name }) => ({ name, why: `${JSON.stringify(name)}: no such parameter` })),
    );
  }

  /** Tells a client once for each of its channels that its messages are lost, for example because of a wrong topic. */
  #unhandled(client: HookClient, channel: ClientChannel): void {
    // A program without handlers for values may have its own reasons to ignore messages.
    if (this.topics.size === 0 || this.#reported.has(channel)) return;
    this.#reported.add(channel);
    const hint = didYouMean(channel.topic, this.topics.keys());
    client.sendStatus(StatusLevel.WARNING, `${channel.topic}: nothing receives it on the server${hint}`);
  }

  async #getParameters(
    names: readonly string[],
    next: (names: readonly string[]) => MaybePromise<readonly Parameter[]> | undefined,
  ): Promise<readonly Parameter[]> {
    const owned = this.readParameters(names);
    const others = names.filter((name) => !this.ownerOf(name));
    if (names.length > 0 && others.length === 0) return owned;
    const rest = await next(others) ?? [];
    // A value that is not an array is reported by the caller.
    return Array.isArray(rest) ? [...owned, ...rest.filter((other) => !this.#isOwned(other))] : rest;
  }

  /** The hook may return anything. The caller reports what cannot be sent. */
  #isOwned(parameter: Partial<Parameter> | null): boolean {
    return typeof parameter?.name === "string" && this.ownerOf(parameter.name) !== undefined;
  }
}
