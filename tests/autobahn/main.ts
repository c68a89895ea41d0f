// The Autobahn run: tests the server's own WebSocket with a conformance suite. `--help` lists its options.
//
// Prints a table of the outcomes, and a line for each case that is not simply OK. The exit code is 1 if a case failed,
// is non-strict, or did not run.

import type { EchoFigures } from "./echo.ts";
import { AUTOBAHN_VERSION, installAutobahn, MissingPythonError } from "./installation.ts";
import { type AutobahnOptions, readOptions } from "./options.ts";
import { countOutcomes, findMissing } from "./report.ts";
import { describeResult, runAutobahn } from "./run.ts";
import { formatTable } from "./table.ts";

const options = readOptions(Deno.args);
if ("help" in options) {
  console[options.isMistake ? "error" : "log"](options.help);
  Deno.exit(options.isMistake ? 2 : 0);
}
Deno.exitCode = await test(options) ? 0 : 1;

/** Returns whether all cases ran, and none of them failed or is non-strict. */
async function test({ groups, isOptional }: AutobahnOptions): Promise<boolean> {
  try {
    await installAutobahn();
  } catch (error) {
    const isAccepted = isOptional && error instanceof MissingPythonError;
    console[isAccepted ? "log" : "error"](error instanceof Error ? error.message : error);
    return isAccepted;
  }
  const { results, figures } = await runAutobahn(groups);
  const missing = findMissing(groups, results);
  // Even a server that sends nothing back is only non-strict in some cases. Ours is strict in all of them.
  const failed = results.filter(({ outcome }) => outcome === "failed" || outcome === "non-strict");
  console.log(formatTable(countOutcomes(groups, results)));
  for (const result of results) {
    // These are the cases of extensions that were not negotiated: too many for a line each.
    if (result.outcome === "OK" || result.outcome === "unimplemented") continue;
    console.log(await describeResult(result));
  }
  missing.forEach((line) => console.log(line));
  console.log(describeFigures(figures));
  const failures = failed.length + missing.length;
  console.log(`autobahn ${AUTOBAHN_VERSION}: ${results.length} cases: ${failures || "no"} failures`);
  return failures === 0;
}

function describeFigures({ connections, peakQueuedBytes, peakRssBytes }: EchoFigures): string {
  return `echo server: ${connections} connections, at most ${mib(peakQueuedBytes)} MiB queued, ` +
    `${mib(peakRssBytes)} MiB of memory`;
}

function mib(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}
