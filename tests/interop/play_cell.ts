// Plays all cases of a cell, and compares with what is expected.

import { type Cell, type Exception, titleOf } from "./cells.ts";
import { CASES } from "./cases.ts";
import { CASE_LIMIT_MS, type Outcome, play } from "./meeting.ts";
import { missing, ServerPeer } from "./server_peer.ts";

/** A defect is mostly that nothing comes: that is seen sooner than the limit, which is for slow machines. */
const DEFECT_LIMIT_MS = CASE_LIMIT_MS / 5;

/** Why a cell cannot be played here, if so. */
export function missingFor({ server, client }: Cell): string | undefined {
  return missing(server.needs) ?? missing(client.needs);
}

/**
 * Plays a cell. `step` is given the name of each case, and what plays it: that throws when the case went otherwise than
 * expected, so that a peer that was mended is noticed as well.
 */
export async function playCell(
  cell: Cell,
  step: (name: string, check: () => Promise<void>) => Promise<void>,
): Promise<void> {
  await using server = await ServerPeer.start(cell.server);
  for (const each of CASES) {
    const exception = cell.exceptions[each.name];
    await step(`${each.name}${describe(exception)}`, async () => {
      const limitMs = exception && "defect" in exception ? DEFECT_LIMIT_MS : CASE_LIMIT_MS;
      const outcome = await play(each, server, cell.client, { subprotocol: cell.subprotocol, limitMs });
      compare(`${titleOf(cell)}: ${each.name}`, outcome, exception);
    });
  }
}

function describe(exception: Exception | undefined): string {
  if (!exception) return "";
  return "defect" in exception ? ` (defect: ${exception.defect})` : ` (not supported: ${exception.notSupported})`;
}

/**
 * Throws when a case went otherwise than expected.
 *
 * @throws What the case threw, or an Error that says how the list of exceptions is out of date.
 */
export function compare(what: string, outcome: Outcome, expected: Exception | undefined): void {
  const isFailure = typeof outcome === "object" && "failed" in outcome;
  if (!expected) {
    if (isFailure) throw outcome.failed;
    if (outcome !== "pass") throw new Error(`${what}: not supported, but expected to pass`);
  } else if (outcome === "pass") {
    throw new Error(`${what}: passes, but is listed as "${Object.values(expected)[0]}"`);
  } else if ("defect" in expected) {
    if (!isFailure) throw new Error(`${what}: not supported, but listed as a defect`);
    if (!expected.seen.test(String(outcome.failed))) throw outcome.failed;
  } else if (isFailure) {
    throw outcome.failed;
  }
}
