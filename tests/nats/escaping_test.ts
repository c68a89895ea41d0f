// escapeName(): names as tokens of subjects, from which they can be restored.

import { assertEquals } from "@std/assert/equals";
import { escapeName } from "../../src/nats/escaping.ts";

const CASES: readonly (readonly [name: string, token: string])[] = [
  ["", "="],
  ["/odom", "/odom"],
  ["a-b_c/D9", "a-b_c/D9"],
  ["=", "=3d"],
  ["==", "=3d=3d"],
  ["=20", "=3d20"],
  [" ", "=20"],
  ["/robot 1/ünïcödé.x*>", "/robot=201/=c3=bcn=c3=afc=c3=b6d=c3=a9=2ex=2a=3e"],
  ["a.b.*.>", "a=2eb=2e=2a=2e=3e"],
  ["\n\r\t\0", "=0a=0d=09=00"],
  ["~$:", "=7e=24=3a"],
  ["機", "=e6=a9=9f"],
  ["🤖", "=f0=9f=a4=96"],
  ["\ufeffbom", "=ef=bb=bfbom"],
];

for (const [name, token] of CASES) {
  Deno.test(`escapeName() is reversible: ${JSON.stringify(name)}`, () => {
    assertEquals([escapeName(name), unescapeName(token)], [token, name]);
  });
}

Deno.test("escapeName() refuses names whose token would be too long, and half a surrogate pair", () => {
  assertEquals(escapeName("x".repeat(1000)), "x".repeat(1000));
  assertEquals(escapeName("x".repeat(1001)), undefined);
  assertEquals(escapeName("機".repeat(112)), undefined);
  assertEquals(escapeName("\ud800"), undefined);
});

/** Restores a name, as a program for people may do it. */
function unescapeName(token: string): string {
  if (token === "=") return "";
  const bytes = token.match(/=..|./g)!.map((part) =>
    part[0] === "=" ? parseInt(part.slice(1), 16) : part.charCodeAt(0)
  );
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(new Uint8Array(bytes));
}
