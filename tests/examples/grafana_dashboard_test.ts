// examples/grafana_dashboard.json: its expressions are valid, and use metrics and labels that a server has.

import { assertEquals } from "@std/assert/equals";
import { relay } from "../../src/relay/mod.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { PROMTOOL, testWith } from "../support/needed_programs.ts";
import { PROJECT } from "../support/project_files.ts";

/** The parts of a dashboard that are checked. */
interface Dashboard {
  uid: string;
  templating: { list: { name: string; definition?: string }[] };
  panels: {
    id: number;
    title: string;
    type: string;
    gridPos: { x: number; y: number; w: number; h: number };
    targets?: { expr: string; legendFormat: string }[];
  }[];
}

const DASHBOARD: Dashboard = JSON.parse(
  Deno.readTextFileSync(new URL("examples/grafana_dashboard.json", PROJECT)),
);
const TARGETS = DASHBOARD.panels.flatMap(({ targets = [] }) => targets);
const DEFINITIONS = DASHBOARD.templating.list.flatMap(({ definition = [] }) => definition);
/** Labels that Prometheus adds. */
const ADDED_LABELS = ["job", "instance"];

/** Returns the metrics of a server with a topic and a robot, and the names of their labels. */
async function knownMetrics(): Promise<Map<string, Set<string>>> {
  const server = new FoxgloveServer({ name: "robot", statusPage: {}, transport: "direct", logger: false });
  server.publish("/battery", { volts: 12.6 });
  await using _relay = relay(["ws://127.0.0.1:9"], server);
  const text = await (await server.handleRequest(new Request("http://localhost/metrics"))).text();
  const metrics = new Map<string, Set<string>>();
  for (const [, name = "", labels = ""] of text.matchAll(/^([a-z_]+)(?:\{(.*)\})? /gm)) {
    metrics.set(name, new Set([...labels.matchAll(/(\w+)="/g)].map(([, label]) => label!)));
  }
  return metrics;
}

Deno.test("the dashboard of Grafana uses only metrics and labels that a server has", async () => {
  const metrics = await knownMetrics();
  assertEquals([TARGETS.length > 20, DEFINITIONS.length], [true, 2]);
  for (const text of [...TARGETS.map(({ expr }) => expr), ...DEFINITIONS]) {
    const names = text.match(/\b(foxglove_ws|process)_\w+/g) ?? [];
    assertEquals([text, names.length, names.filter((name) => !metrics.has(name))], [text, 1, []]);
    const known = [...metrics.get(names[0]!) ?? [], ...ADDED_LABELS];
    const selected = [...text.matchAll(/(\w+)=~?"/g)].map(([, label]) => label!);
    const grouped = [...text.matchAll(/by \(([^)]*)\)/g)].flatMap(([, labels]) => labels!.split(", "));
    assertEquals([text, [...selected, ...grouped].filter((label) => !known.includes(label))], [text, []]);
  }
});

Deno.test("the legends of the dashboard use only labels that their expressions keep", () => {
  for (const { expr, legendFormat } of TARGETS) {
    const kept = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, labels]) => labels!.split(", "));
    const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label!);
    assertEquals([expr, shown.filter((label) => !kept.includes(label))], [expr, []]);
  }
});

Deno.test("the panels of the dashboard have ids of their own, and do not overlap", () => {
  const { panels } = DASHBOARD;
  assertEquals(new Set(panels.map(({ id }) => id)).size, panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + index % w},${y + Math.floor(index / w)}`)
  );
  assertEquals([new Set(cells).size, panels.some(({ gridPos: { x, w } }) => x + w > 24)], [cells.length, false]);
});

testWith(PROMTOOL, "the expressions of the dashboard are valid", async (_t, path) => {
  const file = await Deno.makeTempFile({ suffix: ".yml" });
  const check = async (expressions: readonly string[]) => {
    const rules = expressions.map((expr, index) => ({
      record: `rule_${index}`,
      expr: expr.replaceAll("$__rate_interval", "5m").replaceAll(/\$\w+/g, ".*"),
    }));
    // JSON is also YAML.
    await Deno.writeTextFile(file, JSON.stringify({ groups: [{ name: "dashboard", rules }] }));
    return (await new Deno.Command(path, { args: ["check", "rules", file] }).output()).code;
  };
  const expressions = TARGETS.map(({ expr }) => expr);
  assertEquals([await check(expressions), await check([...expressions, "sum(up"])], [0, 1]);
  await Deno.remove(file);
});
