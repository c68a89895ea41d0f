// The check of the runtime's version.

import { assertEquals } from "@std/assert/equals";
import { oldRuntime } from "../src/runtime_version.ts";
import { NPM_OLDEST_NODE } from "../tools/peers.ts";

Deno.test("oldRuntime() refuses versions of Node before 22.15, and accepts newer ones, Bun, Deno and browsers", () => {
  const text = (node: string) => `it needs Node 22.15 or newer, and this is Node ${node}`;
  assertEquals(oldRuntime({ node: "20.20.2" }), text("20.20.2"));
  assertEquals(oldRuntime({ node: "22.14.0" }), text("22.14.0"));
  const accepted = [NPM_OLDEST_NODE, { node: "24.0.1" }, { node: "20.0.0", bun: "1.4.5" }, { deno: "2.9.6" }, {}];
  for (const versions of [...accepted, undefined]) assertEquals(oldRuntime(versions), undefined);
});
