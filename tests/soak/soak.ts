// The soak: a server with 200 channels, and 50 clients that connect and leave, three of them stuck. `--help` lists its
// options.
//
// It fails if memory, handles or latency grow, or if a message is missing that was not counted as dropped.

import { quantile } from "../support/quantile.ts";
import { within } from "../support/events.ts";
import { lines } from "../support/program.ts";
import { type ClientContext, runComingAndGoing, runSlowClient, runStuckClient } from "./soak_clients.ts";
import { type ClientFigures, evaluate, type ServerSample } from "./soak_figures.ts";
import { readOptions, type SoakOptions } from "./soak_options.ts";

const CLIENTS = { comingAndGoing: 45, slow: 2, stuck: 3 };
/** The warm-up is not evaluated: a third of the run, and at most this number of seconds. */
const MAX_WARM_UP_S = 60;
/** All clients must leave within this time after the end of the run. */
const LEAVE_LIMIT_MS = 20_000;

const options = readOptions(Deno.args);
if ("help" in options) {
  console[options.isMistake ? "error" : "log"](options.help);
  Deno.exit(options.isMistake ? 2 : 0);
}
Deno.exitCode = await soak(options) ? 0 : 1;

async function soak({ minutes, transport }: SoakOptions): Promise<boolean> {
  const ms = minutes * 60_000;
  console.log(`Soaking for ${minutes} minutes: 200 channels, 50 clients, transport ${transport}`);
  const server = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "-A", "--v8-flags=--expose-gc", `${import.meta.dirname}/soak_server.ts`, transport],
    // The server exits when this ends, also if this process is killed.
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const output = lines(server.stdout);
  const port = Number((await output.next()).value);
  const samples: ServerSample[] = [];
  const figures: ClientFigures = { visits: 0, messages: 0, unexplained: 0, dropped: 0, failures: [], latenciesMs: [] };
  const latencies: number[] = [];
  const end = new AbortController();
  const context: ClientContext = { port, figures, latencies, signal: end.signal, random: Math.random };
  const clients = [
    ...Array.from({ length: CLIENTS.comingAndGoing }, () => runComingAndGoing(context)),
    ...Array.from({ length: CLIENTS.slow }, () => runSlowClient(context)),
    ...Array.from({ length: CLIENTS.stuck }, () => runStuckClient(context)),
  ];
  const start = performance.now();
  while (performance.now() - start < ms) {
    const { value: line, done } = await output.next();
    if (done) throw new Error("The server has ended");
    samples.push(JSON.parse(line));
    figures.latenciesMs.push(p99(latencies.splice(0)));
    if (samples.length % 60 === 0) printProgress(samples, figures);
  }
  end.abort();
  try {
    await within(Promise.all(clients), "the clients to leave", LEAVE_LIMIT_MS);
  } catch (error) {
    figures.failures.push(String(error));
  }
  const { lines: report, passed } = evaluate(samples, figures, Math.min(MAX_WARM_UP_S, Math.floor(samples.length / 3)));
  server.kill("SIGTERM");
  await output.return?.();
  const { code } = await server.status;
  await server.stdin.close();
  console.log([...report, `${code === 0 ? "ok  " : "FAIL"} the server ended with code ${code}`].join("\n"));
  return passed && code === 0;
}

function printProgress(samples: readonly ServerSample[], { visits, messages, failures }: ClientFigures): void {
  const { rssBytes, handles, clients } = samples.at(-1)!;
  const mib = Math.round(rssBytes / 1024 / 1024);
  console.log(
    `${samples.length} s: ${mib} MiB, ${handles} handles, ${clients} clients; ${visits} visits, ` +
      `${messages} messages, ${failures.length} failures`,
  );
}

/** The 99th percentile of the latencies of one second, in ms; 0 without messages. */
function p99(latenciesMs: readonly number[]): number {
  return latenciesMs.length === 0 ? 0 : quantile(latenciesMs.toSorted((one, other) => one - other), 0.99);
}
