// JSON: values sent by typed channels and publish(), compared with sendMessage() of JSON.stringify().

import type { LoadReport } from "../load/load_plan.ts";
import { measureLoad } from "./load_run.ts";
import type { BenchOptions } from "./options.ts";
import { JSON_SERVERS } from "./server_kinds.ts";
import { alternate, ratio, type SeriesByServer, spread } from "./series.ts";
import { cell, type Section, withRange, withSpread } from "./table.ts";
import { rate, title } from "./throughput.ts";

const LOADS = [
  { clients: 1, payloadBytes: 64 },
  { clients: 1, payloadBytes: 1024 },
  { clients: 10, payloadBytes: 1024 },
  { clients: 1, payloadBytes: 64 * 1024 },
];

/** The measurements of one load. */
interface JsonResult {
  name: string;
  series: SeriesByServer<LoadReport>;
}

/** Measures each load with each way to send JSON. */
export async function measureJson(options: BenchOptions): Promise<JsonResult[]> {
  const { loads, warmUpMs, measureMs } = options;
  const results: JsonResult[] = [];
  for (const load of LOADS) {
    if (loads.length > 0 && !loads.includes(`${load.clients}x${load.payloadBytes}`)) continue;
    const series = await alternate(
      title(load),
      options,
      JSON_SERVERS,
      (kind) => measureLoad(kind, { ...load, rateHz: 0, stamp: "sequence", warmUpMs, measureMs }),
    );
    results.push({ name: title(load), series });
  }
  return results;
}

/** The results as tables. */
export function reportJson(results: readonly JsonResult[]): Section {
  const [raw, ...typed] = JSON_SERVERS;
  return {
    title: "Values as JSON",
    tables: [{
      caption:
        "Messages per second that all clients together received, when the server encodes each one: median of the " +
        "rounds, and half of their range. The value has numbers, text and booleans in an array of objects.",
      columns: ["clients × size", ...JSON_SERVERS.map((kind) => kind.title)],
      rows: results.map(({ name, series }) => [
        name,
        ...JSON_SERVERS.map((kind) => cell(kind, spread(series.get(kind.name), rate), withSpread)),
      ]),
    }, {
      caption: `Divided by the rate of ${raw.title}: median and range of the ratios within each round.`,
      columns: ["clients × size", ...typed.map((kind) => kind.title)],
      rows: results.map(({ name, series }) => [
        name,
        ...typed.map((kind) => cell(kind, ratio(series.get(kind.name), series.get(raw.name), rate), withRange)),
      ]),
    }],
  };
}
