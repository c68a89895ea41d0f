// OpenRequests: the unanswered requests of one client, and their limits.

import { Deque } from "../deque.ts";
import type { ByteBudget } from "./byte_budget.ts";
import { type QueuedKind, type QueuedRequest, REQUEST_KINDS, type RequestEffect, type RequestKind } from "./effects.ts";
import type { SessionCounter } from "./session_counter.ts";
import { type SessionLimits, tooMany } from "./session_limits.ts";

/** Limits of {@linkcode OpenRequests}. */
export interface OpenRequestsLimits extends
  Pick<
    SessionLimits,
    "maxPendingRequests" | "maxQueuedRequests" | "maxRequestBytes" | "maxTotalRequestBytes"
  > {
  readonly counter: Pick<SessionCounter, "limitHit" | "requestNotStarted">;
}

/**
 * How many bytes of each client do not count against the shared budget. A small request, such as an emergency stop,
 * must not fail because other clients have used up the budget.
 */
const FREE_BYTES = 16 * 1024;

/**
 * Counts the started requests, and queues requests until the limits allow them to start.
 *
 * Each kind has its own queue. Queued requests of a kind start in the order in which they arrived.
 */
export class OpenRequests {
  readonly #limits: OpenRequestsLimits;
  readonly #total: ByteBudget;
  readonly #started: Record<RequestKind, number> = { services: 0, assets: 0, parameters: 0, playback: 0, graph: 0 };
  readonly #queues: Readonly<Record<QueuedKind, Deque<QueuedRequest>>> = {
    assets: new Deque(),
    parameters: new Deque(),
    graph: new Deque(),
  };
  /** Started asset requests that take too long: other asset requests no longer wait for them. */
  readonly #overdue = new Set<RequestEffect>();
  #bytes = 0;

  /** `total`: the budget that all clients share. */
  constructor(limits: OpenRequestsLimits, total: ByteBudget) {
    this.#limits = limits;
    this.#total = total;
  }

  /**
   * Starts a request that cannot be queued. Returns the reason if it is rejected. Otherwise the caller must call
   * `settle()` later.
   */
  open(request: Exclude<RequestEffect, QueuedRequest>): string | undefined {
    const kind = REQUEST_KINDS[request.type];
    if (this.#started[kind] >= this.#limits.maxPendingRequests) {
      return tooMany("unanswered requests", "maxPendingRequests", this.#limits);
    }
    const refusal = this.#take(request.bytes);
    if (refusal === undefined) this.#started[kind] += 1;
    return refusal;
  }

  /** Queues a request. Returns the reason if it is rejected. */
  enqueue(request: QueuedRequest): string | undefined {
    const kind = REQUEST_KINDS[request.type];
    const queue = this.#queues[kind];
    const canStart = Math.max(0, this.#maxStarted(kind) - this.#started[kind]);
    if (queue.length >= this.#limits.maxQueuedRequests + Math.min(canStart, this.#limits.maxPendingRequests)) {
      return tooMany("unanswered requests", "maxQueuedRequests", this.#limits);
    }
    const refusal = this.#take(request.bytes);
    if (refusal === undefined) queue.push(request);
    return refusal;
  }

  /** Whether a request of this kind is queued and the limits allow it to start. */
  canStart(kind: QueuedKind): boolean {
    return this.#queues[kind].length > 0 && this.#started[kind] < this.#maxStarted(kind);
  }

  /** Whether a request of this kind has started and is not answered. */
  hasStarted(kind: RequestKind): boolean {
    return this.#started[kind] > 0;
  }

  /** Starts the oldest queued request, if the limits allow it. The caller must call `settle()` later. */
  start(kind: QueuedKind): QueuedRequest | undefined {
    if (!this.canStart(kind)) return undefined;
    this.#started[kind] += 1;
    return this.#queues[kind].shift();
  }

  /**
   * Releases a request that is answered or abandoned. Returns its kind if a queued request of that kind can start now.
   */
  settle(request: RequestEffect): QueuedKind | undefined {
    const kind = REQUEST_KINDS[request.type];
    this.#started[kind] -= 1;
    this.#overdue.delete(request);
    this.#release(request.bytes);
    return this.#isQueued(kind) && this.canStart(kind) ? kind : undefined;
  }

  /** Marks an asset request as too slow: another asset request may start before this one is settled. */
  setOverdue(request: RequestEffect): void {
    this.#overdue.add(request);
  }

  /**
   * Drops all queued requests. Started requests still count until they are settled, because hooks keep them in memory.
   */
  close(): void {
    for (const queue of Object.values(this.#queues)) {
      for (const { type, bytes } of queue) {
        this.#limits.counter.requestNotStarted(type, "cancelled");
        this.#release(bytes);
      }
      queue.clear();
    }
  }

  /**
   * Assets are read one at a time, plus one for each overdue asset, because they may be large. The graph has no limit:
   * it needs no hook.
   */
  #maxStarted(kind: QueuedKind): number {
    switch (kind) {
      case "assets":
        return Math.min(1 + this.#overdue.size, this.#limits.maxPendingRequests);
      case "parameters":
        return this.#limits.maxPendingRequests;
      case "graph":
        return Infinity;
    }
  }

  #isQueued(kind: RequestKind): kind is QueuedKind {
    return kind in this.#queues;
  }

  #take(bytes: number): string | undefined {
    const after = this.#bytes + bytes;
    if (after > this.#limits.maxRequestBytes) {
      return tooMany("bytes in open requests", "maxRequestBytes", this.#limits);
    }
    if (!this.#total.tryTake(charged(after) - charged(this.#bytes))) {
      return tooMany("bytes in the open requests of all clients", "maxTotalRequestBytes", this.#limits);
    }
    this.#bytes = after;
    return undefined;
  }

  #release(bytes: number): void {
    const before = this.#bytes;
    this.#bytes -= bytes;
    this.#total.release(charged(before) - charged(this.#bytes));
  }
}

/** How many of a client's bytes count against the shared budget. */
function charged(bytes: number): number {
  return Math.max(0, bytes - FREE_BYTES);
}
