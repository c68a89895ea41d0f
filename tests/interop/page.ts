// Generates the page docs/interop.md from the scenarios and the known issues of each pair.

import { NPM_PACKAGES, PYPI_PACKAGES } from "../../tools/peers.ts";
import { SCENARIOS } from "./scenarios.ts";
import { type KnownIssue, type Pair, PAIRS } from "./pairs.ts";
import { OUR_CLIENT } from "./clients/our_client.ts";
import { OUR_SERVER } from "./server_driver.ts";

const INTRODUCTION = `# Interoperability

The tables show which features work between this package and other implementations. The tests use the published packages
over real sockets on loopback, with each server in its own process. All pairs run the same scenarios. Each scenario
asserts values, bytes and order. A test runs all scenarios, and also fails if a defect in this list no longer occurs.

There are three subprotocols: \`foxglove.websocket.v1\`, \`foxglove.sdk.v1\` and \`foxglove.sdk.v1.1\`, in which a server
sends each schema once. A pair selects the newest one that both sides support. The tables show which one that is.`;

const MARKS =
  "✓ passes; – the other implementation does not support it; ✗ the other implementation has a defect. The numbers refer to the reasons below.";

/** Returns the whole page. `runInfo` is the line with the date and the runtimes of the last run. */
export function toPage(runInfo: string): string {
  const reasons: string[] = [];
  const ourServer = PAIRS.filter(({ server }) => server === OUR_SERVER);
  const ourClient = PAIRS.filter(({ client }) => client === OUR_CLIENT);
  return [
    INTRODUCTION,
    runInfo,
    MARKS,
    "## Clients of this server",
    implementations(ourServer.map(({ client }) => client)),
    table(ourServer, ({ client }) => client.name, reasons),
    "## Servers of this client",
    implementations(ourClient.map(({ server }) => server)),
    table(ourClient, ({ server }) => server.name, reasons),
    "## Missing features and defects",
    reasons.map((reason, index) => `${index + 1}. ${reason}`).join("\n"),
    "## Scenarios",
    SCENARIOS.map(({ name, description }) => `- **${name}**: ${description}`).join("\n"),
    versions(),
  ].join("\n\n");
}

/** Returns the line of the page that {@linkcode toPage} got as `runInfo`. */
export function runInfoOf(page: string): string | undefined {
  return page.split("\n\n").find((paragraph) => paragraph.startsWith("Last run: "));
}

function implementations(list: readonly { name: string; title: string }[]): string {
  return list.map(({ name, title }) => `- **${name}**: ${title}`).join("\n");
}

/** Returns a table with one row for each scenario. Adds new reasons to `reasons`. */
function table(pairs: readonly Pair[], nameOf: (pair: Pair) => string, reasons: string[]): string {
  const rows = [
    ["scenario", ...pairs.map(nameOf)],
    ["---", ...pairs.map(() => ":-:")],
    ["subprotocol", ...pairs.map(({ subprotocol }) => `\`${subprotocol}\``)],
    ...SCENARIOS.map(({ name }) => [name, ...pairs.map(({ knownIssues }) => mark(knownIssues[name], reasons))]),
  ];
  return rows.map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** Returns the mark of a table cell. Equal reasons get the same number. */
function mark(issue: KnownIssue | undefined, reasons: string[]): string {
  if (!issue) return "✓";
  const isDefect = "defect" in issue;
  const reason = isDefect ? `Defect: ${issue.defect}.` : `Not supported: ${issue.notSupported}.`;
  if (!reasons.includes(reason)) reasons.push(reason);
  return `${isDefect ? "✗" : "–"} ${reasons.indexOf(reason) + 1}`;
}

function versions(): string {
  const packages = Object.entries({ ...NPM_PACKAGES, ...PYPI_PACKAGES });
  return `Versions: ${packages.map(([name, version]) => `\`${name}\` ${version}`).join(", ")}.`;
}
