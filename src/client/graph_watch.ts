// GraphWatch: who wants to be told of the connection graph, and the graph as it stands.

import type { Clock } from "../clock.ts";
import type { ConnectionGraph, ConnectionGraphUpdate } from "../protocol/connection_graph.ts";
import type { ClientMessage } from "../protocol/messages.ts";
import type { GraphView } from "./graph_view.ts";
import { Stream, type Updates } from "./stream.ts";

/** A graph of more names than this is not handed over with each update, because that costs as much as the graph is large. */
const LARGE_GRAPH = 1000;
/** So many names of a large graph are handed over in each millisecond. */
const NAMES_PER_MS = 1000;

/** Hands over the graph as it is when the loop takes it, so that updates that no loop takes cost no graph. */
type GraphStream = Stream<ConnectionGraph, GraphView>;

/** The loops over the graph of one client. */
export class GraphWatch {
  readonly #send: (message: ClientMessage) => void;
  readonly #clock: Clock;
  readonly #newView: () => GraphView;
  readonly #streams = new Set<GraphStream>();
  /** There as soon as the server has told it. */
  #view: GraphView | undefined;
  /** When it was handed over last, in ms. */
  #toldAt = -Infinity;
  /** Set while an update waits to be handed over. */
  #cancelAlarm: (() => void) | undefined;

  /** `newView` makes an empty view. */
  constructor(send: (message: ClientMessage) => void, clock: Clock, newView: () => GraphView) {
    this.#send = send;
    this.#clock = clock;
    this.#newView = newView;
  }

  /** Begins a loop. */
  add(signal: AbortSignal | undefined): Updates<ConnectionGraph> {
    const stream: GraphStream = new Stream({
      maxQueued: 1,
      read: (view) => view.graph(),
      signal,
      onEnd: () => this.#remove(stream),
    });
    this.#streams.add(stream);
    if (this.#streams.size === 1) this.#send({ op: "subscribeConnectionGraph" });
    else if (this.#view) stream.push(this.#view);
    return stream;
  }

  /** The first update on a connection is the whole graph. */
  told(update: ConnectionGraphUpdate): void {
    // One that was under way when the last loop ended.
    if (this.#streams.size === 0) return;
    this.#view ??= this.#newView();
    this.#view.apply(update);
    if (this.#cancelAlarm) return;
    const waitMs = this.#toldAt + this.#view.size / NAMES_PER_MS - this.#clock.now();
    if (this.#view.size <= LARGE_GRAPH || waitMs <= 0) this.#handOver();
    else this.#cancelAlarm = this.#clock.after(waitMs, () => this.#handOver());
  }

  /** There is a new connection. */
  resume(): void {
    this.#forget();
    if (this.#streams.size > 0) this.#send({ op: "subscribeConnectionGraph" });
  }

  /** No connection will come. */
  end(error: Error | undefined): void {
    for (const stream of [...this.#streams]) stream.end(error);
  }

  #remove(stream: GraphStream): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    this.#forget();
    this.#send({ op: "unsubscribeConnectionGraph" });
  }

  #handOver(): void {
    this.#cancelAlarm = undefined;
    this.#toldAt = this.#clock.now();
    if (this.#view) { for (const stream of this.#streams) stream.push(this.#view); }
  }

  #forget(): void {
    this.#view = undefined;
    this.#toldAt = -Infinity;
    this.#cancelAlarm?.();
    this.#cancelAlarm = undefined;
  }
}
