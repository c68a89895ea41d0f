// Robots and edges in Node and Bun.

import { assertEquals } from "@std/assert/equals";
import { NATS_FOLDER } from "../../tools/peers.ts";
import { runBundled } from "../runtimes/node_process.ts";
import { NATS_SERVER, NatsServer } from "../support/nats_server.ts";
import { firstMissing, testWith } from "../support/needed_programs.ts";
import { SERVER_RUNTIMES } from "../support/server_runtimes.ts";

const MODULE = new URL("runtime_main.ts", import.meta.url);

for (const [name, program] of SERVER_RUNTIMES) {
  const needed = firstMissing(NATS_SERVER, program);
  testWith(needed, `./nats works in ${name}, and the process ends after close()`, async (_, path) => {
    await using nats = await NatsServer.start(NATS_SERVER.path!);
    assertEquals(await runBundled(path, MODULE, [String(nats.port), NATS_FOLDER]), {
      value: { x: 1 },
      pong: { pong: true },
    });
  });
}
