// docs/monitoring.md: its lists of metrics and its alerts fit what a server offers.

import { assertEquals } from "@std/assert/equals";
import { METRIC_FAMILIES } from "../../../src/server/status/metric_families.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { PROMTOOL, testWith } from "../../support/needed_programs.ts";
import { readDocBlocks } from "../../support/doc_blocks.ts";
import { addUpstreams } from "./fixture.ts";
import { PROJECT } from "../../support/project_files.ts";

const PAGE = "docs/monitoring.md";

Deno.test("docs/monitoring.md lists each metric with its type and its labels", async () => {
  const server = new FoxgloveServer({ name: "robot", statusPage: {}, transport: "direct", logger: false });
  server.publish("/battery", { volts: 12.6 });
  addUpstreams(server, {});
  const text = await (await server.handleRequest(new Request("http://localhost/metrics"))).text();
  const expected = METRIC_FAMILIES.map(({ name, type }) => {
    const shown = type === "counter" ? `${name}_total` : type === "info" ? `${name}_info` : name;
    const sample = type === "histogram" ? `${name}_count` : shown;
    const [, labels = ""] = new RegExp(`^${sample}\\{(.*)\\} `, "m").exec(text) ?? [];
    return [shown, type, ...[...labels.matchAll(/(\w+)="/g)].map(([, label]) => label)];
  });
  const page = await Deno.readTextFile(new URL(PAGE, PROJECT));
  const rows = [...page.matchAll(/^\| `((?:foxglove_ws|process)_\w+)` *\| (\w+) *\| (.*) *\|$/gm)];
  const listed = rows.map(([, name, type, labels = ""]) => [name, type, ...labels.match(/\w+/g) ?? []]);
  assertEquals(listed as unknown, expected);
});

testWith(PROMTOOL, "the alerts of docs/monitoring.md are valid, and use metrics that exist", async (_t, path) => {
  const [alerts] = (await readDocBlocks(PAGE)).filter(({ code }) => code.startsWith("groups:"));
  const file = await Deno.makeTempFile({ suffix: ".yml" });
  const check = async (rules: string) => {
    await Deno.writeTextFile(file, rules);
    return (await new Deno.Command(path, { args: ["check", "rules", file] }).output()).code;
  };
  const rules = alerts?.code ?? "";
  assertEquals([await check(rules), await check(rules.replace("> 0", ">"))], [0, 1]);
  await Deno.remove(file);
  const known = METRIC_FAMILIES.map(({ name }) => name);
  const used = rules.match(/\bfoxglove_ws_\w+/g) ?? [];
  assertEquals([used.length, used.filter((name) => !known.includes(name.replace(/_total$/, "")))], [4, []]);
});
