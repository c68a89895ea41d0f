// ParameterStreams: the parameters of a server that are watched, as loops of a client.

import type { FoxgloveClient, Parameter, UpdateStream } from "../client/mod.ts";

/** A loop over some parameters. */
interface ParameterLoop {
  readonly names: ReadonlySet<string>;
  readonly stream: UpdateStream<readonly Parameter[]>;
}

/** Opens and closes loops, so that exactly the wished parameters are subscribed. */
export class ParameterStreams {
  readonly #receive: (values: readonly Parameter[]) => void;
  #loops: ParameterLoop[] = [];

  constructor(receive: (values: readonly Parameter[]) => void) {
    this.#receive = receive;
  }

  /** Replaces the wished names. Each name is in one loop. A loop requests the values of its names at first. */
  watch(client: FoxgloveClient, wished: ReadonlySet<string>): void {
    const loops: ParameterLoop[] = [];
    const ended: ParameterLoop[] = [];
    const known = new Set<string>();
    for (const loop of this.#loops) {
      const kept = [...loop.names].filter((name) => wished.has(name));
      for (const name of kept) known.add(name);
      if (kept.length === loop.names.size) {
        loops.push(loop);
        continue;
      }
      ended.push(loop);
      if (kept.length > 0) loops.push(this.#open(client, kept));
    }
    const added = [...wished].filter((name) => !known.has(name));
    if (added.length > 0) loops.push(this.#open(client, added));
    this.#loops = loops;
    // Last, so that names that stay are not unsubscribed in between.
    for (const { stream } of ended) stream.close();
  }

  #open(client: FoxgloveClient, names: readonly string[]): ParameterLoop {
    const stream = client.subscribeParameters(names);
    void (async () => {
      for await (const values of stream) this.#receive(values);
    })().catch(() => {});
    return { names: new Set(names), stream };
  }
}
