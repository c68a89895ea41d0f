// replay(): runs a finding again.

import { assertMatchesModel } from "../tests/model/compare.ts";
import { checkCodec } from "../tests/protocol/mutation/check_codec.ts";
import type { Reproduction } from "./finding.ts";
import { runScenario } from "./live/server_fixture.ts";

/** Rejects if the input still causes a failure. */
export async function replay(reproduction: Reproduction): Promise<void> {
  switch (reproduction.part) {
    case "codec":
      return void checkCodec("text" in reproduction ? reproduction.text : Uint8Array.fromHex(reproduction.hex));
    case "model":
      return await assertMatchesModel(reproduction.operations);
    case "live":
      return await runScenario(reproduction.scenario);
  }
}

/** The failure that an input causes, or `undefined`. */
export async function faultOf(reproduction: Reproduction): Promise<string | undefined> {
  try {
    await replay(reproduction);
    return undefined;
  } catch (error) {
    return textOf(error);
  }
}

/** The message of an error. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
