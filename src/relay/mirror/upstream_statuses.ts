// UpstreamStatuses: what clients read about one upstream: its own statuses, and those of the mirror about it.

import { type Status, StatusLevel } from "../../protocol/status.ts";
import { LIMIT_REACHED } from "../../session/slow_notice.ts";
import { StatusThrottle } from "../../session/status_throttle.ts";
import type { ExtensionPoints } from "../../server/extensions.ts";
import type { FoxgloveServer } from "../../server/server.ts";
import { shortReason } from "./away_reason.ts";
import { AWAY_AFTER_MS } from "./connection_log.ts";
import { Refusals } from "./refusals.ts";

/** How many statuses of an upstream are kept for later clients. */
const MAX_KEPT = 1000;
/** After this time, more statuses may be passed on, in ms. */
const WAIT_MS = 1000;

/** The statuses of one upstream. Texts begin with its name, because apps cut long texts. */
export class UpstreamStatuses {
  readonly #name: string;
  readonly #server: FoxgloveServer;
  readonly #points: ExtensionPoints;
  readonly #kept = new Set<string>();
  readonly #throttle = new StatusThrottle();
  readonly #refusals: Refusals;
  /** The newest statuses of ids that were too many, by id. */
  readonly #waiting = new Map<string, Status>();
  #cancelWaiting: (() => void) | undefined;
  #cancelAway: (() => void) | undefined;
  /** Says that the upstream is not connected, and the last reason. */
  #awayText = "";
  /** The text of this kind that clients see. */
  #shownAway: string | undefined;

  constructor(name: string, server: FoxgloveServer, points: ExtensionPoints) {
    this.#name = name;
    this.#server = server;
    this.#points = points;
    this.#refusals = new Refusals(name, points, (text) => this.#showRefusal(text));
  }

  /** How many things are refused in this connection. */
  get refused(): number {
    return this.#refusals.size;
  }

  /**
   * Passes on at most 10 statuses of the upstream per second. The newest status of each id is passed on later, others
   * are dropped. Only statuses with an id are sent to later clients, because the upstream cannot remove the others.
   */
  pass(status: Status): void {
    this.#passWaiting();
    const { id } = status;
    if (this.#mayPass()) {
      if (id !== undefined) this.#waiting.delete(id);
      return this.#send(status);
    }
    if (id === undefined || !this.#waiting.has(id) && this.#waiting.size >= MAX_KEPT) return;
    this.#waiting.set(id, status);
    this.#wait();
  }

  /** The upstream has removed statuses. */
  remove(ids: readonly string[]): void {
    for (const id of ids) this.#waiting.delete(id);
    const keys = ids.map((id) => this.#keyOf(id)).filter((key) => this.#kept.delete(key));
    this.#server.removeStatus(keys);
  }

  /** Reports that something of the upstream is not shown. */
  refuse(text: string): void {
    this.#refusals.add(text);
  }

  /** The reason for a refusal is gone. */
  accept(text: string): void {
    this.#refusals.delete(text);
  }

  /** The upstream is connected. */
  connected(): void {
    this.#cancelAway?.();
    this.#cancelAway = undefined;
    this.#refusals.connected();
    if (this.#shownAway !== undefined) this.#server.removeStatus([this.#ownKeyOf("away")]);
    this.#shownAway = undefined;
  }

  /** All that the upstream has was reported. */
  settled(): void {
    this.#refusals.update();
  }

  /** The upstream is not connected: at the start, when it cannot be reached, and after a loss. */
  away(reason?: string): void {
    this.#removeAll();
    this.#awayText = `${this.#name}: not connected${reason ? ` (${shortReason(reason)})` : ""}`;
    if (this.#shownAway !== undefined) return this.#showAway();
    this.#cancelAway ??= this.#points.clock.after(AWAY_AFTER_MS, () => {
      this.#cancelAway = undefined;
      this.#showAway();
    });
  }

  /** Removes all statuses, because the upstream was removed. */
  close(): void {
    this.#removeAll();
    this.#cancelAway?.();
    this.#refusals.close();
    this.#server.removeStatus([this.#ownKeyOf("away")]);
  }

  #showAway(): void {
    if (this.#awayText === this.#shownAway) return;
    this.#shownAway = this.#awayText;
    const id = this.#ownKeyOf("away");
    this.#server.sendStatus(StatusLevel.WARNING, this.#awayText, { id, sticky: true });
  }

  #showRefusal(text: string | undefined): void {
    const id = this.#ownKeyOf("refused");
    if (text === undefined) this.#server.removeStatus([id]);
    else this.#server.sendStatus(StatusLevel.WARNING, `${this.#name}: ${text}`, { id, sticky: true });
  }

  /** Removes the statuses of the upstream itself. */
  #removeAll(): void {
    this.#cancelWaiting?.();
    this.#cancelWaiting = undefined;
    this.#waiting.clear();
    this.#server.removeStatus([...this.#kept]);
    this.#kept.clear();
  }

  #passWaiting(): void {
    for (const [id, status] of this.#waiting) {
      if (!this.#mayPass()) break;
      this.#waiting.delete(id);
      this.#send(status);
    }
    if (this.#waiting.size > 0) this.#wait();
  }

  #wait(): void {
    this.#cancelWaiting ??= this.#points.clock.after(WAIT_MS, () => {
      this.#cancelWaiting = undefined;
      this.#passWaiting();
    });
  }

  /** A robot that reports without end must not fill the queues of all clients. */
  #mayPass(): boolean {
    return this.#throttle.admit(this.#points.clock.now()) === "send";
  }

  #send({ level, message, id }: Status): void {
    // Apps show a hint about the app's own link for this text. Here it is the link between the upstream and the relay.
    const text = message === LIMIT_REACHED ? "slow link to the relay, messages are lost" : message;
    const key = id === undefined ? undefined : this.#keyOf(id);
    const isKept = key !== undefined && (this.#kept.has(key) || this.#kept.size < MAX_KEPT);
    if (isKept) this.#kept.add(key);
    this.#server.sendStatus(level, `${this.#name}: ${text}`, key === undefined ? {} : { id: key, sticky: isKept });
  }

  #keyOf(id: string): string {
    return `relay:${this.#name}:${id}`;
  }

  #ownKeyOf(kind: string): string {
    return `relay-${kind}:${this.#name}`;
  }
}
