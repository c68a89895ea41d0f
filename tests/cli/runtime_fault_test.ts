// runtimeFault(): old versions of Node.

import { assertEquals } from "@std/assert/equals";
import { runtimeFault } from "../../src/cli/runtime_fault.ts";
import { NPM_OLDEST_NODE } from "../../tools/peers.ts";

const { node } = NPM_OLDEST_NODE;

Deno.test("runtimeFault() accepts the oldest Node of the package, and all newer ones", () => {
  assertEquals([node, "22.23.3", "24.0.0"].map((node) => runtimeFault({ node })), [undefined, undefined, undefined]);
});

Deno.test("runtimeFault() names the versions that work", () => {
  const [major, minor] = node.split(".");
  for (const old of ["20.20.2", "22.14.0", "18.0.0"]) {
    const required = `the commands require Node ${major}.${minor} or newer, Deno or Bun`;
    assertEquals(runtimeFault({ node: old }), `this is Node ${old}, but ${required}`);
  }
});

Deno.test("runtimeFault() accepts Deno and Bun, which name the Node that they resemble", () => {
  assertEquals(runtimeFault({ node: "20.0.0", deno: "2.9.0" }), undefined);
  assertEquals(runtimeFault({ node: "20.0.0", bun: "1.4.5" }), undefined);
});
