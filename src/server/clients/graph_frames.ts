// GraphFrames: the whole connection graph, encoded once for all clients that see the same part of it.

import { encodeServerMessage } from "../../protocol/encode.ts";
import type { Access } from "../../session/access.ts";
import type { GraphState } from "../../session/graph_state.ts";
import type { Frame } from "../delivery/outbox.ts";

/** Encoded snapshots of one server's graph. */
export class GraphFrames {
  readonly #graph: GraphState;
  /** The version of the graph that the frames show. */
  #version = 0;
  /** The frame for clients that see the whole graph. */
  #whole: Frame | undefined;
  #frames = new WeakMap<Access, Frame>();

  constructor(graph: GraphState) {
    this.#graph = graph;
  }

  /** Returns the snapshot of the part that a client may see. */
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
