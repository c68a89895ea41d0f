// The stall benchmark: how long one hostile or faulty client stalls the others, and how much memory it costs. `--help`
// lists the options.
//
// It uses only the public API, so that it also runs with older and newer versions. It needs all permissions, because
// Deno requires them for /proc.

import { machineLines } from "./e2e/machine.ts";
import { toMarkdown } from "./e2e/table.ts";
import { measureScenario, type ScenarioReport } from "./stalls/measure.ts";
import { readOptions } from "./stalls/options.ts";
import { reportStalls, type ScenarioResult } from "./stalls/report.ts";

const { scenarios, rounds, phases, transport, json } = readOptions(Deno.args);
console.error(`transport ${transport}`);
const machine = [...machineLines("bench:stalls"), `- Deno ${Deno.version.deno}`, `- transport ${transport}`];
const failures: string[] = [];
const results: ScenarioResult[] = [];
for (const scenario of scenarios) {
  const reports: (ScenarioReport | undefined)[] = [];
  for (let round = 1; round <= rounds; round++) {
    const where = `${scenario.name}, round ${round} of ${rounds}`;
    console.error(where);
    const fail = (error: unknown) => void failures.push(`${where}: ${error}`);
    reports.push(await measureScenario(scenario, { phases, transport }).catch(fail) ?? undefined);
  }
  results.push({ scenario: { name: scenario.name, title: scenario.title }, rounds: reports });
}

console.log(
  [machine.join("\n"), describeScenarios(), toMarkdown(reportStalls(results)), describeFailures()].join("\n\n"),
);
if (json !== undefined) await Deno.writeTextFile(json, JSON.stringify({ machine, results, failures }, null, 2));
Deno.exit(failures.length === 0 ? 0 : 1);

function describeScenarios(): string {
  return scenarios.map(({ name, title }) => `- **${name}**: ${title}`).join("\n");
}

function describeFailures(): string {
  return failures.length === 0 ? "No scenario failed." : ["Failed:", ...failures.map((text) => `- ${text}`)].join("\n");
}
