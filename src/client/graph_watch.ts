// GraphWatch: who wants to be told of the connection graph, and the graph as it stands.

import type { ConnectionGraph, ConnectionGraphUpdate } from "../protocol/connection_graph.ts";
import type { ClientMessage } from "../protocol/messages.ts";
import { GraphView } from "./graph_view.ts";
import { Stream, type Updates } from "./stream.ts";

/** The loops over the graph of one client. */
export class GraphWatch {
  readonly #send: (message: ClientMessage) => void;
  readonly #streams = new Set<Stream<ConnectionGraph>>();
  /** There as soon as the server has told it. */
  #view: GraphView | undefined;

  constructor(send: (message: ClientMessage) => void) {
    this.#send = send;
  }

  /** Begins a loop. */
  add(signal: AbortSignal | undefined): Updates<ConnectionGraph> {
    const stream = new Stream<ConnectionGraph>({ maxQueued: 1, signal, onEnd: () => this.#remove(stream) });
    this.#streams.add(stream);
    if (this.#streams.size === 1) this.#send({ op: "subscribeConnectionGraph" });
    else if (this.#view) stream.push(this.#view.graph());
    return stream;
  }

  /** The first update on a connection is the whole graph. */
  told(update: ConnectionGraphUpdate): void {
    // One that was under way when the last loop ended.
    if (this.#streams.size === 0) return;
    this.#view ??= new GraphView();
    this.#view.apply(update);
    const graph = this.#view.graph();
    for (const stream of this.#streams) stream.push(graph);
  }

  /** There is a new connection. */
  resume(): void {
    this.#view = undefined;
    if (this.#streams.size > 0) this.#send({ op: "subscribeConnectionGraph" });
  }

  /** No connection will come. */
  end(error: Error | undefined): void {
    for (const stream of [...this.#streams]) stream.end(error);
  }

  #remove(stream: Stream<ConnectionGraph>): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    this.#view = undefined;
    this.#send({ op: "unsubscribeConnectionGraph" });
  }
}
