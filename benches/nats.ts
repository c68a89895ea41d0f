// The benchmark of edges on NATS: latency from the robot to the viewers, and what a delivery costs. `--help` lists the
// options.
//
// Robot, nats-server, edge and load client are processes of their own. Compare only figures of the same run.

import { NATS_SERVER, NatsServer } from "../tests/support/nats_server.ts";
import { machineLines } from "./e2e/machine.ts";
import { runLoad } from "./e2e/load_run.ts";
import { readRoundOptions } from "./e2e/round_options.ts";
import { alternate, type SeriesByServer, spread } from "./e2e/series.ts";
import { NATS_EDGE, NATS_ROBOT, type ServerKind } from "./e2e/server_kinds.ts";
import { ServerProcess } from "./e2e/server_process.ts";
import { cell, toMarkdown, withSpread } from "./e2e/table.ts";
import { cpuMicroseconds, type LoadReport } from "./load/load_plan.ts";

const HELP = `Measures edges on NATS with 1, 10, 100 and 1,000 viewers, over loopback. Needs nats-server.

deno task bench:nats [options]

  --rounds <n>      how often each case is measured; the tables show medians (default: 5)
  --seconds <n>     how long each measurement takes (default: 3)
  --help            prints this text`;

const PAYLOAD_BYTES = 1024;
const WARM_UP_MS = 2000;
/** The share of the cores that an edge may use, so that its latency stays low. */
const MAX_BUSY = 0.6;
const CASES = [
  { viewers: 1, rateHz: 1000 },
  { viewers: 10, rateHz: 1000 },
  { viewers: 100, rateHz: 1000 },
  { viewers: 1000, rateHz: 50 },
];
/** The edges that are compared. */
const EDGES = ["native", "direct"].map((transport) => ({ name: transport, absent: undefined, transport }));

const { path, missing } = NATS_SERVER;
const options = readRoundOptions(Deno.args, HELP);
if (path === undefined) {
  console.error(`Cannot measure: ${missing}`);
  Deno.exit(1);
}
const program: string = path;

const results: { name: string; viewers: number; series: SeriesByServer<LoadReport> }[] = [];
for (const { viewers, rateHz } of CASES) {
  const name = `${viewers} × ${rateHz}/s`;
  const series = await alternate(name, options, EDGES, ({ transport }) => measure(transport, viewers, rateHz));
  results.push({ name, viewers, series });
}

console.log(machineLines("bench:nats").join("\n") + "\n");
console.log(toMarkdown({
  title: "NATS",
  tables: [
    {
      caption:
        "Messages of 1 KiB: age when a viewer has received them, in ms, CPU time of the edge for each delivery, " +
        "and memory of the edge.",
      columns: ["viewers × messages/s", "edge", "deliveries/s", "p50", "p99", "CPU µs/delivery", "RSS MB"],
      rows: results.flatMap(({ name, series }) =>
        EDGES.map((edge) => {
          const own = series.get(edge.name);
          return [
            name,
            edge.name,
            cell(edge, spread(own, ({ messages, seconds }) => messages / seconds), withSpread),
            cell(edge, spread(own, ({ latencyMs }) => latencyMs?.p50), withSpread),
            cell(edge, spread(own, ({ latencyMs }) => latencyMs?.p99), withSpread),
            cell(edge, spread(own, cpuMicroseconds), withSpread),
            cell(edge, spread(own, ({ serverRssBytes }) => megabytes(serverRssBytes)), withSpread),
          ];
        })
      ),
    },
    {
      caption:
        `Cores of edges that N viewers need, each with 100 messages/s of 1 KiB, if edges are ${MAX_BUSY * 100} % ` +
        "busy: N × 100 × CPU time for each delivery with 1,000 viewers ÷ 0.6. Network: what all edges send together.",
      columns: ["viewers", "cores, native", "cores, direct", "Gbit/s"],
      rows: [10_000, 100_000].map((viewers) => [
        viewers.toLocaleString("en"),
        ...EDGES.map((edge) => coresFor(viewers, results.at(-1)!.series, edge.name)),
        (viewers * 100 * PAYLOAD_BYTES * 8 / 1e9).toFixed(1),
      ]),
    },
  ],
}));
for (const failure of options.failures) console.error(`Failed: ${failure}`);
Deno.exit(options.failures.length > 0 ? 1 : 0);

async function measure(transport: string, clients: number, rateHz: number): Promise<LoadReport> {
  await using nats = await NatsServer.start(program);
  const natsPort = nats.port;
  await using _robot = await ServerProcess.start(NATS_ROBOT, { natsPort, payloadBytes: PAYLOAD_BYTES, rateHz });
  const edge: ServerKind = { ...NATS_EDGE, args: [NATS_EDGE.args[0], [transport]] };
  await using server = await ServerProcess.start(edge, { natsPort });
  return await runLoad({
    type: "load",
    port: server.port,
    serverPid: server.pid,
    clients,
    stuckClients: 0,
    payloadBytes: PAYLOAD_BYTES,
    stamp: "epochNs",
    warmUpMs: WARM_UP_MS,
    measureMs: options.measureMs,
  });
}

function megabytes(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : bytes / 1e6;
}

function coresFor(viewers: number, series: SeriesByServer<LoadReport>, name: string): string {
  const cost = spread(series.get(name), cpuMicroseconds);
  return cost === undefined ? "" : (viewers * 100 * cost.median / 1e6 / MAX_BUSY).toFixed(1);
}
