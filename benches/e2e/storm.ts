// Storm: many clients connect and subscribe at once, for example when a network works again.

import type { StormReport } from "../load/load_plan.ts";
import { measureStorm } from "./load_run.ts";
import type { BenchOptions } from "./options.ts";
import { BARE, inJavaScript, type ServerKind } from "./server_kinds.ts";
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
        } clients connect and subscribe to the advertised channel. connected: time until the ` +
        "last handshake, in ms. subscribed: time until the server has read the last subscription, in ms; the next column divides " +
        "it by that of `bare`. KiB/client: memory of the server. served: clients that then received a message. client busy: CPU " +
        "load of the load client's thread.",
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

function kibibytes({ rssBytesPerClient }: StormReport): number | undefined {
  return rssBytesPerClient && rssBytesPerClient / 1024;
}
