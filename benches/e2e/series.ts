// Series: the measurements of several servers or clients, by round.

import { median } from "../../tests/support/quantile.ts";
import type { BenchOptions } from "./options.ts";
import type { ServerKind } from "./server_kinds.ts";

/** The measurements of one server, by round. A failed round is `undefined`. */
export type Series<T> = readonly (T | undefined)[];

/** The series by the name of the server. Servers that cannot be started have none. */
export type SeriesByServer<T> = ReadonlyMap<string, Series<T>>;

/** A median and the range. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

/**
 * Measures each server once in every round, one after another. Each round starts with another server. A failure is
 * added to the list, and its measurement is `undefined`.
 */
export async function alternate<T, Kind extends Pick<ServerKind, "name" | "absent">>(
  what: string,
  { rounds, failures }: Pick<BenchOptions, "rounds" | "failures">,
  kinds: readonly Kind[],
  measure: (kind: Kind) => Promise<T>,
): Promise<SeriesByServer<T>> {
  const present = kinds.filter(({ absent }) => absent === undefined);
  const series = new Map<string, (T | undefined)[]>(present.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let index = 0; index < present.length; index++) {
      const kind = present[(index + round) % present.length]!;
      const where = `${what}, round ${round + 1} of ${rounds}: ${kind.name}`;
      console.error(where);
      const sample = await measure(kind).catch((error) => void failures.push(`${where}: ${error}`));
      series.get(kind.name)!.push(sample ?? undefined);
    }
  }
  return series;
}

/** A figure over all rounds of a server, or `undefined` if no round has it. */
export function spread<T>(
  series: Series<T> | undefined,
  figure: (sample: T) => number | undefined,
): Spread | undefined {
  return spreadOf((series ?? []).map((sample) => sample === undefined ? undefined : figure(sample)));
}

/**
 * The ratio of a figure to that of another server. It is calculated within each round, because the machine's speed
 * varies.
 */
export function ratio<T>(
  own: Series<T> | undefined,
  other: Series<T> | undefined,
  figure: (sample: T) => number | undefined,
): Spread | undefined {
  return spreadOf((own ?? []).map((sample, round) => {
    const otherSample = other?.[round];
    if (sample === undefined || otherSample === undefined) return undefined;
    const [above, below] = [figure(sample), figure(otherSample)];
    return above === undefined || below === undefined || below === 0 ? undefined : above / below;
  }));
}

function spreadOf(numbers: readonly (number | undefined)[]): Spread | undefined {
  const known = numbers.filter((number) => number !== undefined);
  if (known.length === 0) return undefined;
  return { median: median(known), min: Math.min(...known), max: Math.max(...known) };
}
