// The programs of docs/nats.md, as they stand there. Only ports and the version of the client differ.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { encodeHeartbeat } from "../../src/nats/presence.ts";
import { NPM_NATS } from "../../tools/peers.ts";
import { blockWith, checkPrograms, DocProgram, readDocBlocks } from "../support/doc_blocks.ts";
import { within } from "../support/events.ts";
import { freePort } from "../support/free_port.ts";
import { connectToNats, NATS_SERVER, NatsServer, natsTest } from "../support/nats_server.ts";
import { testWith } from "../support/needed_programs.ts";

const LIMIT_MS = 30_000;
const CLIENT = "@nats-io/transport-node";
const blocks = (await readDocBlocks("docs/nats.md")).filter(({ code }) => code.includes("runCancellable"));
const [ROBOT = "", EDGE = ""] = ["publishToNats", "serveFromNats"].map((text) =>
  // The version that other tests have downloaded.
  blockWith(blocks, text).code.replace(`npm:${CLIENT}`, `npm:${CLIENT}@${NPM_NATS[CLIENT]}`)
);
/** What npm's client of NATS needs besides the network. */
const FLAGS = ["--allow-env", "--allow-read", "--allow-sys"];

/** Starts a program, and waits for its line. */
async function start(code: string, natsPort: number, port = 0): Promise<DocProgram> {
  const own = code.replace("127.0.0.1:4222", `127.0.0.1:${natsPort}`).replace("8765", String(port));
  const running = await DocProgram.start(own, ...FLAGS);
  await within(running.program.line(), "the start", LIMIT_MS);
  return running;
}

testWith(NATS_SERVER, "the programs of docs/nats.md are valid TypeScript", async () => {
  assertEquals(await checkPrograms([ROBOT, EDGE]), "");
});

natsTest("the programs of docs/nats.md show the robot, and end on Ctrl-C, also without NATS", async (program) => {
  await using nats = await NatsServer.start(program);
  await using robot = await start(ROBOT, nats.port);
  const port = freePort();
  await using edge = await start(EDGE, nats.port, port);
  {
    await using client = await FoxgloveClient.connect(`ws://127.0.0.1:${port}`, { logger: false });
    await within(client.waitForChannel("/battery"), "the topic", LIMIT_MS);
    const messages = client.subscribe("/battery");
    assertEquals(await within(messages.json().next().then(({ value }) => value?.value), "a value"), { volts: 12.6 });
  }
  await nats.kill();
  for (const running of [robot, edge]) {
    running.program.kill("SIGINT");
    const { code, signal, stderr } = await running.program.ended();
    assertEquals([code, signal, stderr.includes("Error")], [0, null, false], stderr);
  }
});

natsTest("the robot of docs/nats.md ends with exit code 1 if another robot has its prefix", async (program) => {
  await using nats = await NatsServer.start(program);
  await using robot = await start(ROBOT, nats.port);
  const other = await connectToNats(nats.port);
  const heartbeat = { run: "other", startedAt: 0, version: 1, sentMs: 0, period: 0, isLast: false };
  other.publish("fg.robot1.alive", encodeHeartbeat(heartbeat));
  const { code, stderr } = await robot.program.ended();
  await other.close();
  assertEquals(code, 1);
  assertStringIncludes(stderr, 'another robot uses the prefix "fg.robot1"');
});
