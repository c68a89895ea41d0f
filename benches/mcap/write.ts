// The benchmark of writing MCAP files: our writer and npm's @mcap/core, on the same data. `--help` lists the options.
//
// Each measurement is a process of its own, which writes a new file. The writers alternate. Compare only figures of the
// same run.

import { parseArgs } from "@std/cli/parse-args";
import { explainMissing } from "../../tools/peers.ts";
import { machineLines } from "../e2e/machine.ts";
import { alternate, ratio, type SeriesByServer, spread } from "../e2e/series.ts";
import { cell, toMarkdown, withRange, withSpread } from "../e2e/table.ts";
import { DATA_SETS } from "./data.ts";
import { peakMebibytes, rate, runCase, titleOf } from "./run_case.ts";
import type { WritePlan, WriteReport } from "./write_plan.ts";

const HELP = `Measures how fast MCAP files are written, by our writer and by npm's @mcap/core.

deno task bench:mcap-write [options]

  --rounds <n>       how often each writer is measured; the tables show medians (default: 3)
  --scale <factor>   writes this part of the messages, for example 0.1 for a quick run (default: 1)
  --chunk-kib <n>    the size of chunks (default: 1024)
  --only <text>      measures only data whose title contains this text, for example "64 KiB" or "zstd"
  --help             prints this text

Install npm's package first: \`deno task peers\`.`;

const COMPRESSIONS = ["none", "zstd"] as const;
const OURS = { name: "ours", absent: undefined } as const;
const NPM = { name: "npm", absent: explainMissing("mcap") } as const;
const WRITERS = [OURS, NPM];

/** The results of one set of data with one compression. */
interface Result {
  readonly title: string;
  readonly series: SeriesByServer<WriteReport>;
}

interface BenchOptions {
  readonly rounds: number;
  readonly scale: number;
  readonly chunkBytes: number;
  readonly only: string;
  readonly failures: string[];
}

const options = readOptions(Deno.args);
const results: Result[] = [];
for (const set of DATA_SETS) {
  for (const compression of COMPRESSIONS) {
    const count = Math.max(1, Math.round(set.count * options.scale));
    const title = titleOf({ ...set, count }, compression);
    if (!title.includes(options.only)) continue;
    const series = await alternate(title, options, WRITERS, ({ name }) => {
      return measure({ ...set, count, writer: name, compression, chunkBytes: options.chunkBytes });
    });
    results.push({ title, series });
  }
}

console.log([...machineLines("bench:mcap-write", ""), `- Deno ${Deno.version.deno}`].join("\n"));
console.log(toMarkdown({
  title: "Writing MCAP files",
  tables: [
    {
      caption: "Thousand messages per second: median of the rounds, and half of their range. The last column is the " +
        "median and the range of the ratios within each round.",
      columns: ["data", ...WRITERS.map(({ name }) => name), "ours ÷ npm"],
      rows: results.map(({ title, series }) => [
        title,
        ...WRITERS.map((writer) => cell(writer, spread(series.get(writer.name), rate), withSpread)),
        cell(NPM, ratio(series.get(OURS.name), series.get(NPM.name), rate), withRange),
      ]),
    },
    {
      caption: "The size of the file in MB, and the peak of the memory in MiB.",
      columns: ["data", ...WRITERS.flatMap(({ name }) => [`${name}: MB`, `${name}: MiB`])],
      rows: results.map(({ title, series }) => [
        title,
        ...WRITERS.flatMap((writer) =>
          [megabytes, peakMebibytes].map((figure) => cell(writer, spread(series.get(writer.name), figure), withSpread))
        ),
      ]),
    },
  ],
}));
for (const failure of options.failures) console.error(`Failed: ${failure}`);
if (options.failures.length > 0) Deno.exit(1);

async function measure(plan: Omit<WritePlan, "path">): Promise<WriteReport> {
  const folder = await Deno.makeTempDir();
  try {
    const report = await runCase("write_case.ts", { ...plan, path: `${folder}/a.mcap` }) as WriteReport;
    if (report.messages !== plan.count) throw new Error(`wrote ${report.messages} of ${plan.count} messages`);
    return report;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function megabytes({ fileBytes }: WriteReport): number {
  return fileBytes / 1e6;
}

function readOptions(args: string[]): BenchOptions {
  const unknown: string[] = [];
  const flags = parseArgs(args, {
    boolean: ["help"],
    string: ["rounds", "scale", "chunk-kib", "only"],
    unknown: (arg: string) => void unknown.push(arg),
  });
  const rounds = Number(flags.rounds ?? 3);
  const scale = Number(flags.scale ?? 1);
  const chunkBytes = Number(flags["chunk-kib"] ?? 1024) * 1024;
  if (flags.help) {
    console.log(HELP);
    Deno.exit(0);
  }
  if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1 || !(scale > 0) || !(chunkBytes > 0)) {
    console.error(HELP);
    Deno.exit(2);
  }
  return { rounds, scale, chunkBytes, only: flags.only ?? "", failures: [] };
}
