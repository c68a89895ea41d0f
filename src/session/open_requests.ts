// OpenRequests: the requests of one client that are not answered yet, and the limits on them.

import { Deque } from "../deque.ts";
import type { ByteBudget } from "./byte_budget.ts";
import type { QueuedKind, QueuedRequest, RequestEffect, RequestKind } from "./effects.ts";
import { type SessionLimits, tooMany } from "./session_limits.ts";

/** Limits of {@linkcode OpenRequests}. */
export type OpenRequestsLimits = Pick<
  SessionLimits,
  "maxPendingRequests" | "maxQueuedRequests" | "maxRequestBytes" | "maxTotalRequestBytes"
>;

/** What kind each request is of. */
const KINDS = {
  callService: "services",
  fetchAsset: "assets",
  getParameters: "parameters",
  setParameters: "parameters",
  watchAllParameters: "parameters",
  controlPlayback: "playback",
  sendGraph: "graph",
} as const satisfies Record<RequestEffect["do"], RequestKind>;

/** What each client may always have: a small request, such as an emergency stop, must not fail because others have taken the budget. */
const FREE_BYTES = 16 * 1024;

/**
 * Counts the requests that are being answered, and keeps those that wait until they may be started.
 *
 * Requests that wait are started in their order. A request that may wait never overtakes another of its kind.
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
  /** Assets that take so long that others need not wait for them. */
  readonly #overdue = new Set<RequestEffect>();
  #bytes = 0;

  /** `total` is shared by all clients. */
  constructor(limits: OpenRequestsLimits, total: ByteBudget) {
    this.#limits = limits;
    this.#total = total;
  }

  /** Starts a request that must not wait. Returns why it is refused, or nothing; then `settle()` must follow. */
  open(request: Exclude<RequestEffect, QueuedRequest>): string | undefined {
    const kind = KINDS[request.do];
    if (this.#started[kind] >= this.#limits.maxPendingRequests) {
      return tooMany("requests that wait for an answer", "maxPendingRequests", this.#limits);
    }
    const refusal = this.#take(request.bytes);
    if (refusal === undefined) this.#started[kind] += 1;
    return refusal;
  }

  /** Queues a request that may wait. Returns why it is refused, or nothing. */
  enqueue(request: QueuedRequest): string | undefined {
    const kind = KINDS[request.do];
    const queue = this.#queues[kind];
    const canStart = Math.max(0, this.#maxStarted(kind) - this.#started[kind]);
    if (queue.length >= this.#limits.maxQueuedRequests + Math.min(canStart, this.#limits.maxPendingRequests)) {
      return tooMany("requests that wait for an answer", "maxQueuedRequests", this.#limits);
    }
    const refusal = this.#take(request.bytes);
    if (refusal === undefined) queue.push(request);
    return refusal;
  }

  /** Whether a request waits, and no limit keeps it from being started. */
  canStart(kind: QueuedKind): boolean {
    return this.#queues[kind].length > 0 && this.#started[kind] < this.#maxStarted(kind);
  }

  /** Starts the request that has waited longest. `settle()` must follow. */
  start(kind: QueuedKind): QueuedRequest | undefined {
    if (!this.canStart(kind)) return undefined;
    this.#started[kind] += 1;
    return this.#queues[kind].shift();
  }

  /** A request has its answer, or never gets one. Returns the kind of which another one may be started instead. */
  settle(request: RequestEffect): QueuedKind | undefined {
    const kind = KINDS[request.do];
    this.#started[kind] -= 1;
    this.#overdue.delete(request);
    this.#release(request.bytes);
    return kind !== "services" && kind !== "playback" && this.canStart(kind) ? kind : undefined;
  }

  /** Lets another asset be started before this one, which is not settled, has come. */
  setOverdue(request: RequestEffect): void {
    this.#overdue.add(request);
  }

  /** Drops all that wait. What was started is held by a hook, and counts until it is settled. */
  close(): void {
    for (const queue of Object.values(this.#queues)) {
      for (const { bytes } of queue) this.#release(bytes);
      queue.clear();
    }
  }

  /** Assets are read one at a time, because each may be large. The graph has no hook to wait for. */
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

/** How much of a client's bytes counts against the budget of all. */
function charged(bytes: number): number {
  return Math.max(0, bytes - FREE_BYTES);
}
