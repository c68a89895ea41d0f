// Findings: failures, and the inputs that cause them.

import type { Operation } from "../tests/model/operations.ts";
import type { Transport } from "../tests/support/transports.ts";
import type { Scenario } from "./live/scenario.ts";

/** An input that causes a failure. */
export type Reproduction =
  | { part: "codec"; text: string }
  /** A binary frame. */
  | { part: "codec"; hex: string }
  | { part: "protobuf"; kind: "json"; text: string }
  | { part: "protobuf"; kind: "payload" | "descriptor"; hex: string }
  /** The bytes of a client, and the other members of `FrameInput`. */
  | { part: "websocket"; hex: string; maxMessageBytes: number; mayCompress: boolean; splitSeed: number }
  /** The other members are those of `McapInput`. */
  | { part: "mcap"; hex: string; kind: "records" | "lz4" | "zstd"; splitSeed: number }
  /** The members are those of `FileInput`. */
  | { part: "mcap-file"; hex: string; splitSeed: number }
  | { part: "model"; operations: readonly Operation[] }
  /** `transport`: `"native"` if absent. */
  | { part: "live"; scenario: Scenario; transport?: Transport };

/** A failure that a part of the fuzzer found. */
export interface Finding {
  seed: number;
  reason: string;
  /** The input, shrunk as far as possible. Absent if no single input causes the failure. */
  reproduction?: Reproduction;
}

/** The result of a part of the fuzzer. */
export interface Outcome {
  /** One line with the number of inputs. */
  summary: string;
  finding?: Finding | undefined;
}

/** What a part runs with. */
export interface Budget {
  seed: number;
  /** When the part must end, in ms of `performance.now()`. */
  untilMs: number;
  /** The transport of live servers. */
  transport: Transport;
}
