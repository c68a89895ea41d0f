// The benchmark of workers: one process against several workers. `--help` lists the options.
//
// The load client is a program in C that discards what it receives, because it shares the cores with the server. It
// needs all permissions, because Deno requires them for /proc.

import { parseArgs } from "@std/cli/parse-args";
import { machineLines } from "./e2e/machine.ts";
import { alternate, ratio, spread } from "./e2e/series.ts";
import { byteSize, cell, toMarkdown, withRange, withSpread } from "./e2e/table.ts";
import { compileClient, measureWorkers, workersKind, type WorkersLoad, type WorkersReport } from "./workers/measure.ts";

const HELP = `Compares one process with workers: messages per second that all clients together receive.

deno task bench:workers [options]

  --rounds <n>       how often each is measured; the table shows medians (default: 3)
  --workers <a,b>    numbers of workers (default: the number of cores)
  --loads <a,b>      clients x payload bytes (default: 1x1024,10x1024,100x1024,1000x1024,100x65536)
  --quick            one short round: shows that it works, but the figures are not reliable
  --help             prints this text`;

const flags = parseArgs(Deno.args, {
  boolean: ["quick", "help"],
  string: ["rounds", "workers", "loads"],
  default: { workers: `${navigator.hardwareConcurrency}`, loads: "1x1024,10x1024,100x1024,1000x1024,100x65536" },
});
if (flags.help) {
  console.log(HELP);
  Deno.exit();
}
const rounds = Number(flags.rounds ?? (flags.quick ? 1 : 3));
const times = flags.quick ? { warmUpMs: 500, measureMs: 1000 } : { warmUpMs: 1500, measureMs: 4000 };
const kinds = [0, ...flags.workers.split(",").map(Number)].map(workersKind);
const [one, ...several] = kinds as [typeof kinds[0], ...typeof kinds];
const folder = await Deno.makeTempDir();
const client = await compileClient(folder);
const failures: string[] = [];
const rate = ({ messages, seconds }: WorkersReport) => messages / seconds;
const perMessage = (cpuSeconds: number | undefined, { allMessages }: WorkersReport) =>
  cpuSeconds === undefined ? undefined : cpuSeconds / allMessages * 1e6;
const costs = (report: WorkersReport) => perMessage(report.serverCpuSeconds, report);
const limit = (report: WorkersReport) => perMessage(report.busiestThreadSeconds, report);

const rows: string[][] = [];
for (const text of flags.loads.split(",")) {
  const [clients = 0, payloadBytes = 0] = text.split("x").map(Number);
  const load: WorkersLoad = { clients, payloadBytes };
  const title = `${clients} × ${byteSize(payloadBytes)}`;
  const series = await alternate(
    title,
    { rounds, failures },
    kinds,
    (kind) => measureWorkers(kind, client, load, times),
  );
  rows.push([
    title,
    ...kinds.map((kind) => cell(kind, spread(series.get(kind.name), rate), withSpread)),
    ...several.map((kind) => cell(kind, ratio(series.get(kind.name), series.get(one.name), rate), withRange)),
    ...kinds.map((kind) => cell(kind, spread(series.get(kind.name), costs), ({ median }) => median.toFixed(2))),
    ...several.map((kind) => cell(kind, ratio(series.get(one.name), series.get(kind.name), limit), withRange)),
    ...kinds.map((kind) =>
      cell(kind, spread(series.get(kind.name), ({ othersBusy }) => othersBusy), ({ max }) => max.toFixed(2))
    ),
  ]);
}
await Deno.remove(folder, { recursive: true });

console.log([
  machineLines("bench:workers").join("\n"),
  toMarkdown({
    title: "Workers",
    tables: [{
      caption:
        "Messages per second that all clients together received, with the load client `benches/workers/drain.c` " +
        "on the same cores; the ratio to one process; the server's CPU time for each message, in µs; the ratio by the CPU " +
        "time of the busiest thread, which holds if each thread has its own core; and the CPU load of other programs, in cores.",
      columns: [
        "clients × size",
        ...kinds.map(({ name }) => name),
        ...several.map(({ name }) => `${name}: ratio`),
        ...kinds.map(({ name }) => `${name}: CPU`),
        ...several.map(({ name }) => `${name}: by thread`),
        ...kinds.map(({ name }) => `${name}: others`),
      ],
      rows,
    }],
  }),
  failures.length === 0 ? "No measurement failed." : ["Failed:", ...failures.map((text) => `- ${text}`)].join("\n"),
].join("\n\n"));
Deno.exit(failures.length === 0 ? 0 : 1);
