// What one hostile or clumsy client costs the others of a server: how long they stall, and how much memory. `--help` lists the options.
//
// Only the public API is used, so that the same benchmark runs on older and newer code. It needs all permissions: Deno grants /proc for
// less to no program.

import { machineLines } from "./e2e/machine.ts";
import { toMarkdown } from "./e2e/table.ts";
import { type CaseReport, measureCase } from "./stalls/measure.ts";
import { readOptions } from "./stalls/options.ts";
import { type CaseResult, reportStalls } from "./stalls/report.ts";

const { cases, rounds, phases, json } = readOptions(Deno.args);
const machine = [...machineLines("bench:stalls"), `- Deno ${Deno.version.deno}`];
const failures: string[] = [];
const results: CaseResult[] = [];
for (const stallCase of cases) {
  const reports: (CaseReport | undefined)[] = [];
  for (let round = 1; round <= rounds; round++) {
    const where = `${stallCase.name}, round ${round} of ${rounds}`;
    console.error(where);
    const fail = (error: unknown) => void failures.push(`${where}: ${error}`);
    reports.push(await measureCase(stallCase, phases).catch(fail) ?? undefined);
  }
  results.push({ stallCase: { name: stallCase.name, title: stallCase.title }, rounds: reports });
}

console.log([machine.join("\n"), describeCases(), toMarkdown(reportStalls(results)), describeFailures()].join("\n\n"));
if (json !== undefined) await Deno.writeTextFile(json, JSON.stringify({ machine, results, failures }, null, 2));
Deno.exit(failures.length === 0 ? 0 : 1);

function describeCases(): string {
  return cases.map(({ name, title }) => `- **${name}**: ${title}`).join("\n");
}

function describeFailures(): string {
  return failures.length === 0 ? "No case failed." : ["Failed:", ...failures.map((text) => `- ${text}`)].join("\n");
}
