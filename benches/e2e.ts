// The end-to-end benchmark: compares servers of the Foxglove WebSocket protocol. `--help` lists its options.
//
// Each server and the load client run in their own processes, over loopback. Servers run one at a time and alternate.
// Compare only figures of the same run.

import { measureAllocator, reportAllocator } from "./e2e/allocator.ts";
import { throughputChart } from "./e2e/chart.ts";
import { measureFloodLatency, reportFloodLatency } from "./e2e/flood_latency.ts";
import { measureJson, reportJson } from "./e2e/json.ts";
import { measureLatency, reportLatency } from "./e2e/latency.ts";
import { describeMachine } from "./e2e/machine.ts";
import { readOptions, type Scenario } from "./e2e/options.ts";
import { writePage } from "./e2e/page.ts";
import { measureSubprotocols, reportSubprotocols } from "./e2e/schemas.ts";
import { SERVERS } from "./e2e/server_kinds.ts";
import { measureStarts, reportStarts } from "./e2e/start.ts";
import { measureStorms, reportStorms } from "./e2e/storm.ts";
import { measureStuck, reportStuck } from "./e2e/stuck.ts";
import { type Section, toMarkdown } from "./e2e/table.ts";
import { measureThroughput, reportThroughput } from "./e2e/throughput.ts";
import { measureTurns, reportTurns } from "./e2e/turns.ts";

const options = readOptions(Deno.args);
const kinds = SERVERS.filter(({ name }) => options.servers.includes(name));
const sections: string[] = [await describeMachine(), describeServers()];
let chart: string | undefined;

const scenarios: Record<Scenario, () => Promise<Section>> = {
  async throughput() {
    const results = await measureThroughput(kinds, options);
    chart = throughputChart(kinds, results);
    return reportThroughput(kinds, results);
  },
  turns: async () => reportTurns(kinds, await measureTurns(kinds, options)),
  latency: async () => reportLatency(kinds, await measureLatency(kinds, options)),
  "load-latency": async () => reportFloodLatency(kinds, await measureFloodLatency(kinds, options)),
  stuck: async () => reportStuck(kinds, await measureStuck(kinds, options)),
  storm: async () => reportStorms(kinds, await measureStorms(kinds, options)),
  schemas: async () => reportSubprotocols(await measureSubprotocols(options)),
  json: async () => reportJson(await measureJson(options)),
  start: async () => reportStarts(kinds, await measureStarts(kinds, options)),
  allocator: async () => reportAllocator(kinds, await measureAllocator(kinds, options)),
};

console.log(sections.join("\n\n"));
for (const name of options.scenarios) {
  const section = toMarkdown(await scenarios[name]());
  sections.push(section);
  console.log(`\n${section}`);
}
const failures = describeFailures();
sections.push(failures);
console.log(failures);
if (options.writesPage && chart !== undefined) await writePage(sections.join("\n\n"), chart);

function describeFailures(): string {
  const { failures } = options;
  return failures.length === 0
    ? "No measurement failed."
    : ["Failed:", ...failures.map((text) => `- ${text}`)].join("\n");
}

function describeServers(): string {
  const lines = kinds.map(({ name, title, absent }) =>
    `- **${name}**: ${title}${absent ? ` (absent here: ${absent})` : ""}`
  );
  return lines.join("\n");
}
