// Findings: what went wrong, and the input that shows it.

import type { Operation } from "../tests/model/operations.ts";
import type { Wave } from "./live/plan.ts";

/** An input on which something goes wrong. */
export type Reproduction =
  | { part: "codec"; text: string }
  /** A binary frame. */
  | { part: "codec"; hex: string }
  | { part: "model"; operations: readonly Operation[] }
  | { part: "live"; wave: Wave };

/** What a part of the fuzzer found. */
export interface Finding {
  seed: number;
  why: string;
  /** As short as it could be made. Absent where no single input is to blame. */
  reproduction?: Reproduction;
}

/** How a part of the fuzzer ended. */
export interface Outcome {
  /** In one line: how much was tried. */
  summary: string;
  finding?: Finding | undefined;
}

/** How long a part may run, in ms of `performance.now()`. */
export interface Budget {
  seed: number;
  untilMs: number;
}
