// AcceptWatch: notices that a worker no longer accepts connections.

import type { Clock } from "../../clock.ts";
import { AcceptWatchdog, needsWatchdog } from "../../server/direct/accept_watchdog.ts";
import { canonicalAddress } from "../../server/direct/listen_address.ts";
import { loadNodePlatform, nextTurn } from "../../server/direct/node_platform.ts";

/**
 * Connects to the port that the workers share, again and again. The system chooses a worker for each connection, so a
 * connection that no worker accepts shows that one of them is deaf, but not which one.
 */
export class AcceptWatch {
  readonly #clock: Clock;
  readonly #onDeaf: () => void;
  #watchdog: AcceptWatchdog | undefined;
  #isProbing = false;

  /** `onDeaf`: all workers must listen again. */
  constructor(clock: Clock, onDeaf: () => void) {
    this.#clock = clock;
    this.#onDeaf = onDeaf;
  }

  /** Begins to connect. Does nothing if the program may not connect to the address. */
  start(where: { hostname: string; port: number }): void {
    const platform = loadNodePlatform();
    const { hostname, port } = canonicalAddress(where, platform) as typeof where;
    if (!needsWatchdog({ hostname, port })) return;
    this.#watchdog = new AcceptWatchdog({
      clock: this.#clock,
      connect: () => {
        this.#isProbing = true;
        return platform.net.connect({ host: hostname, port });
      },
      nextTurn: () => nextTurn(platform),
      onDeaf: this.#onDeaf,
    });
  }

  /** Must be called when a worker has accepted a connection. */
  accepted(): void {
    // Only one acceptance per probe counts. Otherwise, clients of the other workers would hide the deaf one.
    if (this.#isProbing) this.#watchdog?.accepted();
    this.#isProbing = false;
  }

  stop(): void {
    this.#watchdog?.stop();
  }
}
