// The soak: a server of 200 channels and 50 clients that come and go, three of them stuck, for as long as it is told; `--help`.
//
// It fails when memory, handles or latency grow, or when a message is missing that was not counted as dropped.

import { parseArgs } from "@std/cli/parse-args";
import { quantile } from "../support/quantile.ts";
import { within } from "../support/events.ts";
import { lines } from "../support/program.ts";
import { comeAndGo, dawdle, sitThere, type Visit } from "./guests.ts";
import { type GuestFigures, judge, type ServerSample } from "./soak_figures.ts";

const CLIENTS = { comeAndGo: 45, dawdle: 2, sitThere: 3 };
/** Seconds in which all arrive and memory settles are not judged: a third of the run, and this at most. */
const MAX_WARM_UP_S = 60;
/** All guests must have left so long after the end. */
const LEAVE_LIMIT_MS = 20_000;

const HELP = `Has 50 clients come and go at a server of 200 channels, and fails if anything grows or gets lost.

deno task soak [--minutes <n>]   how long (default: 2)`;

const { minutes: given, help, _: rest } = parseArgs(Deno.args, { string: ["minutes"], boolean: ["help"] });
const minutes = Number(given ?? 2);
if (help || rest.length > 0 || !(minutes >= 1)) {
  console[help ? "log" : "error"](HELP);
  Deno.exit(help ? 0 : 2);
}
Deno.exitCode = await soak(minutes * 60_000) ? 0 : 1;

async function soak(ms: number): Promise<boolean> {
  const server = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "-A", "--v8-flags=--expose-gc", `${import.meta.dirname}/soak_server.ts`],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const output = lines(server.stdout);
  const port = Number((await output.next()).value);
  const samples: ServerSample[] = [];
  const figures: GuestFigures = { visits: 0, messages: 0, unexplained: 0, dropped: 0, failures: [], latenciesMs: [] };
  const latencies: number[] = [];
  const end = new AbortController();
  const visit: Visit = { port, figures, latencies, signal: end.signal, random: Math.random };
  const guests = [
    ...Array.from({ length: CLIENTS.comeAndGo }, () => comeAndGo(visit)),
    ...Array.from({ length: CLIENTS.dawdle }, () => dawdle(visit)),
    ...Array.from({ length: CLIENTS.sitThere }, () => sitThere(visit)),
  ];
  console.log(`Soaking for ${ms / 60_000} minutes: 200 channels, 50 clients`);
  const start = performance.now();
  while (performance.now() - start < ms) {
    const { value: line, done } = await output.next();
    if (done) throw new Error("The server has ended");
    samples.push(JSON.parse(line));
    figures.latenciesMs.push(p99(latencies.splice(0)));
    if (samples.length % 60 === 0) tell(samples, figures);
  }
  end.abort();
  try {
    await within(Promise.all(guests), "the clients to leave", LEAVE_LIMIT_MS);
  } catch (error) {
    figures.failures.push(String(error));
  }
  const { lines: report, isWell } = judge(samples, figures, Math.min(MAX_WARM_UP_S, Math.floor(samples.length / 3)));
  server.kill("SIGTERM");
  await output.return?.();
  const { code } = await server.status;
  console.log([...report, `${code === 0 ? "ok  " : "FAIL"} the server ended with code ${code}`].join("\n"));
  return isWell && code === 0;
}

function tell(samples: readonly ServerSample[], { visits, messages, failures }: GuestFigures): void {
  const { rssBytes, handles, clients } = samples.at(-1)!;
  const mib = Math.round(rssBytes / 1024 / 1024);
  console.log(
    `${samples.length} s: ${mib} MiB, ${handles} handles, ${clients} clients; ${visits} visits, ` +
      `${messages} messages, ${failures.length} failures`,
  );
}

/** Of messages of one second, 99 percent arrived within so many ms; 0 when none came. */
function p99(latenciesMs: readonly number[]): number {
  return latenciesMs.length === 0 ? 0 : quantile(latenciesMs.toSorted((one, other) => one - other), 0.99);
}
