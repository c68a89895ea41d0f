// The conformance suite in Node, with its own WebSocket and with that of npm's ws.

import { NODE, testWith } from "../support/needed_programs.ts";
import { Harness } from "./harness.ts";
import { bundleForNode, NodeProcess } from "./node_process.ts";
import { runAll } from "./runner.ts";

for (
  const { name, flags, whose } of [
    // Node 20 hides its WebSocket behind this flag, later ones take no notice of it.
    { name: "Node", flags: ["--experimental-websocket"], whose: "node" },
    { name: "Node over npm's ws", flags: [], whose: "ws" },
  ]
) {
  testWith(NODE, `FoxgloveClient in ${name}`, async (t, node) => {
    const folder = await Deno.makeTempDir();
    try {
      const bundle = `${folder}/node_main.mjs`;
      await bundleForNode(bundle);
      await using harness = new Harness();
      await using process = new NodeProcess(node, ...flags, bundle, harness.origin, whose);
      await runAll(t, (name) => process.run(name));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
