// GraphFrames: the whole connection graph, encoded once for all clients that see the same of it.

import { encodeServerMessage } from "../protocol/encode.ts";
import type { Access } from "../session/access.ts";
import type { GraphState } from "../session/graph_state.ts";
import type { Frame } from "./outbox.ts";

/** Snapshots of one server's graph. */
export class GraphFrames {
  readonly #graph: GraphState;
  /** Of which version these are. */
  #version = 0;
  /** For clients that see all of it. */
  #whole: Frame | undefined;
  #frames = new WeakMap<Access, Frame>();

  constructor(graph: GraphState) {
    this.#graph = graph;
  }

  /** What a client sees of the graph. */
  snapshot(access: Access): Frame {
    if (this.#version !== this.#graph.version) {
      this.#version = this.#graph.version;
      this.#whole = undefined;
      this.#frames = new WeakMap();
    }
    const frame = this.#frames.get(access) ?? this.#encode(access);
    this.#frames.set(access, frame);
    return frame;
  }

  #encode(access: Access): Frame {
    const snapshot = this.#graph.snapshot();
    const seen = access.graph(snapshot);
    return seen === snapshot ? this.#whole ??= encodeServerMessage(seen) : encodeServerMessage(seen);
  }
}
