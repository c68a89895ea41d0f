// AssetLease: the part of the shared byte budget that one asset takes while it is read and sent.

import type { Clock } from "../../clock.ts";
import type { ByteBudget } from "../../session/byte_budget.ts";

/**
 * A hook that takes longer to return an asset is probably not waiting for the asset's bytes: slow disks read 32 MiB in
 * less time.
 */
const OVERDUE_MS = 2000;

/** Options of {@linkcode AssetLease}. */
export interface AssetLeaseOptions {
  /** The budget that the assets and open requests of all clients share. */
  budget: ByteBudget;
  maxAssetBytes: number;
  clock: Clock;
  /** The leases that wait for a hook. Their timers must be stopped when the server closes. */
  reading: Set<AssetLease>;
}

/**
 * Takes part of the shared budget: `maxAssetBytes` until the size of the asset is known.
 *
 * A hook that hangs must not block the assets of other clients. So an overdue lease releases its part until the asset
 * arrives.
 */
export class AssetLease {
  /** Resolves when the budget has granted the memory. */
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

  /** Must be called when the hook is called. Calls `overdue` once if the hook takes longer than 2 seconds. */
  startTimer(overdue: () => void): void {
    const { clock, reading } = this.#options;
    reading.add(this);
    this.#cancelTimer = clock.after(OVERDUE_MS, () => {
      this.release();
      overdue();
    });
  }

  /** Must be called when the hook has returned an asset of this size. From then on the lease takes only that much. */
  shrinkTo(bytes: number): void {
    this.stopTimer();
    this.#resize(bytes);
  }

  /** Releases the memory, because the asset was sent or will not arrive. */
  release(): void {
    this.shrinkTo(0);
  }

  /** Stops waiting for the hook. */
  stopTimer(): void {
    this.#options.reading.delete(this);
    this.#cancelTimer?.();
  }

  #resize(bytes: number): void {
    // A late asset takes its bytes even if they are not free, because it is already in memory.
    this.#options.budget.release(this.#bytes - bytes);
    this.#bytes = bytes;
  }
}
