// runCase(): one measurement of the MCAP benchmarks, in a process of its own, and the figures of its report.

import { MCAP_FOLDER } from "../../tools/peers.ts";
import { byteSize } from "../e2e/table.ts";
import type { DataSet } from "./data.ts";
import type { ReadPlan } from "./read_plan.ts";
import type { WritePlan } from "./write_plan.ts";

/** The part of a report that both benchmarks have. */
interface CaseReport {
  readonly seconds: number;
  readonly messages: number;
  readonly peakBytes: number | undefined;
}

/**
 * Runs a program of this folder with a plan, and returns its report.
 *
 * @throws {Error} If the program fails.
 */
export async function runCase(file: string, plan: WritePlan | ReadPlan): Promise<unknown> {
  const args = ["run", "-A", `${import.meta.dirname}/${file}`, JSON.stringify(plan), MCAP_FOLDER];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, stdin: "null" }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Returns the title of the measurements of these messages. */
export function titleOf({ messageBytes, count }: DataSet, compression: WritePlan["compression"]): string {
  return `${byteSize(messageBytes)} × ${count.toLocaleString("en-US")}, ${compression}`;
}

/** Returns thousand messages per second. */
export function rate({ messages, seconds }: CaseReport): number {
  return messages / seconds / 1000;
}

/** Returns the peak of the memory in MiB. */
export function peakMebibytes({ peakBytes }: CaseReport): number | undefined {
  return peakBytes === undefined ? undefined : peakBytes / 1024 ** 2;
}
