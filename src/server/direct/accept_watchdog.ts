// AcceptWatchdog: notices that a listener no longer accepts connections.

import type { Clock } from "../../clock.ts";
import { isDeno } from "../../platform.ts";
import { addressText, type ListenAddress } from "./listen_address.ts";
import { allowsNet } from "./net_permission.ts";
import type { RawSocket } from "./node_http.ts";

/** How long no connection may have been accepted before the watchdog connects itself. */
const QUIET_MS = 5000;
/** How long the acceptance of its connection may take. */
const ACCEPT_MS = 1000;
/** The errors that mean that nothing listens on the address. */
const REFUSED = ["ECONNREFUSED", "ENOENT"];

/** The parts of a listener that its watchdog uses. */
export interface AcceptWatchdogParts {
  /** The source of all time limits. */
  clock: Clock;
  /** Connects to the listener. */
  connect(): RawSocket;
  /** Waits for a turn of the event loop. */
  nextTurn(): Promise<void>;
  /** Called when the listener does not accept connections. */
  onDeaf(): void;
}

/**
 * Connects to its listener when no client has connected for 5 seconds.
 *
 * After a process had no free file descriptor, Deno (2.9) accepts no more connections of `node:net`, without any event.
 * The system still completes connections. So the only sign is a connection that succeeds, but is not accepted. An error
 * is a sign only if nothing listens: while no descriptor is free, listening again would not help.
 */
export class AcceptWatchdog {
  readonly #parts: AcceptWatchdogParts;
  #acceptedAtMs: number;
  #accepted = 0;
  #probe: RawSocket | undefined;
  #cancelTimer: (() => void) | undefined;
  #isStopped = false;

  constructor(parts: AcceptWatchdogParts) {
    this.#parts = parts;
    this.#acceptedAtMs = parts.clock.now();
    this.#schedule(QUIET_MS);
  }

  /** Must be called for each accepted connection. */
  accepted(): void {
    this.#accepted += 1;
    this.#acceptedAtMs = this.#parts.clock.now();
  }

  /** Stops for good. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelTimer?.();
    this.#probe?.destroy();
  }

  #schedule(ms: number): void {
    this.#cancelTimer = this.#parts.clock.after(ms, () => this.#check());
  }

  #check(): void {
    const quietMs = this.#parts.clock.now() - this.#acceptedAtMs;
    if (quietMs < QUIET_MS) return this.#schedule(QUIET_MS - quietMs);
    const acceptedBefore = this.#accepted;
    let isSuspect = false;
    const probe = this.#parts.connect();
    this.#probe = probe;
    probe.unref();
    probe.on("connect", () => isSuspect = true);
    probe.on("error", ({ code = "" }) => isSuspect = REFUSED.includes(code));
    this.#cancelTimer = this.#parts.clock.after(ACCEPT_MS, async () => {
      // If the program has blocked the event loop, the connection can be accepted only now.
      await this.#parts.nextTurn();
      await this.#parts.nextTurn();
      probe.destroy();
      if (this.#isStopped) return;
      this.#schedule(QUIET_MS);
      if (isSuspect && this.#accepted === acceptedBefore) this.#parts.onDeaf();
    });
  }
}

/**
 * Whether a listener on an address needs a watchdog: only with Deno, and not if the program may listen on the address
 * but not connect to it. For a Unix socket, both need the same permissions.
 */
export function needsWatchdog(address: ListenAddress): boolean {
  return isDeno() && ("path" in address || allowsNet(addressText(address)));
}
