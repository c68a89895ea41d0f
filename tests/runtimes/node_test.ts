// The conformance suite in Node, with its built-in WebSocket and with npm's ws.

import { NODE, testWith } from "../support/needed_programs.ts";
import { CASES } from "./conformance.ts";
import { Harness } from "./harness.ts";
import { bundleForNode, NodeProcess } from "./node_process.ts";
import { runAll } from "./runner.ts";

for (
  const { name, flags, webSocketKind } of [
    // Node 20 requires this flag for its WebSocket. Later versions ignore it.
    { name: "Node", flags: ["--experimental-websocket"], webSocketKind: "node" },
    { name: "Node with npm's ws", flags: [], webSocketKind: "ws" },
  ]
) {
  testWith(NODE, `FoxgloveClient passes all cases in ${name}`, async (t, node) => {
    const folder = await Deno.makeTempDir();
    try {
      const bundle = `${folder}/node_main.mjs`;
      await bundleForNode(bundle, new URL("node_main.ts", import.meta.url));
      await using harness = new Harness();
      await using process = new NodeProcess(node, ...flags, bundle, harness.origin, webSocketKind);
      await runAll(t, CASES, (name) => process.run(name));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
