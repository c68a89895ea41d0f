// replay(): runs what a finding shows once more.

import { assertAgrees } from "../tests/model/agreement.ts";
import { judge } from "../tests/protocol/mutation/judge.ts";
import type { Reproduction } from "./finding.ts";
import { endureAlone } from "./live/life.ts";

/** Rejects if it still goes wrong, and says how. */
export async function replay(reproduction: Reproduction): Promise<void> {
  switch (reproduction.part) {
    case "codec":
      return void judge("text" in reproduction ? reproduction.text : Uint8Array.fromHex(reproduction.hex));
    case "model":
      return await assertAgrees(reproduction.operations);
    case "live":
      return await endureAlone(reproduction.wave);
  }
}

/** What goes wrong, if anything does. */
export async function faultOf(reproduction: Reproduction): Promise<string | undefined> {
  try {
    await replay(reproduction);
    return undefined;
  } catch (error) {
    return textOf(error);
  }
}

/** An error in a few words. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
