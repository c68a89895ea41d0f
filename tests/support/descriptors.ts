// File descriptors of a process, counted from outside.

import { settled } from "./conversation.ts";

/**
 * How many descriptors a process has open; 0 where they cannot be counted. A process of its own counts them, because Deno itself may read
 * `/proc` with all permissions only: if `pid` is the caller's, those of the counting are counted as well.
 */
export function countDescriptors(pid: number): number {
  if (Deno.build.os !== "linux") return 0;
  const { stdout } = new Deno.Command("ls", { args: [`/proc/${pid}/fd`] }).outputSync();
  return new TextDecoder().decode(stdout).trim().split("\n").length;
}

/** Waits until the process has no more than `count` open. */
export async function untilDescriptors(pid: number, count: number): Promise<void> {
  while (countDescriptors(pid) > count) await settled();
}
