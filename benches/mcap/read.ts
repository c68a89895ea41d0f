// The benchmark of reading MCAP files: our readers and npm's @mcap/core, on the same files. `--help` lists the options.
//
// Each measurement is a process of its own. The readers alternate. Compare only figures of the same run.

import { parseArgs } from "@std/cli/parse-args";
import { explainMissing } from "../../tools/peers.ts";
import { machineLines } from "../e2e/machine.ts";
import { alternate, ratio, type SeriesByServer, spread } from "../e2e/series.ts";
import { cell, toMarkdown, withRange, withSpread } from "../e2e/table.ts";
import { DATA_SETS, type DataSet } from "./data.ts";
import type { ReadMethod, ReadReport } from "./read_plan.ts";
import { peakMebibytes, rate, runCase, titleOf } from "./run_case.ts";
import type { WritePlan } from "./write_plan.ts";

const HELP = `Measures how fast MCAP files are read, by our readers and by npm's @mcap/core.

deno task bench:mcap-read [options]

  --rounds <n>       how often each reader is measured; the tables show medians (default: 3)
  --scale <factor>   reads this part of the messages, for example 0.1 for a quick run (default: 1)
  --help             prints this text

Install npm's package first: \`deno task peers\`.`;

const COMPRESSIONS = ["none", "zstd"] as const;
const CHUNK_BYTES = 1024 * 1024;
const absent = explainMissing("mcap");
const INDEXED = { name: "npm indexed", absent } as const;
const STREAM = { name: "npm stream", absent } as const;
/** Its ratios are the highest that a reader can reach which creates an object for each message. */
const FLOOR = { name: "floor", absent: undefined } as const;
const OURS = [
  { name: "iterator", absent: undefined, peer: INDEXED },
  { name: "batches", absent: undefined, peer: INDEXED },
  { name: "stream", absent: undefined, peer: STREAM },
] as const;
const READERS: readonly { readonly name: ReadMethod; readonly absent: string | undefined }[] = [
  ...OURS,
  INDEXED,
  STREAM,
  FLOOR,
];
const RATIOS = [...OURS, { ...FLOOR, peer: INDEXED }, { ...FLOOR, peer: STREAM }] as const;
/** 256 MiB and 2 GiB: the memory must be the same. */
const MEMORY_SETS: readonly DataSet[] = [4096, 32_768].map((count) => ({ messageBytes: 64 * 1024, count }));

/** The results of one file. */
interface Result {
  readonly title: string;
  readonly series: SeriesByServer<ReadReport>;
}

const options = readOptions(Deno.args);
const results: Result[] = [];
const memory: Result[] = [];
for (const compression of COMPRESSIONS) {
  for (const set of DATA_SETS) results.push(await measureFile(set, compression, options.rounds));
  for (const set of MEMORY_SETS) memory.push(await measureFile(set, compression, 1));
}

console.log([...machineLines("bench:mcap-read", ""), `- Deno ${Deno.version.deno}`].join("\n"));
console.log(toMarkdown({
  title: "Reading MCAP files",
  tables: [
    {
      caption: "Thousand messages per second: median of the rounds, and half of their range.",
      columns: ["data", ...READERS.map(({ name }) => name)],
      rows: results.map(({ title, series }) => [
        title,
        ...READERS.map((reader) => cell(reader, spread(series.get(reader.name), rate), withSpread)),
      ]),
    },
    {
      caption: "The median and the range of the ratios within each round.",
      columns: ["data", ...RATIOS.map(({ name, peer }) => `${name} ÷ ${peer.name}`)],
      rows: results.map(({ title, series }) => [
        title,
        ...RATIOS.map(({ name, peer }) => cell(peer, ratio(series.get(name), series.get(peer.name), rate), withRange)),
      ]),
    },
    {
      caption: "The peak of the memory in MiB.",
      columns: ["data", ...READERS.map(({ name }) => name)],
      rows: [...results, ...memory].map(({ title, series }) => [
        title,
        ...READERS.map((reader) => cell(reader, spread(series.get(reader.name), peakMebibytes), withSpread)),
      ]),
    },
  ],
}));
for (const failure of options.failures) console.error(`Failed: ${failure}`);
if (options.failures.length > 0) Deno.exit(1);

/** Writes a file, reads it with all readers, and deletes it. */
async function measureFile(
  set: DataSet,
  compression: WritePlan["compression"],
  rounds: number,
): Promise<Result> {
  const count = Math.max(1, Math.round(set.count * options.scale));
  const title = titleOf({ ...set, count }, compression);
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/a.mcap`;
    const plan: WritePlan = { ...set, count, writer: "ours", compression, chunkBytes: CHUNK_BYTES, path };
    await runCase("write_case.ts", plan);
    const series = await alternate(title, { ...options, rounds }, READERS, async ({ name }) => {
      const report = await runCase("read_case.ts", { method: name, path }) as ReadReport;
      if (report.messages === count && report.messageBytes === count * set.messageBytes) return report;
      throw new Error(`read ${report.messages} of ${count} messages`);
    });
    return { title, series };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function readOptions(args: string[]): { rounds: number; scale: number; failures: string[] } {
  const unknown: string[] = [];
  const flags = parseArgs(args, {
    boolean: ["help"],
    string: ["rounds", "scale"],
    unknown: (arg: string) => void unknown.push(arg),
  });
  const rounds = Number(flags.rounds ?? 3);
  const scale = Number(flags.scale ?? 1);
  if (flags.help) {
    console.log(HELP);
    Deno.exit(0);
  }
  if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1 || !(scale > 0)) {
    console.error(HELP);
    Deno.exit(2);
  }
  return { rounds, scale, failures: [] };
}
