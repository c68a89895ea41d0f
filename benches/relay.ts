// The relay benchmark: what a relay adds to latency and CPU time, and what it takes from its robot. `--help` lists the
// options.
//
// Direct connections, a bare pipe and relays alternate. The pipe is the lower limit: it passes each frame on unchanged.
// Compare only figures of the same run.

import { FoxgloveServer } from "../mod.ts";
import { machineLines } from "./e2e/machine.ts";
import { runLoad } from "./e2e/load_run.ts";
import { readRoundOptions } from "./e2e/round_options.ts";
import { alternate, type SeriesByServer, type Spread, spread } from "./e2e/series.ts";
import { OURS, PIPE, RELAY, type ServerKind } from "./e2e/server_kinds.ts";
import { ServerProcess } from "./e2e/server_process.ts";
import { cell, significant, toMarkdown, withSpread } from "./e2e/table.ts";
import { cpuMicroseconds, type LoadReport } from "./load/load_plan.ts";
import { epochNs } from "./servers/pacing.js";

const HELP = `Measures what a relay adds to latency and CPU time, and what it takes from its robot, over loopback.

deno task bench:relay [options]

  --rounds <n>      how often each case is measured; the tables show medians (default: 5)
  --seconds <n>     how long each measurement takes (default: 3)
  --transport <name>  native or direct (default: native)
  --help            prints this text`;

/** How many relays are between the robot and the viewers. */
interface Chain extends Pick<ServerKind, "name" | "absent"> {
  readonly relays: number;
  /** What passes the messages on. */
  readonly kind: ServerKind;
}

const CHAINS: readonly Chain[] = [
  { name: "no relay", relays: 0, kind: RELAY, absent: undefined },
  { name: "pipe", relays: 1, kind: PIPE, absent: undefined },
  { name: "relay", relays: 1, kind: RELAY, absent: undefined },
  { name: "relay of a relay", relays: 2, kind: RELAY, absent: undefined },
];
const PAYLOAD_BYTES = 1024;
const WARM_UP_MS = 1000;
const LATENCY_VIEWERS = [1, 10];
const UPLINK_VIEWERS = [1, 10, 100];
const UPLINK_HZ = 100;

const options = readRoundOptions(Deno.args, HELP, ["native", "direct"]);
const latency: { viewers: number; series: SeriesByServer<LoadReport> }[] = [];
for (const viewers of LATENCY_VIEWERS) {
  const what = `1,000 messages/s, ${viewers} viewers`;
  latency.push({ viewers, series: await alternate(what, options, CHAINS, (chain) => measure(chain, 1000, viewers)) });
}
const fast = await alternate("20,000 messages/s", options, CHAINS, (chain) => measure(chain, 20_000, 1));
const uplinks = UPLINK_VIEWERS.map((viewers) => ({ name: `${viewers}`, absent: undefined, viewers }));
const uplink = await alternate("uplink", options, uplinks, ({ viewers }) => measureUplink(viewers));

console.log(machineLines("bench:relay").join("\n") + "\n");
console.log(toMarkdown({
  title: "Relay",
  tables: [
    ...latency.map(({ viewers, series }) => ({
      caption: `1,000 messages/s of 1 KiB, ${viewers} ${viewers === 1 ? "viewer" : "viewers"}: age of a message ` +
        "when a viewer has received it, in ms. Added: the difference to no relay within each round.",
      columns: ["connection", "p50", "p99", "added p50", "added p99"],
      rows: CHAINS.map((chain) => [
        chain.name,
        cell(chain, spread(series.get(chain.name), ({ latencyMs }) => latencyMs?.p50), withSpread),
        cell(chain, spread(series.get(chain.name), ({ latencyMs }) => latencyMs?.p99), withSpread),
        ...(["p50", "p99"] as const).map((quantile) =>
          chain.relays === 0 ? "" : cell(chain, added(series, chain.name, quantile), withRangeOf)
        ),
      ]),
    })),
    {
      caption: "20,000 messages/s of 1 KiB, 1 viewer: CPU time of the last server, all threads, for each message.",
      columns: ["connection", "messages/s", "CPU µs/message"],
      rows: CHAINS.map((chain) => [
        chain.name,
        cell(chain, spread(fast.get(chain.name), ({ messages, seconds }) => messages / seconds), withSpread),
        cell(chain, spread(fast.get(chain.name), cpuMicroseconds), withSpread),
      ]),
    },
    {
      caption: `${UPLINK_HZ} messages/s of 1 KiB through a relay: what the robot sends.`,
      columns: ["viewers", "messages/s to viewers", "messages/s from the robot", "clients of the robot"],
      rows: uplinks.map((kind) => [
        kind.name,
        cell(kind, spread(uplink.get(kind.name), ({ received }) => received), withSpread),
        cell(kind, spread(uplink.get(kind.name), ({ sent }) => sent), withSpread),
        cell(kind, spread(uplink.get(kind.name), ({ clients }) => clients), withSpread),
      ]),
    },
  ],
}));
for (const failure of options.failures) console.error(`Failed: ${failure}`);
Deno.exit(options.failures.length > 0 ? 1 : 0);

async function measure({ relays, kind }: Chain, rateHz: number, clients: number): Promise<LoadReport> {
  await using robot = await ServerProcess.start(kindOf(OURS), { payloadBytes: PAYLOAD_BYTES, rateHz });
  await using chain = await startRelays(robot.port, relays, kind);
  const { port, pid } = chain.last ?? robot;
  return await load(port, pid, clients);
}

/** Measures with a robot in this process, so that its statistics can be read. */
async function measureUplink(viewers: number): Promise<{ sent: number; received: number; clients: number }> {
  await using robot = new FoxgloveServer({ name: "robot", port: 0, logger: false });
  const id = robot.addChannel({ topic: "/bench", encoding: "bench" });
  const { port } = await robot.start();
  const payload = new Uint8Array(PAYLOAD_BYTES);
  const timer = setInterval(() => robot.sendMessage(id, epochNs(), payload), 1000 / UPLINK_HZ);
  try {
    await using chain = await startRelays(port, 1, RELAY);
    const { last } = chain;
    if (!last) throw new Error("No relay was started");
    const [before, start] = [robot.stats().messagesSent, performance.now()];
    const { messages, seconds } = await load(last.port, last.pid, viewers);
    const { messagesSent, clients } = robot.stats();
    // The robot also sends while the viewers connect.
    const sent = (messagesSent - before) / ((performance.now() - start) / 1000);
    return { sent, received: messages / seconds, clients: clients.length };
  } finally {
    clearInterval(timer);
  }
}

async function startRelays(
  upstreamPort: number,
  count: number,
  kind: ServerKind,
): Promise<AsyncDisposable & { last?: ServerProcess }> {
  const stack = new AsyncDisposableStack();
  let last: ServerProcess | undefined;
  for (let port = upstreamPort, index = 0; index < count; index += 1, port = last!.port) {
    last = stack.use(await ServerProcess.start(kindOf(kind), { upstreamPort: port }));
  }
  return { ...(last && { last }), [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

function load(port: number, serverPid: number, clients: number): Promise<LoadReport> {
  const { measureMs } = options;
  const plan = { payloadBytes: PAYLOAD_BYTES, stuckClients: 0, stamp: "epochNs", warmUpMs: WARM_UP_MS } as const;
  return runLoad({ type: "load", port, serverPid, clients, measureMs, ...plan });
}

function kindOf(kind: ServerKind): ServerKind {
  return { ...kind, args: [kind.args[0], [options.transport]] };
}

/** The difference to a connection without a relay, within each round. */
function added(series: SeriesByServer<LoadReport>, name: string, quantile: "p50" | "p99"): Spread | undefined {
  const direct = series.get("no relay") ?? [];
  const differences = (series.get(name) ?? []).map((report, round) => {
    const [own, other] = [report?.latencyMs?.[quantile], direct[round]?.latencyMs?.[quantile]];
    return own === undefined || other === undefined ? undefined : own - other;
  });
  return spread(differences, (difference) => difference);
}

function withRangeOf({ median, min, max }: Spread): string {
  return `${median < 0 ? "" : "+"}${significant(median)} (${significant(min)} to ${significant(max)})`;
}
