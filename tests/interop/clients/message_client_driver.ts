// MessageClientDriver: adds responses and subscriptions to a client that only sends and receives messages.

import { GraphView } from "../../../src/client/graph_view.ts";
import type { ConnectionGraph } from "../../../src/protocol/connection_graph.ts";
import type { Parameter } from "../../../src/protocol/parameters.ts";
import type { Status } from "../../../src/protocol/status.ts";
import type {
  ClientDriver,
  PublishedChannel,
  ReceivedMessage,
  ReceivedServerInfo,
  Subscription,
} from "../client_driver.ts";
import type { Inbox } from "../inbox.ts";
import type { WireChannel } from "../fixture.ts";
import type { NpmClient } from "../npm_connection.ts";

/** The methods of npm's client that send messages. */
export type MessageWriter = Pick<
  NpmClient,
  | "subscribe"
  | "unsubscribe"
  | "advertise"
  | "unadvertise"
  | "sendMessage"
  | "getParameters"
  | "setParameters"
  | "subscribeParameterUpdates"
  | "sendServiceCallRequest"
  | "subscribeConnectionGraph"
  | "unsubscribeConnectionGraph"
  | "fetchAsset"
>;

/**
 * Drives a client through {@linkcode MessageWriter}, and reads its messages from an {@linkcode Inbox}.
 *
 * Messages have the names of npm's client, but binary data is a `Uint8Array`. {@linkcode pushMessage} lists the kinds.
 */
export class MessageClientDriver implements ClientDriver {
  readonly subprotocol: string | undefined;
  readonly #writer: MessageWriter;
  readonly #inbox: Inbox;
  readonly #end: () => PromiseLike<void>;
  readonly #channels = new Map<string, WireChannel & { id: number }>();
  readonly #services = new Map<string, { id: number; request: { encoding: string } }>();
  #lastId = 0;

  constructor(writer: MessageWriter, inbox: Inbox, subprotocol: string | undefined, end: () => PromiseLike<void>) {
    this.#writer = writer;
    this.#inbox = inbox;
    this.subprotocol = subprotocol;
    this.#end = end;
  }

  async nextServerInfo(): Promise<ReceivedServerInfo> {
    const { name, capabilities, supportedEncodings, sessionId } = await this.#inbox.next("serverInfo");
    return { name, capabilities, supportedEncodings, sessionId };
  }

  async waitForChannel(topic: string): Promise<WireChannel> {
    const { id: _id, ...channel } = await this.#channel(topic);
    return channel;
  }

  async waitForRemoval(topic: string): Promise<void> {
    const { id } = await this.#channel(topic);
    while (!(await this.#inbox.next("unadvertise")).includes(id));
    this.#channels.delete(topic);
  }

  async subscribe(topic: string): Promise<Subscription<ReceivedMessage>> {
    const id = this.#writer.subscribe((await this.#channel(topic)).id);
    return {
      next: async () => {
        const { subscriptionId, timestamp, data } = await this.#inbox.next("message");
        if (subscriptionId !== id) throw new Error(`Received a message for subscription ${subscriptionId}, not ${id}`);
        return { timestamp, payload: data };
      },
      close: () => this.#writer.unsubscribe(id),
    };
  }

  advertise(channel: PublishedChannel): number {
    return this.#writer.advertise(channel);
  }

  publish(channelId: number, payload: Uint8Array): void {
    this.#writer.sendMessage(channelId, payload);
  }

  unadvertise(channelId: number): void {
    this.#writer.unadvertise(channelId);
  }

  getParameters(names: readonly string[]): Promise<readonly Parameter[]> {
    const id = this.#nextId();
    this.#writer.getParameters([...names], id);
    return this.#parameters(id);
  }

  setParameters(parameters: readonly Parameter[]): Promise<readonly Parameter[]> {
    const id = this.#nextId();
    // npm's types require mutable arrays.
    this.#writer.setParameters(parameters as Parameters<MessageWriter["setParameters"]>[0], id);
    return this.#parameters(id);
  }

  subscribeParameters(names: readonly string[]): Subscription<readonly Parameter[]> {
    this.#writer.subscribeParameterUpdates([...names]);
    let first: Promise<readonly Parameter[]> | undefined = this.getParameters(names);
    return {
      next: () => {
        const values = first ?? this.#parameters(undefined);
        first = undefined;
        return values;
      },
      close: () => {},
    };
  }

  async callService(name: string, payload: Uint8Array): Promise<{ encoding: string; payload: Uint8Array }> {
    while (!this.#services.has(name)) {
      for (const service of await this.#inbox.next("advertiseServices")) this.#services.set(service.name, service);
    }
    const { id, request: { encoding } } = this.#services.get(name)!;
    const callId = ++this.#lastId;
    const { buffer, byteOffset, byteLength } = payload;
    const data = new DataView(buffer, byteOffset, byteLength);
    this.#writer.sendServiceCallRequest({ serviceId: id, callId, encoding, data });
    const result = await this.#inbox.next("serviceResult");
    if (result.serviceId !== id || result.callId !== callId) throw new Error("Received a response to another call");
    if (result.message !== undefined) throw new Error(result.message);
    return { encoding: result.encoding, payload: result.data };
  }

  async fetchAsset(uri: string): Promise<Uint8Array> {
    const id = ++this.#lastId;
    this.#writer.fetchAsset(uri, id);
    const { requestId, status, error, data } = await this.#inbox.next("fetchAssetResponse");
    if (requestId !== id) throw new Error("Received a response to another request");
    if (status !== 0) throw new Error(error);
    return data;
  }

  subscribeConnectionGraph(): Subscription<ConnectionGraph> {
    const view = new GraphView();
    this.#writer.subscribeConnectionGraph();
    return {
      next: async () => {
        view.apply(await this.#inbox.next("connectionGraphUpdate"));
        return view.graph();
      },
      close: () => this.#writer.unsubscribeConnectionGraph(),
    };
  }

  async nextTime(): Promise<bigint> {
    return (await this.#inbox.next("time")).timestamp;
  }

  async nextStatus(): Promise<Omit<Status, "op">> {
    const { op: _op, ...status } = await this.#inbox.next("status");
    return status;
  }

  async nextRemovedStatuses(): Promise<readonly string[]> {
    return (await this.#inbox.next("removeStatus")).statusIds;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }

  async #channel(topic: string): Promise<WireChannel & { id: number }> {
    while (!this.#channels.has(topic)) {
      for (const channel of await this.#inbox.next("advertise")) this.#channels.set(channel.topic, channel);
    }
    return this.#channels.get(topic)!;
  }

  async #parameters(id: string | undefined): Promise<readonly Parameter[]> {
    const values = await this.#inbox.next(id === undefined ? "parameterUpdate" : "parameterResponse");
    if (values.id !== id) throw new Error(`Received values for request "${values.id}", not "${id}"`);
    return values.parameters;
  }

  #nextId(): string {
    this.#lastId += 1;
    return `request ${this.#lastId}`;
  }
}

/** Adds a message to the inbox, under the kind that {@linkcode MessageClientDriver} waits for. */
export function pushMessage(inbox: Inbox, name: string, value: unknown): void {
  switch (name) {
    case "serviceCallResponse":
    case "serviceCallFailure":
      return inbox.push("serviceResult", value);
    case "parameterValues":
      return inbox.push((value as { id?: string }).id === undefined ? "parameterUpdate" : "parameterResponse", value);
    default:
      return inbox.push(name, value);
  }
}
