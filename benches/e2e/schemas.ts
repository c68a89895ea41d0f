// Schemas: a client connects to a server whose channels share schemas, with the subprotocols that repeat schemas or
// not.

import type { SchemasReport } from "../load/load_plan.ts";
import { measureSchemas } from "./load_run.ts";
import type { BenchOptions } from "./options.ts";
import { alternate, ratio, type SeriesByServer, spread } from "./series.ts";
import { cell, type Section, significant, withRange, withSpread } from "./table.ts";

const CHANNELS = { channels: 200, schemas: 20, schemaBytes: 4000 };

const REPEATED = { name: "foxglove.sdk.v1", absent: undefined };
const ONCE = { name: "foxglove.sdk.v1.1", absent: undefined };
const SUBPROTOCOLS = [REPEATED, ONCE];

/** Measures our server with each subprotocol. */
export function measureSubprotocols(options: BenchOptions): Promise<SeriesByServer<SchemasReport>> {
  return alternate("schemas", options, SUBPROTOCOLS, ({ name }) => measureSchemas({ ...CHANNELS, ...options }, name));
}

/** The results as a table. */
export function reportSubprotocols(series: SeriesByServer<SchemasReport>): Section {
  const { channels, schemas, schemaBytes } = CHANNELS;
  const row = (subprotocol: typeof REPEATED) => {
    const own = series.get(subprotocol.name);
    const value = (figure: (sample: SchemasReport) => number | undefined) =>
      cell(subprotocol, spread(own, figure), withSpread);
    return [
      `\`${subprotocol.name}\``,
      cell(subprotocol, spread(own, ({ bytes }) => bytes), ({ median }) => median.toLocaleString("en-US")),
      value(({ connectMs }) => connectMs.p50),
      value(({ connectMs }) => connectMs.p95),
      value(({ ownClientMs }) => ownClientMs),
      value(({ serverCpuMs }) => serverCpuMs),
      cell(
        subprotocol,
        spread(own, ({ connects }) => connects),
        ({ min, max }) => min === max ? `${min}` : `${min}–${max}`,
      ),
      cell(subprotocol, spread(own, ({ othersBusy }) => othersBusy), ({ max }) => `${Math.round(max * 100)} %`),
    ];
  };
  const once = (figure: (sample: SchemasReport) => number | undefined) =>
    cell(ONCE, ratio(series.get(ONCE.name), series.get(REPEATED.name), figure), withRange);
  return {
    title: "Schemas",
    tables: [{
      caption:
        `A client connects to our server, which has ${channels} protobuf channels. They share ${schemas} schemas of ` +
        `${
          significant(schemaBytes)
        } random bytes. The client disconnects when it knows all channels, and the next one connects. ` +
        "bytes: what a client receives after the response to its handshake. p50 ms, p95 ms: time from the start of the handshake " +
        "until the client has received all channels and parsed their JSON. FoxgloveClient: the same for `FoxgloveClient`, median in " +
        "ms; it also opens the TCP connection and decodes the schemas. CPU ms: CPU time of the server for each connect and " +
        "disconnect. connects: in each round. others: the highest CPU load of other programs, in percent of one core.",
      columns: ["subprotocol", "bytes", "p50 ms", "p95 ms", "FoxgloveClient", "CPU ms", "connects", "others"],
      rows: SUBPROTOCOLS.map(row),
    }, {
      caption: "`foxglove.sdk.v1.1` divided by `foxglove.sdk.v1`: median and range of the ratios within each round.",
      columns: ["", "bytes", "p50", "p95", "FoxgloveClient", "CPU"],
      rows: [[
        "v1.1 ÷ v1",
        once(({ bytes }) => bytes),
        once(({ connectMs }) => connectMs.p50),
        once(({ connectMs }) => connectMs.p95),
        once(({ ownClientMs }) => ownClientMs),
        once(({ serverCpuMs }) => serverCpuMs),
      ]],
    }],
  };
}
