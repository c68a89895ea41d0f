// Robots and edges in Node and Bun.

import { assertEquals } from "@std/assert/equals";
import { NATS_FOLDER } from "../../tools/peers.ts";
import { bundleForNode } from "../runtimes/node_process.ts";
import { NATS_SERVER, NatsServer } from "../support/nats_server.ts";
import { firstMissing, testWith } from "../support/needed_programs.ts";
import { SERVER_RUNTIMES } from "../support/server_runtimes.ts";

for (const [name, program] of SERVER_RUNTIMES) {
  const needed = firstMissing(NATS_SERVER, program);
  testWith(needed, `./nats works in ${name}, and the process ends after close()`, async (_, path) => {
    await using nats = await NatsServer.start(NATS_SERVER.path!);
    const folder = await Deno.makeTempDir();
    try {
      const bundle = `${folder}/main.mjs`;
      await bundleForNode(bundle, new URL("runtime_main.ts", import.meta.url));
      const args = [bundle, String(nats.port), NATS_FOLDER];
      const { stdout, stderr } = await new Deno.Command(path, { args }).output();
      assertEquals(new TextDecoder().decode(stderr), "");
      assertEquals(JSON.parse(new TextDecoder().decode(stdout)), { value: { x: 1 }, pong: { pong: true } });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
