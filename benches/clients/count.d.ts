// Counts and reports the messages of a client.

import type { ReceiverPlan } from "./receiver_plan.ts";

/**
 * Returns a function to call with the size of each message. It prints the report when the time is over, and then calls
 * `done`.
 */
export function counter(plan: ReceiverPlan, done: () => void): (byteLength: number) => void;
