// The workflows for GitHub Actions run only tasks of deno.json, with few permissions.

import { assertEquals } from "@std/assert/equals";
import { assertNotEquals } from "@std/assert/not-equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { assertThrows } from "@std/assert/throws";
import config from "../../deno.json" with { type: "json" };

const FOLDER = `${import.meta.dirname}/../../.github/workflows`;

/** A key with a value. */
interface Entry {
  /** The keys on the way to the value, such as `jobs.test.steps.run`. List items add no key. */
  path: string;
  value: string;
}

const LINE = /^(?<indent>(?: |- )*)(?<key>[\w-]+):(?: +(?<value>[^|>\s].*))?$/;

/** Reads the part of YAML that the workflows use: each line has a key, and each value ends on its line. */
function readYaml(text: string): Entry[] {
  const entries: Entry[] = [];
  const open: { indent: number; key: string }[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (/^ *(#|$)/.test(line)) continue;
    const { indent, key, value } = line.match(LINE)?.groups ?? {};
    if (indent === undefined || key === undefined) throw new SyntaxError(`Cannot read this line: "${line}"`);
    while ((open.at(-1)?.indent ?? -1) >= indent.length) open.pop();
    open.push({ indent: indent.length, key });
    const path = open.map(({ key }) => key).join(".");
    if (value !== undefined) entries.push({ path, value: value.replace(/ #.*$/, "").replace(/^"(.*)"$/, "$1") });
  }
  return entries;
}

/** Returns all values of a key, at any depth. */
function valuesOf(key: string, entries: Entry[]): string[] {
  return entries.filter(({ path }) => path === key || path.endsWith(`.${key}`)).map(({ value }) => value);
}

const workflows = [...Deno.readDirSync(FOLDER)].map(({ name }) => ({
  name,
  entries: readYaml(Deno.readTextFileSync(`${FOLDER}/${name}`)),
}));

/**
 * Returns the task that a line runs, or `undefined` if the line has any other command. Of expressions, it may only have
 * values of the matrix, which the workflow itself lists.
 */
function taskOf(line: string): string | undefined {
  return line.match(/^deno task ([\w:-]+)(?: (?:--[\w-]+|\d+|\$\{\{ matrix\.\w+ \}\}))*$/)?.[1];
}

function entriesOf(workflow: string): Entry[] {
  return workflows.find(({ name }) => name === workflow)?.entries ?? [];
}

function tasksOf(workflow: string): (string | undefined)[] {
  return valuesOf("run", entriesOf(workflow)).map(taskOf);
}

for (const { name, entries } of workflows) {
  Deno.test(`${name}: every step runs a task of deno.json`, () => {
    const lines = valuesOf("run", entries);
    assertNotEquals(lines, []);
    const wrong = lines.filter((line) => !Object.hasOwn(config.tasks, taskOf(line) ?? ""));
    assertEquals(wrong, []);
  });

  Deno.test(`${name}: every action has a version or a commit`, () => {
    const actions = valuesOf("uses", entries);
    assertNotEquals(actions, []);
    assertEquals(actions.filter((action) => !/^[\w-]+\/[\w.-]+@(v\d+(\.\d+)*|[0-9a-f]{40})$/.test(action)), []);
  });

  Deno.test(`${name}: the token has only read access, and only the publishing jobs get an OIDC token`, () => {
    const permissions = entries.filter(({ path }) => /(^|\.)permissions(\.|$)/.test(path));
    assertEquals(permissions[0], { path: "permissions.contents", value: "read" });
    const write = permissions.filter(({ value }) => value !== "read");
    const jobs = name === "publish.yml" ? ["publish", "publish-npm"] : [];
    const expected = jobs.map((job) => ({ path: `jobs.${job}.permissions.id-token`, value: "write" }));
    assertEquals(write, expected);
  });
}

Deno.test("ci.yml runs all checks on three systems, and runs fuzz and soak by schedule with both transports", () => {
  const entries = entriesOf("ci.yml");
  assertEquals(tasksOf("ci.yml"), [
    "peers",
    "test",
    "test:direct",
    "test:workers",
    "checks",
    "peers",
    "interop",
    "fuzz",
    "soak",
  ]);
  assertEquals(valuesOf("os", entries), ["[ubuntu-latest, macos-latest, windows-latest]"]);
  // Of fuzz and soak.
  assertEquals(valuesOf("transport", entries), ["[native, direct]", "[native, direct]"]);
  assertEquals(valuesOf("cron", entries).length, 1);
  const conditions = new Map(entries.map(({ path, value }) => [path, value]));
  for (const job of ["test", "checks", "interop"]) {
    assertEquals(conditions.get(`jobs.${job}.if`), "github.event_name != 'schedule'");
  }
  for (const job of ["fuzz", "soak"]) {
    assertEquals(conditions.get(`jobs.${job}.if`)?.startsWith("github.event_name == 'schedule'"), true);
  }
});

Deno.test("publish.yml checks the package and publishes it on JSR, then on npm, for a version tag", () => {
  assertEquals(valuesOf("tags", entriesOf("publish.yml")), ['["v*"]']);
  assertEquals(tasksOf("publish.yml"), ["checks", "publish", "peers", "npm:publish"]);
  assertEquals(valuesOf("needs", entriesOf("publish.yml")), ["publish"]);
  assertStringIncludes(config.tasks["npm:publish"].command, "npm publish --provenance --access public");
});

Deno.test("readYaml() reads keys, lists and quotes, and rejects other syntax", () => {
  const text =
    '# a\non:\n  push:\n    tags: ["v*"]\nsteps:\n  - uses: a/b@v1\n    with:\n      x: "1" # y\n  - run: c\nlast: d\n';
  assertEquals(readYaml(text), [
    { path: "on.push.tags", value: '["v*"]' },
    { path: "steps.uses", value: "a/b@v1" },
    { path: "steps.with.x", value: "1" },
    { path: "steps.run", value: "c" },
    { path: "last", value: "d" },
  ]);
  for (const line of ["run: |", "run: >-", "- run", "\trun: x", "  rm -rf", '"run": x', "{ run: x }"]) {
    assertThrows(() => readYaml(line), SyntaxError, line);
  }
});

Deno.test("taskOf() accepts a task with flags and rejects every other command", () => {
  assertEquals(taskOf("deno task fuzz --minutes 30"), "fuzz");
  const others = ["deno publish", "deno task", "deno task test && rm x", "deno task test; rm x", "deno task test $(x)"];
  assertEquals(others.map(taskOf), others.map(() => undefined));
});
