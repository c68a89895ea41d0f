// StateKeeper: restores the state of a robot in NATS if the stream has lost it.

import { textOf } from "../error_text.ts";
import { FailureNote } from "./failure_note.ts";
import { STATE_MAX_AGE_MS, type StateStream } from "./jet_stream.ts";
import type { NatsLink } from "./nats_link.ts";
import type { StateWriter } from "./state_writer.ts";

/** How long to wait before another attempt to create the stream, in ms. */
const RETRY_MS = 1000;
/** All state is put again at most this often, in ms, although an edge requests it. */
const REFRESH_MS = 5000;

/** What the keeper needs. */
export interface StateKeeperOptions {
  readonly link: NatsLink;
  readonly stream: StateStream;
  readonly writer: StateWriter;
  /** Called when all state has been put into the stream again. */
  readonly onRestored: () => void;
}

/** Creates the stream again, and puts all state into it. The stream and its state must exist at the beginning. */
export class StateKeeper {
  readonly #options: StateKeeperOptions;
  #cancelRetry: (() => void) | undefined;
  #refreshedAt = -Infinity;
  #putAllAt: number;
  readonly #note: FailureNote;
  #isClosed = false;

  constructor(options: StateKeeperOptions) {
    this.#options = options;
    this.#note = new FailureNote(options.link);
    this.#putAllAt = options.link.clock.now();
  }

  /** An edge lacks state. The stream may have lost it. */
  refresh(): void {
    if (this.#options.link.clock.now() - this.#refreshedAt >= REFRESH_MS) void this.restore();
  }

  /** Must be called regularly, because the stream removes old state. */
  tick(): void {
    if (this.#options.link.clock.now() - this.#putAllAt >= STATE_MAX_AGE_MS / 2) void this.restore();
  }

  /** Creates the stream again if it is lost, and puts all state into it. Never rejects. */
  async restore(): Promise<void> {
    const { link, stream, writer, onRestored } = this.#options;
    this.#refreshedAt = link.clock.now();
    this.#cancelRetry?.();
    try {
      await stream.create();
    } catch (error) {
      // Without a connection, this follows the reconnect. Until then, the client of NATS would keep each request.
      if (this.#isClosed || !link.window.isConnected) return;
      this.#note.failed(`cannot put the state of the robot into NATS: ${textOf(error)}`);
      this.#cancelRetry?.();
      this.#cancelRetry = link.clock.after(RETRY_MS, () => void this.restore());
      return;
    }
    if (this.#isClosed) return;
    this.#putAllAt = link.clock.now();
    writer.putAll();
    this.#note.ended("the state of the robot can be put into NATS again");
    onRestored();
  }

  /** Stops. No retry follows. */
  close(): void {
    this.#isClosed = true;
    this.#cancelRetry?.();
  }
}
