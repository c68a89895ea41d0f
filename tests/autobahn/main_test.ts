// The Autobahn run as a program, in its own process.

import { assertEquals } from "@std/assert/equals";
import { IMPORT_MAP } from "../support/import_map.ts";
import { Program } from "../support/program.ts";
import { isAutobahnInstalled } from "./installation.ts";

const MAIN = new URL("main.ts", import.meta.url).href;

/** Runs it with these permissions. */
function autobahn(permissions: readonly string[], ...args: string[]): Program {
  return new Program(...permissions, ...IMPORT_MAP, MAIN, ...args);
}

const isInstalled = isAutobahnInstalled();
const name = "autobahn prints the outcomes of a group, and exits with 0";
Deno.test(isInstalled ? name : `${name} (skipped: not installed; see \`deno task autobahn\`)`, {
  ignore: !isInstalled,
}, async () => {
  await using program = autobahn(["--allow-read", "--allow-write=.peers", "--allow-run"], "--groups", "3");
  const { code, lines, stderr } = await program.ended();
  assertEquals([code, stderr, lines.length], [0, "", 6]);
  assertEquals(lines[2]!.split("|").map((cell) => cell.trim()).slice(1, -1), [
    "3 Reserved bits",
    ...["7", "7", "0", "0", "0", "0"],
  ]);
  assertEquals(lines[4]!.startsWith("echo server: 7 connections, "), true, lines[4]);
  assertEquals(lines[5]!.endsWith(": 7 cases: no failures"), true, lines[5]);
});

Deno.test("autobahn exits with 2 if a group is unknown", async () => {
  await using program = autobahn([], "--groups", "8");
  const { code, lines, stderr } = await program.ended();
  assertEquals([code, lines, stderr.includes("--groups")], [2, [], true]);
});
