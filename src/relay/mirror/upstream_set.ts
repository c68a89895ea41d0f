// UpstreamSet: the upstreams of a mirror, by their names and by the names that clients use.

import type { MirroredUpstream } from "./mirrored_upstream.ts";

/** An upstream to which a name of clients may belong, with the upstream's own name. */
export interface Route {
  readonly upstream: MirroredUpstream;
  readonly name: string;
}

/**
 * The upstreams of a mirror. Names decide where a request goes: the longest prefix of an upstream that fits. Upstreams
 * without a prefix share all other names.
 */
export class UpstreamSet {
  readonly #byName = new Map<string, MirroredUpstream>();

  /** All upstreams, in the order in which they were added. */
  get all(): readonly MirroredUpstream[] {
    return [...this.#byName.values()];
  }

  /** Returns an upstream by its name. */
  get(name: string): MirroredUpstream | undefined {
    return this.#byName.get(name);
  }

  /** Adds an upstream, whose name is new. */
  add(upstream: MirroredUpstream): void {
    this.#byName.set(upstream.name, upstream);
  }

  /** Removes an upstream. */
  delete(name: string): void {
    this.#byName.delete(name);
  }

  /** Returns the upstreams to which a name of clients may belong. */
  routesOf(name: string): Route[] {
    const all = this.all.flatMap((upstream) => {
      const own = upstream.prefix.inward(name);
      return own === undefined ? [] : [{ upstream, name: own }];
    });
    const longest = Math.max(...all.map(({ upstream }) => upstream.prefix.text.length));
    return all.filter(({ upstream }) => upstream.prefix.text.length === longest);
  }

  /** Groups names of clients by the upstreams that they may belong to. */
  byUpstream(names: readonly string[]): Map<MirroredUpstream, string[]> {
    const byUpstream = new Map<MirroredUpstream, string[]>();
    for (const name of names) {
      for (const { upstream } of this.routesOf(name)) {
        const clientNames = byUpstream.get(upstream);
        if (clientNames) clientNames.push(name);
        else byUpstream.set(upstream, [name]);
      }
    }
    return byUpstream;
  }
}
