// The page docs/interop.md, as it follows from what is expected of each case.

import { NPM_PACKAGES, PYPI_PACKAGES } from "../../tools/peers.ts";
import { CASES } from "./cases.ts";
import { type Cell, CELLS, type Exception } from "./cells.ts";
import { OUR_CLIENT } from "./clients/our_client.ts";
import { OUR_SERVER } from "./server_peer.ts";

const INTRODUCTION = `# Interoperability

The tables show which features work between this package and other implementations. The tests use the published packages
over real sockets on loopback, with each server in its own process. All pairs run the same cases. Each case asserts values,
bytes and order. A test runs all cases, and also fails if a defect in this list no longer occurs.`;

const MARKS =
  "✓ passes; – the other implementation does not support it; ✗ the other implementation has a defect. The numbers refer to the reasons below.";

/** The whole page. `playedOn` is the line that says when it was played, and with which runtimes. */
export function toPage(playedOn: string): string {
  const reasons: string[] = [];
  const ourServer = CELLS.filter(({ server }) => server === OUR_SERVER);
  const ourClient = CELLS.filter(({ client }) => client === OUR_CLIENT);
  return [
    INTRODUCTION,
    playedOn,
    MARKS,
    "## Clients of this server",
    peers(ourServer.map(({ client }) => client)),
    table(ourServer, ({ client }) => client.name, reasons),
    "## Servers of this client",
    peers(ourClient.map(({ server }) => server)),
    table(ourClient, ({ server }) => server.name, reasons),
    "## Missing features and defects",
    reasons.map((reason, index) => `${index + 1}. ${reason}`).join("\n"),
    "## Test cases",
    CASES.map(({ name, about }) => `- **${name}**: ${about}`).join("\n"),
    versions(),
  ].join("\n\n");
}

/** The line of a page that {@linkcode toPage} was given. */
export function playedOnOf(page: string): string | undefined {
  return page.split("\n\n").find((paragraph) => paragraph.startsWith("Played on "));
}

function peers(kinds: readonly { name: string; title: string }[]): string {
  return kinds.map(({ name, title }) => `- **${name}**: ${title}`).join("\n");
}

/** Rows are cases. `reasons` is added to where there are new ones. */
function table(cells: readonly Cell[], nameOf: (cell: Cell) => string, reasons: string[]): string {
  const rows = [
    ["case", ...cells.map(nameOf)],
    ["---", ...cells.map(() => ":-:")],
    ["subprotocol", ...cells.map(({ subprotocol }) => `\`${subprotocol}\``)],
    ...CASES.map(({ name }) => [name, ...cells.map(({ exceptions }) => mark(exceptions[name], reasons))]),
  ];
  return rows.map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** The same reason has the same number. */
function mark(exception: Exception | undefined, reasons: string[]): string {
  if (!exception) return "✓";
  const isDefect = "defect" in exception;
  const reason = isDefect ? `Defect: ${exception.defect}.` : `Not supported: ${exception.notSupported}.`;
  if (!reasons.includes(reason)) reasons.push(reason);
  return `${isDefect ? "✗" : "–"} ${reasons.indexOf(reason) + 1}`;
}

function versions(): string {
  const packages = Object.entries({ ...NPM_PACKAGES, ...PYPI_PACKAGES });
  return `Versions: ${packages.map(([name, version]) => `\`${name}\` ${version}`).join(", ")}.`;
}
