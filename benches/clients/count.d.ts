// Counts what a client receives, and reports it.

import type { ReceiverPlan } from "./receiver_plan.ts";

/** Returns what is to be called with the size of each message. Prints the report when the time is over, and then calls `done`. */
export function counter(plan: ReceiverPlan, done: () => void): (byteLength: number) => void;
