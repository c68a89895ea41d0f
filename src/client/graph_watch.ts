// GraphWatch: the loops over the connection graph, and its current state.

import type { Clock } from "../clock.ts";
import type { ConnectionGraph, ConnectionGraphUpdate } from "../protocol/connection_graph.ts";
import type { ClientMessage } from "../protocol/messages.ts";
import type { GraphView } from "./graph_view.ts";
import { UpdateQueue } from "./update_queue.ts";
import type { UpdateStream } from "./update_stream.ts";

/** Graphs with more names than this are delivered at a limited rate, because each delivery copies the whole graph. */
const LARGE_GRAPH = 1000;
/** The delivery rate for large graphs, in names per ms. */
const NAMES_PER_MS = 1000;

/** Builds the graph when the loop reads it, so that updates that no loop reads do not cost a copy of the graph. */
type GraphStream = UpdateQueue<ConnectionGraph, GraphView>;

/** The parts of a client that a {@linkcode GraphWatch} uses. */
export interface GraphWatchContext {
  send(message: ClientMessage): void;
  /** Whether there is a connection to a server with the capability. Reports a server without it. */
  isSupported(): boolean;
  /** Creates an empty view. */
  createView(): GraphView;
  clock: Clock;
}

/** All loops over the connection graph of one client. They share one subscription to the graph. */
export class GraphWatch {
  readonly #context: GraphWatchContext;
  readonly #streams = new Set<GraphStream>();
  /** Whether the server of the current connection has received the subscription. */
  #isSubscribed = false;
  /** `undefined` until the server has sent the graph. */
  #view: GraphView | undefined;
  /** The time of the last delivery, in ms. */
  #deliveredAt = -Infinity;
  /** Set while a delivery is scheduled. */
  #cancelTimer: (() => void) | undefined;

  constructor(context: GraphWatchContext) {
    this.#context = context;
  }

  /**
   * Creates the stream for a loop of the application. If no other loop is open, this subscribes to the graph, now or
   * when the server supports it. Otherwise the loop gets the current graph at once, if it is known.
   */
  add(signal: AbortSignal | undefined): UpdateStream<ConnectionGraph> {
    const stream: GraphStream = new UpdateQueue({
      maxQueued: 1,
      read: (view) => view.graph(),
      signal,
      onEnd: () => this.#remove(stream),
    });
    this.#streams.add(stream);
    if (this.#isSubscribed && this.#view) stream.push(this.#view);
    this.subscribe();
    return stream;
  }

  /** Handles an update. The first one after a subscription contains the whole graph. */
  onUpdate(update: ConnectionGraphUpdate): void {
    // This update was in flight when the last loop ended.
    if (this.#streams.size === 0) return;
    this.#view ??= this.#context.createView();
    this.#view.apply(update);
    if (this.#cancelTimer) return;
    const waitMs = this.#deliveredAt + this.#view.size / NAMES_PER_MS - this.#context.clock.now();
    if (this.#view.size <= LARGE_GRAPH || waitMs <= 0) this.#deliver();
    else this.#cancelTimer = this.#context.clock.after(waitMs, () => this.#deliver());
  }

  /** Subscribes if there are loops and the server supports it. Does nothing if the subscription exists. */
  subscribe(): void {
    if (this.#streams.size === 0 || this.#isSubscribed || !this.#context.isSupported()) return;
    this.#isSubscribed = true;
    this.#reset();
    this.#context.send({ op: "subscribeConnectionGraph" });
  }

  /** The next server sends the whole graph. Until then, loops keep the last graph of the lost connection. */
  onConnectionLost(): void {
    this.#isSubscribed = false;
  }

  /** Ends all loops, because the client does not connect again. */
  end(error: Error | undefined): void {
    for (const stream of [...this.#streams]) stream.end(error);
  }

  #remove(stream: GraphStream): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    this.#reset();
    if (!this.#isSubscribed) return;
    this.#isSubscribed = false;
    this.#context.send({ op: "unsubscribeConnectionGraph" });
  }

  #deliver(): void {
    this.#cancelTimer = undefined;
    this.#deliveredAt = this.#context.clock.now();
    if (this.#view) { for (const stream of this.#streams) stream.push(this.#view); }
  }

  #reset(): void {
    this.#view = undefined;
    this.#deliveredAt = -Infinity;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}
