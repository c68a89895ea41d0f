// ServerFigures: reads the figures of a server for its status page and its metrics.

import type { Clock } from "../../clock.ts";
import { messageTurn } from "../message_turn.ts";
import type { DefinedParameter, ParameterOwner } from "../parameters/parameter_owner.ts";
import type { ServerExtension } from "../extensions.ts";
import type { ServerStats } from "../stats/server_stats.ts";
import type { TopicTotal } from "../stats/topic_totals.ts";
import type { UpstreamFigures } from "../stats/upstream_figures.ts";
import type { StatusSource } from "./status_source.ts";

/** The parts of a server that are read. */
export interface ServerFiguresParts {
  state: { readonly info: { readonly name: string } };
  owners: { readonly parameters: Iterable<ParameterOwner> };
  extensions: Iterable<Pick<ServerExtension, "upstreams">>;
  clock: Clock;
  transport: "native" | "direct";
  stats(): ServerStats;
  topics(): ReadonlyMap<string, TopicTotal>;
}

/** The figures of one server, which is created now. */
export class ServerFigures implements StatusSource {
  readonly transport: "native" | "direct";
  readonly #parts: ServerFiguresParts;
  readonly #createdAt: number;

  constructor(parts: ServerFiguresParts) {
    this.transport = parts.transport;
    this.#parts = parts;
    this.#createdAt = parts.clock.now();
  }

  get name(): string {
    return this.#parts.state.info.name;
  }

  get uptimeMs(): number {
    return this.#parts.clock.now() - this.#createdAt;
  }

  stats(): ServerStats {
    return this.#parts.stats();
  }

  topics(): ReadonlyMap<string, TopicTotal> {
    return this.#parts.topics();
  }

  /** Two extensions may have an upstream of the same name. The later one gets a number, because metrics need one. */
  upstreams(): readonly UpstreamFigures[] {
    const byName = new Map<string, UpstreamFigures>();
    for (const figures of [...this.#parts.extensions].flatMap((extension) => extension.upstreams?.() ?? [])) {
      let { name } = figures;
      for (let number = 2; byName.has(name); number += 1) name = `${figures.name} (${number})`;
      byName.set(name, { ...figures, name });
    }
    return [...byName.values()];
  }

  parameters(): readonly DefinedParameter[] {
    return [...this.#parts.owners.parameters].flatMap((owner) => owner.defined());
  }

  async turnMs(): Promise<number> {
    const { clock } = this.#parts;
    const begun = clock.now();
    await messageTurn();
    return clock.now() - begun;
  }
}
