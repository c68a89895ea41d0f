// SinkDriver: adds and removes the sinks of a server, and records their calls.

import type { FoxgloveServer } from "../../src/server/server.ts";
import { RecordingSink } from "../support/recording_sink.ts";
import type { ServerOperation } from "./operations.ts";

/** An action of the program with sinks. */
export type SinkOperation = Extract<ServerOperation, { type: "addSink" | "removeSink" }>;

/** The sinks of one server. They are numbered in the order in which they were added. */
export class SinkDriver {
  readonly #removals: Disposable[] = [];
  readonly #calls: string[] = [];

  /** Applies one operation. Throws what the server throws. */
  apply(server: FoxgloveServer, operation: SinkOperation): void {
    if (operation.type === "removeSink") return this.#removals[operation.sink - 1]?.[Symbol.dispose]();
    const sink = new RecordingSink();
    const number = this.#removals.length + 1;
    sink.onCall = (_method, call) => void this.#calls.push(`sink ${number}: ${call}`);
    const { pattern } = operation;
    this.#removals.push(server.addSink(sink, pattern === undefined ? {} : { topics: [pattern] }));
  }

  /** Removes all sinks, and forgets their calls. */
  removeAll(): void {
    for (const removal of this.#removals.splice(0)) removal[Symbol.dispose]();
    this.take();
  }

  /** Returns the calls of all sinks since the last `take()`. */
  take(): string[] {
    return this.#calls.splice(0);
  }
}
