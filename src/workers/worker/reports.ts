// Reports: tells the producer the figures of a worker's clients and channels, some times a second.

import type { Clock } from "../../clock.ts";
import type { Notices } from "./notices.ts";
import type { WorkerChannel } from "./worker_channel.ts";
import type { WorkerClient } from "./worker_client.ts";

/** How often figures are reported while they change. */
const INTERVAL_MS = 50;
/** After so many bytes of orders they are reported at once, because the producer waits for that. */
const PROMPT_BYTES = 256 * 1024;

/** The parts of a worker that its reports use. */
export interface ReportsParts {
  clock: Clock;
  notices: Notices;
  clients: ReadonlyMap<number, WorkerClient>;
  channels: ReadonlyMap<number, WorkerChannel>;
}

/** Reports figures that have changed. */
export class Reports {
  readonly #parts: ReportsParts;
  /** The bytes of all orders that were carried out. */
  #applied = 0;
  #reportedBytes = 0;
  #isPrompt = false;

  constructor(parts: ReportsParts) {
    this.#parts = parts;
    this.#schedule();
  }

  /** Counts orders that were carried out. */
  applied(bytes: number): void {
    this.#applied += bytes;
    if (this.#isPrompt || this.#applied - this.#reportedBytes < PROMPT_BYTES) return;
    this.#isPrompt = true;
    setImmediate(() => {
      this.#isPrompt = false;
      this.send(this.#parts.clients.values());
    });
  }

  /** Reports the figures of some clients, and of all channels. */
  send(clients: Iterable<WorkerClient>): void {
    const { notices, channels } = this.#parts;
    const connectionRows = Array.from(clients, (client) => client.takeFigures() ?? []).flat();
    const channelRows = Array.from(channels.values(), (channel) => channel.takeFigures() ?? []).flat();
    if (connectionRows.length + channelRows.length === 0 && this.#applied === this.#reportedBytes) return;
    this.#reportedBytes = this.#applied;
    const [connections, figures] = [new Float64Array(connectionRows), new Float64Array(channelRows)];
    notices.add({ type: "report", applied: this.#applied, connections, channels: figures });
  }

  #schedule(): void {
    const { clock, clients } = this.#parts;
    clock.after(INTERVAL_MS, () => {
      this.send(clients.values());
      this.#schedule();
    });
  }
}
