// The client benchmark: messages per second that clients receive over loopback. `--help` lists the options.
//
// The server sends prepared frames as fast as the client reads. Clients run one at a time and alternate. Compare only
// figures of the same run.

import { parseArgs } from "@std/cli/parse-args";
import { explainMissing, NODE_FOLDER } from "../tools/peers.ts";
import type { ReceiverPlan, ReceiverReport } from "./clients/receiver_plan.ts";
import { describeMachine } from "./e2e/machine.ts";
import { alternate, ratio, spread } from "./e2e/series.ts";
import { FLOOD, type ServerKind } from "./e2e/server_kinds.ts";
import { ServerProcess } from "./e2e/server_process.ts";
import { byteSize, cell, toMarkdown, withRange, withSpread } from "./e2e/table.ts";

const HELP = `Measures how many messages a second clients receive, over loopback.

deno task bench:client [options]

  --rounds <n>  how often each client is measured; the tables show medians (default: 5)
  --help        prints this text

Install npm's client first: \`deno task peers\`.`;

const SIZES = [64, 1024];
const WARM_UP_MS = 700;
const MEASURE_MS = 1500;
/** A client may take this much longer. */
const EXTRA_MS = 20_000;

type ClientKind = Pick<ServerKind, "name" | "title" | "program" | "args" | "absent">;

const OURS = deno("ours", "`FoxgloveClient` on Deno, `for await` over a subscription", "ours.ts");
const NPM_ON_DENO: ClientKind = {
  ...deno(
    "npm on Deno",
    "npm's `@foxglove/ws-protocol` on Deno's WebSocket, with an event for each message",
    "npm.mjs",
  ),
  absent: explainMissing("node"),
};
const NPM_ON_NODE: ClientKind = {
  ...NPM_ON_DENO,
  name: "npm on Node",
  title: "npm's `@foxglove/ws-protocol` on Node, over npm's `ws`",
  program: "node",
  args: [[path("npm.mjs")], [NODE_FOLDER]],
};
const BARE = deno("bare", "Deno's WebSocket alone; it only counts messages and is the upper limit", "bare.ts");
const CLIENTS: readonly ClientKind[] = [BARE, OURS, NPM_ON_DENO, NPM_ON_NODE];

const options = readOptions(Deno.args);
const results: { payloadBytes: number; series: Awaited<ReturnType<typeof measureSize>> }[] = [];
for (const payloadBytes of SIZES) results.push({ payloadBytes, series: await measureSize(payloadBytes) });

console.log(await describeMachine("bench:client"));
console.log(CLIENTS.map(({ name, title }) => `- **${name}**: ${title}`).join("\n"));
const others = CLIENTS.filter((kind) => kind !== OURS);
console.log(toMarkdown({
  title: "Receiving",
  tables: [
    {
      caption: "Messages per second that the program received: median of the rounds, and half of their range.",
      columns: ["size", ...CLIENTS.map(({ name }) => name)],
      rows: results.map(({ payloadBytes, series }) => [
        byteSize(payloadBytes),
        ...CLIENTS.map((kind) => cell(kind, spread(series.get(kind.name), rate), withSpread)),
      ]),
    },
    {
      caption:
        "CPU time of the client, all threads, in µs for each message. On a busy machine, this is more reliable than the rate.",
      columns: ["size", ...CLIENTS.map(({ name }) => name)],
      rows: results.map(({ payloadBytes, series }) => [
        byteSize(payloadBytes),
        ...CLIENTS.map((kind) => cell(kind, spread(series.get(kind.name), cpuMicroseconds), withSpread)),
      ]),
    },
    {
      caption: "Our rate divided by the rate of the other client: median and range of the ratios within each round.",
      columns: ["size", ...others.map(({ name }) => `ours ÷ ${name}`)],
      rows: results.map(({ payloadBytes, series }) => [
        byteSize(payloadBytes),
        ...others.map((kind) => cell(kind, ratio(series.get(OURS.name), series.get(kind.name), rate), withRange)),
      ]),
    },
  ],
}));
for (const failure of options.failures) console.error(`Failed: ${failure}`);

function measureSize(payloadBytes: number) {
  return alternate(byteSize(payloadBytes), options, CLIENTS, (kind) => measure(kind, payloadBytes));
}

async function measure({ program, args: [before, after] }: ClientKind, payloadBytes: number): Promise<ReceiverReport> {
  await using server = await ServerProcess.start(FLOOD, { payloadBytes, rateHz: 0 });
  const plan: ReceiverPlan = { port: server.port, payloadBytes, warmUpMs: WARM_UP_MS, measureMs: MEASURE_MS };
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...before, JSON.stringify(plan), ...after],
    env: { NO_COLOR: "1" },
    signal: AbortSignal.timeout(WARM_UP_MS + MEASURE_MS + EXTRA_MS),
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`The client failed: ${text.decode(stderr).trim() || "it timed out"}`);
  return JSON.parse(text.decode(stdout));
}

function rate({ messages, seconds }: ReceiverReport): number {
  return messages / seconds;
}

function cpuMicroseconds({ cpuSeconds, messages }: ReceiverReport): number {
  return cpuSeconds / messages * 1e6;
}

function readOptions(args: string[]): { rounds: number; failures: string[] } {
  const unknown: string[] = [];
  const flags = parseArgs(args, {
    boolean: ["help"],
    string: ["rounds"],
    unknown: (arg: string) => void unknown.push(arg),
  });
  const rounds = Number(flags.rounds ?? 5);
  if (flags.help) {
    console.log(HELP);
    Deno.exit(0);
  }
  if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1) {
    console.error(HELP);
    Deno.exit(2);
  }
  return { rounds, failures: [] };
}

function deno(name: string, title: string, file: string): ClientKind {
  const flags = ["run", "--no-prompt", "--allow-net=127.0.0.1", "--allow-read", "--allow-env"];
  return { name, title, program: Deno.execPath(), args: [[...flags, path(file)], [NODE_FOLDER]], absent: undefined };
}

function path(file: string): string {
  return `${import.meta.dirname}/clients/${file}`;
}
