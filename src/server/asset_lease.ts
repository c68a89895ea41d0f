// AssetLease: the memory that one asset takes while it is read and sent.

import type { Clock } from "../clock.ts";
import type { ByteBudget } from "../session/byte_budget.ts";

/** A hook that takes longer to return an asset probably waits for something else than its bytes: slow disks read 32 MiB in less. */
const OVERDUE_MS = 2000;

/** Options of {@linkcode AssetLease}. */
export interface AssetLeaseOptions {
  /** For the assets and open requests of all clients. */
  budget: ByteBudget;
  maxAssetBytes: number;
  clock: Clock;
  /** The leases that wait for a hook: their timers must be stopped when the server closes. */
  reading: Set<AssetLease>;
}

/**
 * A part of the budget of all clients: as much as the largest asset until it is known how large this one is.
 *
 * A hook that hangs must not hold up the assets of others: when it is overdue, its part is free until the asset comes after all.
 */
export class AssetLease {
  /** Resolves when the memory is free. */
  readonly granted: Promise<void>;
  isGranted = false;
  readonly #options: AssetLeaseOptions;
  #bytes: number;
  #cancelTimer: (() => void) | undefined;

  constructor(options: AssetLeaseOptions) {
    this.#options = options;
    this.#bytes = options.maxAssetBytes;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.granted = promise;
    options.budget.takeLater(this.#bytes, () => {
      this.isGranted = true;
      resolve();
    });
  }

  /** The hook is called now. `overdue` is called once if it takes too long. */
  begin(overdue: () => void): void {
    const { clock, reading } = this.#options;
    reading.add(this);
    this.#cancelTimer = clock.after(OVERDUE_MS, () => {
      this.end();
      overdue();
    });
  }

  /** The hook has returned so many bytes. */
  read(bytes: number): void {
    this.stop();
    this.#resize(bytes);
  }

  /** The asset has been sent, or does not come any more. */
  end(): void {
    this.read(0);
  }

  /** Does not wait for the hook any longer. */
  stop(): void {
    this.#options.reading.delete(this);
    this.#cancelTimer?.();
  }

  #resize(bytes: number): void {
    // An asset that is late takes what it needs, because it is in memory already.
    this.#options.budget.release(this.#bytes - bytes);
    this.#bytes = bytes;
  }
}
