// RateDebts: passes the rate limits of departed clients on to the next clients from the same address.

import type { Clock } from "../../clock.ts";
import { addressKey, type RemoteAddress } from "../address.ts";
import type { Rates } from "./intake.ts";

/** How many departed clients are remembered. */
const MAX_DEBTS = 1024;
/** How long each of them is remembered. A rate limit recovers from most debts within two seconds. */
const MAX_AGE_MS = 10_000;

interface Debt {
  readonly address: string;
  readonly rates: Rates;
  readonly leftAt: number;
}

/**
 * Prevents clients from escaping their rate limits by connecting again.
 *
 * Clients that are connected at the same time never share a limit: each remembered limit passes to one new client only.
 */
export class RateDebts {
  readonly #clock: Clock;
  readonly #trustedProxies: number;
  /** In the order in which the clients left, the earliest first. */
  #debts: Debt[] = [];

  constructor(clock: Clock, trustedProxies: number) {
    this.#clock = clock;
    this.#trustedProxies = trustedProxies;
  }

  /** How many departed clients are remembered. */
  get size(): number {
    return this.#debts.length;
  }

  /** Remembers a client that leaves, unless its limits have recovered, or its address does not identify a machine. */
  add(remoteAddr: RemoteAddress | undefined, rates: Rates): void {
    const address = this.#addressOf(remoteAddr);
    const leftAt = this.#clock.now();
    this.#debts = this.#debts.filter((debt) => leftAt - debt.leftAt < MAX_AGE_MS);
    if (address === undefined || (rates.messages.isFull(leftAt) && rates.bytes.isFull(leftAt))) return;
    this.#debts.push({ address, rates, leftAt });
    if (this.#debts.length > MAX_DEBTS) this.#debts.shift();
  }

  /** Removes and returns the limits of the earliest departed client with this address, if any is remembered. */
  take(remoteAddr: RemoteAddress | undefined): Rates | undefined {
    const address = this.#addressOf(remoteAddr);
    const now = this.#clock.now();
    const index = this.#debts.findIndex((debt) => debt.address === address && now - debt.leftAt < MAX_AGE_MS);
    return index < 0 ? undefined : this.#debts.splice(index, 1)[0]?.rates;
  }

  /**
   * A key for the client's machine. `undefined` for Unix sockets, and behind proxies that do not forward the client's
   * address.
   */
  #addressOf(remoteAddr: RemoteAddress | undefined): string | undefined {
    // Proxies do not forward a port, so an address with a port is the proxy's own.
    if (this.#trustedProxies > 0 && remoteAddr && "port" in remoteAddr && remoteAddr.port !== 0) return undefined;
    return addressKey(remoteAddr);
  }
}
