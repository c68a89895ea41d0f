// Storm: many clients that connect and subscribe at once, as after a network has come back.

import type { StormReport } from "../load/load_plan.ts";
import { measureStorm } from "./load_run.ts";
import type { BenchOptions } from "./options.ts";
import { BARE, OURS, type ServerKind, TS } from "./server_kinds.ts";
import { alternate, ratio, type SeriesByServer, spread } from "./series.ts";
import { cell, type Section, withRange, withSpread } from "./table.ts";

const CLIENTS = 2000;

/** Measures the servers that run JavaScript. */
export function measureStorms(
  kinds: readonly ServerKind[],
  options: BenchOptions,
): Promise<SeriesByServer<StormReport>> {
  return alternate("storm", options, inJavaScript(kinds), (kind) => measureStorm(kind, CLIENTS));
}

/** The results as a table. */
export function reportStorms(kinds: readonly ServerKind[], series: SeriesByServer<StormReport>): Section {
  const own = (kind: ServerKind) => series.get(kind.name);
  const subscribed = ({ subscribedMs }: StormReport) => subscribedMs;
  return {
    title: "Storm",
    tables: [{
      caption:
        `${
          CLIENTS.toLocaleString("en-US")
        } clients connect, are told the channel and subscribe: time until the last one had ` +
        "its handshake, and until the last subscription was known to be read, in ms; the latter as a multiple of `bare`; the " +
        "server's memory for each client, in KiB; how many clients then got a message; how busy the load client's thread was.",
      columns: ["server", "connected", "subscribed", `÷ ${BARE.name}`, "KiB/client", "served", "client busy"],
      rows: inJavaScript(kinds).map((kind) => [
        kind.name,
        cell(kind, spread(own(kind), ({ connectedMs }) => connectedMs), withSpread),
        cell(kind, spread(own(kind), subscribed), withSpread),
        cell(kind, ratio(own(kind), own(BARE), subscribed), withRange),
        cell(kind, spread(own(kind), kibibytes), withSpread),
        cell(kind, spread(own(kind), ({ served }) => served), ({ min }) => min.toLocaleString("en-US")),
        cell(
          kind,
          spread(own(kind), ({ loadClientBusy }) => loadClientBusy),
          ({ median }) => `${Math.round(median * 100)} %`,
        ),
      ]),
    }],
  };
}

function inJavaScript(kinds: readonly ServerKind[]): ServerKind[] {
  return kinds.filter((kind) => [BARE, OURS, TS].includes(kind));
}

function kibibytes({ rssBytesPerClient }: StormReport): number | undefined {
  return rssBytesPerClient && rssBytesPerClient / 1024;
}
