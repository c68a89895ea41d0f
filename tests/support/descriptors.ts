// Counts the file descriptors of a process from another process.

import { settled } from "./conversation.ts";

/**
 * Returns how many descriptors a process has open, or 0 on systems other than Linux.
 *
 * It runs `ls`, because Deno reads `/proc` only with all permissions. If `pid` is the caller's, the result includes the
 * descriptors of the call itself.
 */
export function countDescriptors(pid: number): number {
  if (Deno.build.os !== "linux") return 0;
  const { stdout } = new Deno.Command("ls", { args: [`/proc/${pid}/fd`] }).outputSync();
  return new TextDecoder().decode(stdout).trim().split("\n").length;
}

/** Waits until the process has at most `count` descriptors open. */
export async function untilDescriptors(pid: number, count: number): Promise<void> {
  while (countDescriptors(pid) > count) await settled();
}
