// Probe: the client whose stalls are measured.

import { LoadConnection } from "../load/load_connection.ts";
import { type GapReport, Gaps } from "./gaps.ts";

const READ_BYTES = 64 * 1024;

/** A subscriber of the server's first topic. */
export class Probe implements Disposable {
  readonly #connection: LoadConnection;
  #gaps: Gaps | undefined;
  #isConnected = true;

  /** Connects, and waits for the first message. */
  static async connect(port: number): Promise<Probe> {
    const options = { port, readBytes: READ_BYTES, stamp: "any", confirmedBy: "message" } as const;
    const probe = new Probe(await LoadConnection.connect(options));
    await probe.#connection.subscribed;
    return probe;
  }

  private constructor(connection: LoadConnection) {
    this.#connection = connection;
    let { messages } = connection;
    connection.onWalked = () => {
      if (connection.messages > messages) this.#gaps?.arrived(performance.now());
      messages = connection.messages;
    };
    connection.read().catch(() => this.#isConnected = false);
  }

  /** Whether the server still serves it. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Begins to measure gaps. */
  begin(): void {
    this.#gaps = new Gaps(performance.now());
  }

  /** The gaps since `begin()`. */
  end(): GapReport {
    if (!this.#gaps) throw new Error("Cannot end the measurement: it has not begun");
    return this.#gaps.end(performance.now());
  }

  [Symbol.dispose](): void {
    this.#connection[Symbol.dispose]();
  }
}
