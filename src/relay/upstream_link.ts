// UpstreamLink: one client of an upstream, and what was subscribed with it.

import type { ConnectionGraph, FoxgloveClient, Parameter } from "../client/mod.ts";
import { ParameterStreams } from "./parameter_streams.ts";
import { type MessageReceiver, TopicSubscriptions } from "./topic_subscriptions.ts";

/** Receives what was subscribed. */
export interface LinkReceiver {
  message: MessageReceiver;
  parameters(values: readonly Parameter[]): void;
  graph(graph: ConnectionGraph): void;
}

/** A client, which may not exist yet. A socket of a robot that replaces another one begins a new link. */
export class UpstreamLink {
  /** Set when the client exists. */
  client: FoxgloveClient | undefined;
  /** Whether the current connection has a `serverInfo`. */
  hasInfo = false;
  readonly subscriptions: TopicSubscriptions;
  readonly #abort = new AbortController();
  readonly #receiver: LinkReceiver;
  readonly #parameters: ParameterStreams;
  #graph: { close(): void } | undefined;

  constructor(receiver: LinkReceiver) {
    this.#receiver = receiver;
    this.subscriptions = new TopicSubscriptions(receiver.message);
    this.#parameters = new ParameterStreams(receiver.parameters);
  }

  /** Aborts when the link ends. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Passes wishes on to the client, which keeps them over reconnects. */
  apply(watchedParameters: ReadonlySet<string>, isGraphWatched: boolean): void {
    const { client } = this;
    if (!client || client.state.type === "closed") return;
    this.#parameters.watch(client, watchedParameters);
    if (!isGraphWatched) {
      this.#graph?.close();
      this.#graph = undefined;
    } else if (!this.#graph) {
      const stream = client.subscribeConnectionGraph();
      this.#graph = stream;
      void (async () => {
        for await (const graph of stream) if (this.#graph === stream) this.#receiver.graph(graph);
      })().catch(() => {});
    }
  }

  /** Closes the client. */
  async end(reason: Error): Promise<void> {
    this.#abort.abort(reason);
    this.subscriptions.clear();
    await this.client?.close();
  }
}
