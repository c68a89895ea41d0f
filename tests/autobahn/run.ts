// runAutobahn(): runs cases of Autobahn against an echo server.

import { lines } from "../support/program.ts";
import type { EchoFigures } from "./echo.ts";
import type { Group } from "./groups.ts";
import { PYTHON2, REPORTS, WSTEST } from "./installation.ts";
import { type CaseResult, describeCase, readIndex } from "./report.ts";

/** The name of the server in the report. */
const AGENT = "foxglove-ws";
/** All cases together take less than half a minute. */
const LIMIT_MS = 15 * 60_000;

/** What a run has found. */
export interface AutobahnRun {
  results: CaseResult[];
  figures: EchoFigures;
}

/**
 * Runs all cases of the groups one after the other.
 *
 * @throws {Error} If the echo server or Autobahn fails, as opposed to a case.
 */
export async function runAutobahn(groups: readonly Group[]): Promise<AutobahnRun> {
  const server = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-net=127.0.0.1", `${import.meta.dirname}/echo_server.ts`],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const output = lines(server.stdout);
  try {
    const { value: port } = await output.next();
    await runCases(groups, `ws://127.0.0.1:${port}`);
    await server.stdin.close();
    const { value: figures } = await output.next();
    if (figures === undefined) throw new Error("Cannot test with Autobahn: the echo server has ended");
    const index = await Deno.readTextFile(`${REPORTS}/index.json`);
    return { results: readIndex(index, AGENT), figures: JSON.parse(figures) };
  } finally {
    stop(server);
    await output.return?.();
    await server.status;
  }
}

/** Returns a line about a case of the last run. */
export async function describeResult(result: CaseResult): Promise<string> {
  return describeCase(result, await Deno.readTextFile(`${REPORTS}/${result.file}`));
}

async function runCases(groups: readonly Group[], url: string): Promise<void> {
  // Removes the report of the last run.
  await Deno.remove(REPORTS, { recursive: true }).catch(() => {});
  await Deno.mkdir(REPORTS, { recursive: true });
  const config = {
    outdir: REPORTS,
    servers: [{ agent: AGENT, url }],
    cases: groups.map(({ number }) => `${number}.*`),
    "exclude-cases": [],
    "exclude-agent-cases": {},
  };
  const file = `${REPORTS}/config.json`;
  await Deno.writeTextFile(file, JSON.stringify(config));
  const { code, stdout, stderr } = await new Deno.Command(PYTHON2, {
    args: [WSTEST, "--mode", "fuzzingclient", "--spec", file],
    stdin: "null",
    signal: AbortSignal.timeout(LIMIT_MS),
  }).output();
  if (code === 0) return;
  const text = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n");
  throw new Error(`Cannot test with Autobahn: it exited with code ${code}\n${text.split("\n").slice(-40).join("\n")}`);
}

function stop(server: Deno.ChildProcess): void {
  try {
    server.kill("SIGKILL");
  } catch {
    // It has already exited.
  }
}
