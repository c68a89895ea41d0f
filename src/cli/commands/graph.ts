// graph: prints the connection graph of a server.

import { requireCapability } from "../capability.ts";
import { type Command, defineCommand, type Invocation } from "../command.ts";
import { Failure } from "../failure.ts";
import { firstGraph } from "../first_graph.ts";
import { fieldLines } from "../format/fields.ts";
import { graphChanges, graphEntries, type GraphEntry, nameOf, rolesOf } from "../graph_entries.ts";

/** Prints the connection graph. */
export const graph: Command = defineCommand({
  name: "graph",
  summary: "list the nodes behind topics and services",
  about: "Prints the connection graph of the server. With --watch, prints each change of it until Ctrl-C.",
  options: {
    watch: { type: "flag", short: "w", help: "also print the changes: + for a new node, - for a removed one" },
  },
  examples: [
    ["graph", "prints the graph of ws://localhost:8765"],
    ["graph --watch", "then prints its changes"],
    ["graph --json | jq 'select(.subscribers == [])'", "prints the topics without subscribers"],
  ],
  isEndless: ({ options }) => options.watch,
  async run({ options, isJson, output, signal, connect }) {
    const client = await connect();
    requireCapability(client, "connectionGraph");
    const show = (entries: readonly GraphEntry[]) => {
      if (isJson) entries.forEach((entry) => output.json(entry));
      else if (entries.length === 0) output.note("The connection graph is empty");
      else printEntries(entries, output);
    };
    if (!options.watch) {
      const graph = await firstGraph(client, signal);
      if (graph) return show(graphEntries(graph));
      throw new Failure("the server has not sent its connection graph; it may be overloaded");
    }
    let before: GraphEntry[] | undefined;
    for await (const graph of client.subscribeConnectionGraph({ signal })) {
      const entries = graphEntries(graph);
      if (!before) show(entries);
      for (const { entry, lines } of before ? graphChanges(before, entries) : []) {
        if (isJson) output.json(entry);
        else for (const line of lines) output.line(output.style(line.startsWith("+") ? "green" : "red", line));
      }
      before = entries;
    }
  },
});

function printEntries(entries: readonly GraphEntry[], output: Invocation["output"]): void {
  const kinds = [
    ["Topics", entries.filter((entry) => "topic" in entry)],
    ["Services", entries.filter((entry) => "service" in entry)],
  ] as const;
  for (const [title, some] of kinds) {
    if (some.length === 0) continue;
    output.line(output.style("bold", `${title}:`));
    for (const entry of some) {
      output.line(`  ${nameOf(entry)}`);
      const fields = rolesOf(entry).map(([role, ids]) => [`    ${role}`, ids.join(", ") || "-"] as const);
      for (const line of fieldLines(fields, { columns: output.columns })) output.line(line);
    }
  }
}
