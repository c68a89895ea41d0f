// replay(): runs a finding again.

import { checkFile } from "../tests/mcap/mutation/check_file.ts";
import { checkMcap } from "../tests/mcap/mutation/check_mcap.ts";
import { assertMatchesModel } from "../tests/model/compare.ts";
import { checkInput, type ProtobufInput } from "../tests/codecs/protobuf/check_input.ts";
import { checkCodec } from "../tests/protocol/mutation/check_codec.ts";
import { checkFrames } from "../tests/websocket/check_frames.ts";
import type { Reproduction } from "./finding.ts";
import { runScenario } from "./live/server_fixture.ts";

/** Rejects if the input still causes a failure. */
export async function replay(reproduction: Reproduction): Promise<void> {
  switch (reproduction.part) {
    case "codec":
      return void checkCodec("text" in reproduction ? reproduction.text : Uint8Array.fromHex(reproduction.hex));
    case "protobuf":
      return void checkInput(toInput(reproduction));
    case "websocket":
      return void checkFrames({ ...reproduction, bytes: Uint8Array.fromHex(reproduction.hex) });
    case "mcap":
      return void checkMcap({ ...reproduction, bytes: Uint8Array.fromHex(reproduction.hex) });
    case "mcap-file":
      return void await checkFile({ ...reproduction, bytes: Uint8Array.fromHex(reproduction.hex) });
    case "model":
      return await assertMatchesModel(reproduction.operations);
    case "live":
      return await runScenario(reproduction.scenario, reproduction.transport ?? "native");
  }
}

function toInput(reproduction: Reproduction & { part: "protobuf" }): ProtobufInput {
  if (reproduction.kind === "json") return reproduction;
  return { kind: reproduction.kind, bytes: Uint8Array.fromHex(reproduction.hex) };
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
