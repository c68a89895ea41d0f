// MirroredParameters: the parameters of one upstream: values, and the wishes of clients to watch them.

import { isEqual } from "../../protocol/is_equal.ts";
import type { Parameter } from "../../protocol/parameters.ts";
import type { UpstreamParts } from "./mirror_parts.ts";
import type { NamePrefix } from "./name_prefix.ts";

/** How long the values of all parameters may be reused, in ms. Apps request them regularly, each on its own. */
const REUSE_MS = 1000;
/** How long values may be held back until the answer to a request arrives, in ms. */
const HOLD_MS = 1000;
/** How long a request may wait until the names of the upstream are known, in ms. Some servers never answer. */
const NAMES_MS = 2000;
/** How many names of an upstream are remembered. */
const MAX_NAMES = 100_000;

/** The parameters of one upstream. */
export class MirroredParameters {
  readonly #parts: UpstreamParts;
  readonly #push: (parameters: readonly Parameter[]) => void;
  /** Remembers names of parameters only, because a topic may have the same name with or without a slash. */
  readonly #prefix: NamePrefix;
  #isConnected = false;
  /** The request for all names in this connection. */
  #names: { isAnswered: boolean; readonly answered: Promise<void> } | undefined;
  /** How many requests to set parameters are open. */
  #openSets = 0;
  /** Values that have arrived meanwhile. */
  readonly #held: Parameter[] = [];
  #cancelHold: (() => void) | undefined;
  /** The names that the upstream has reported, as it calls them. */
  readonly #known = new Set<string>();
  /** The names of clients that they watch. */
  #watched: ReadonlySet<string> = new Set();
  /** The names that are watched at the upstream, as it calls them. Some names of clients are added later. */
  #reported: ReadonlySet<string> = new Set();
  /** The values that clients were sent last, without a request of theirs. */
  readonly #pushed = new Map<string, Parameter>();
  /** The last request for all values, which is shared by clients that ask at about the same time. */
  #all: { readonly at: number; readonly values: Promise<readonly Parameter[]> } | undefined;

  /** `push` sends values to the clients that watch them. */
  constructor(parts: UpstreamParts, push: (parameters: readonly Parameter[]) => void) {
    this.#parts = parts;
    this.#push = push;
    this.#prefix = parts.prefix.forOtherNames();
  }

  /** Whether the upstream has reported a parameter with this name of clients. */
  knows(name: string): boolean {
    const own = this.#prefix.inward(name);
    return own !== undefined && this.#known.has(own);
  }

  /** Whether a name of clients with this prefix does not show whether the upstream's own name begins with a slash. */
  get hasAmbiguousNames(): boolean {
    return this.#prefix.text !== "";
  }

  /**
   * Lets the upstream report the names of all its parameters, once for each connection. Resolves after two seconds at
   * the latest. Never rejects: if the upstream refuses, names of clients are taken as they are.
   */
  learnNames(): Promise<void> {
    if (!this.#names) {
      const names = { isAnswered: false, answered: this.#requestNames() };
      this.#names = names;
      void names.answered.then(() => {
        names.isAnswered = true;
        if (this.#names === names) this.#updateReported();
      });
    }
    return this.#names.answered;
  }

  /** Returns all values, with the names for clients. They may be a second old, unless they have changed. */
  async getAll(): Promise<Parameter[]> {
    const { upstream, mirror: { points: { clock } } } = this.#parts;
    const now = clock.now();
    if (!this.#all || now - this.#all.at > REUSE_MS) {
      // It belongs to several clients, so that none of them may end it.
      const all = { at: now, values: upstream.getParameters([], new AbortController().signal) };
      this.#all = all;
      all.values.catch(() => {
        if (this.#all === all) this.#all = undefined;
      });
    }
    return this.#received(await this.#all.values);
  }

  /** Returns the values of these parameters. `names` are those of clients. */
  async get(names: readonly string[], signal: AbortSignal): Promise<Parameter[]> {
    return this.#received(await this.#parts.upstream.getParameters(this.#inward(names), signal));
  }

  /** Sets parameters. Takes and returns names of clients. */
  async set(parameters: readonly Parameter[], signal: AbortSignal): Promise<Parameter[]> {
    const { upstream } = this.#parts;
    const own = parameters.map((parameter) => ({ ...parameter, name: this.#prefix.inward(parameter.name) ?? "" }));
    this.#all = undefined;
    this.#openSets += 1;
    try {
      const values = await upstream.setParameters(own, signal);
      // The server sends the result of a request to all clients that watch.
      this.#newOf(values);
      return this.#received(values);
    } finally {
      this.#all = undefined;
      this.#openSets -= 1;
      if (this.#openSets === 0) this.#pushHeld();
    }
  }

  /** Adds names of clients that they watch. */
  watch(names: readonly string[]): void {
    this.watchOnly([...this.#watched, ...names]);
  }

  /** Removes names of clients that they watch. */
  unwatch(names: readonly string[]): void {
    const removed = new Set(names);
    this.watchOnly([...this.#watched].filter((name) => !removed.has(name)));
  }

  /** Replaces the names of clients that they watch. */
  watchOnly(names: readonly string[]): void {
    this.#watched = new Set(names);
    this.#updateReported();
  }

  /** Takes values that the upstream has sent without a request. Passes on those that clients do not know. */
  changed(parameters: readonly Parameter[]): void {
    this.#all = undefined;
    if (this.#openSets === 0) return this.#pushNew(parameters);
    // The result of a request follows, and would otherwise be sent twice. Some servers never answer.
    this.#cancelHold ??= this.#parts.mirror.points.clock.after(HOLD_MS, () => this.#pushHeld());
    this.#held.push(...parameters);
  }

  /** A connection begins. */
  connected(): void {
    this.#isConnected = true;
    this.#names = undefined;
    this.#updateReported();
  }

  /** Forgets values, because the connection is lost. */
  disconnected(): void {
    this.#isConnected = false;
    this.#names = undefined;
    this.#all = undefined;
  }

  async #requestNames(): Promise<void> {
    const { promise: isLate, resolve } = Promise.withResolvers<void>();
    const cancel = this.#parts.mirror.points.clock.after(NAMES_MS, resolve);
    // A failure ends the wait, as the answer does.
    await Promise.race([this.getAll().then(() => {}, () => {}), isLate]);
    cancel();
  }

  /** Watches at the upstream what clients watch, as soon as the upstream's own names are known. */
  #updateReported(): void {
    const isClear = (name: string) => !this.hasAmbiguousNames || this.knows(name) || this.#names?.isAnswered;
    const clear = [...this.#watched].filter(isClear);
    const before = this.#reported;
    this.#reported = new Set(this.#inward(clear));
    // The upstream may change them unnoticed from now on.
    for (const name of before) if (!this.#reported.has(name)) this.#pushed.delete(name);
    if (!isEqual([...before], [...this.#reported])) this.#parts.upstream.watchParameters(this.#reported);
    if (clear.length < this.#watched.size && this.#isConnected) void this.learnNames();
  }

  #pushHeld(): void {
    this.#cancelHold?.();
    this.#cancelHold = undefined;
    this.#pushNew(this.#held.splice(0));
  }

  #pushNew(parameters: readonly Parameter[]): void {
    this.#push(this.#received(this.#newOf(parameters)));
  }

  /** Returns the values that differ from what clients were sent. */
  #newOf(parameters: readonly Parameter[]): Parameter[] {
    return parameters.filter((parameter) => {
      const before = this.#pushed.get(parameter.name);
      if (before && isEqual(before, parameter)) return false;
      if (before || this.#pushed.size < MAX_NAMES) this.#pushed.set(parameter.name, parameter);
      return true;
    });
  }

  #received(parameters: readonly Parameter[]): Parameter[] {
    const before = this.#known.size;
    const received = parameters.map((parameter) => {
      if (this.#known.size < MAX_NAMES) this.#known.add(parameter.name);
      return { ...parameter, name: this.#prefix.outward(parameter.name) };
    });
    if (this.hasAmbiguousNames && this.#known.size > before) this.#updateReported();
    return received;
  }

  #inward(names: readonly string[]): string[] {
    return names.flatMap((name) => this.#prefix.inward(name) ?? []);
  }
}
