// The programs of docs/relay.md, as they stand there, and relay_server.ts, to which the robot of that page connects.

import { assertEquals } from "@std/assert/equals";
import { bearerToken, FoxgloveServer } from "../../mod.ts";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { blockWith, checkPrograms, DocProgram, readDocBlocks } from "../support/doc_blocks.ts";
import { MS, within } from "../support/events.ts";
import { runExample } from "../support/example.ts";
import { testWith } from "../support/needed_programs.ts";
import type { Program } from "../support/program.ts";
import { PROJECT } from "../support/project_files.ts";
import { NODE_22 } from "../support/server_runtimes.ts";

const ignored = (await readDocBlocks("docs/relay.md")).filter(({ attributes }) => attributes.includes("ignore"));
const ofOneRobot = blockWith(ignored, '"ws://robot.local:8765"').code;
const ofFleet = blockWith(ignored, 'prefix: "/robot2"').code;
const ofRobot = blockWith(ignored, "connectToRelay").code;
const gate = blockWith(ignored, "upgradeWebSocket").code;

const ROBOT2_TOKEN = "the-token-of-robot2";
const SUBPROTOCOL = "foxglove.sdk.v1.1";

/** Starts a robot with a topic and a parameter. */
async function startRobot(name: string, token?: string): Promise<FoxgloveServer> {
  const authorize = token === undefined ? {} : { authorize: bearerToken(token) };
  const robot = new FoxgloveServer({ name, port: 0, logger: false, ...authorize });
  robot.channel("/battery");
  robot.parameters({ "/speed": { value: 1 } });
  await robot.start();
  return robot;
}

/** Reads lines until one begins with `start`, and returns the rest of that line. The second report is after 11 s. */
async function restOf(program: Program, start: string): Promise<string> {
  for (;;) {
    const line = await within(program.line(), start, 20_000 * MS);
    if (line.startsWith(start)) return line.slice(start.length);
  }
}

/** Whether a client of this address has got the topics. */
async function hasTopics(url: string, ...topics: string[]): Promise<boolean> {
  await using client = await FoxgloveClient.connect(url, { reconnect: false, logger: false });
  await within(Promise.all(topics.map((topic) => client.waitForChannel(topic))), topics.join());
  return true;
}

Deno.test("docs/relay.md: the program for one robot serves its topics", async () => {
  await using robot = await startRobot("robot");
  await using running = await DocProgram.start(ofOneRobot.replace("ws://robot.local:8765", robot.url!));
  assertEquals(await hasTopics(await running.url(), "/battery"), true);
});

Deno.test("docs/relay.md: the program for a fleet sends each robot its token", async () => {
  await using one = await startRobot("robot 1", "the-token-of-robot1");
  await using two = await startRobot("robot 2", ROBOT2_TOKEN);
  const code = ofFleet.replace("ws://robot1.local:8765", one.url!).replace("ws://robot2.local:8765", two.url!);
  await using running = await DocProgram.start(code);
  assertEquals(await hasTopics(await running.url(), "/robot1/battery", "/robot2/battery"), true);
});

Deno.test("docs/relay.md: the gate is that of relay_server.ts, and the programs are valid TypeScript", async () => {
  const example = await Deno.readTextFile(new URL("examples/relay_server.ts", PROJECT));
  assertEquals([example.includes(gate), ignored.length], [true, 4]);
  assertEquals(await checkPrograms([ofOneRobot, ofFleet, ofRobot]), "");
});

Deno.test("relay_server.ts gives each token its rights", async () => {
  await using one = await startRobot("robot 1");
  await using two = await startRobot("robot 2", ROBOT2_TOKEN);
  const robots = ["--robot1", one.url!, "--robot2", `${two.url!}/?token=${ROBOT2_TOKEN}`];
  await using program = runExample("relay_server.ts", "--port", "0", ...robots);
  const url = await restOf(program, "Listening on ");
  const operator = await restOf(program, "OPERATOR_TOKEN=");
  const visitor = await restOf(program, "VISITOR_TOKEN=");
  assertEquals(await restOf(program, "robot2: "), "0 topics watched, 0 messages");

  assertEquals(await hasTopics(`${url}/?token=${operator}`, "/robot1/battery", "/robot2/battery"), true);
  await using client = await FoxgloveClient.connect(`${url}/?token=${visitor}`, { reconnect: false, logger: false });
  await within(client.waitForChannel("/robot1/battery"), "/robot1/battery");
  assertEquals([...client.channels.values()].map(({ topic }) => topic), ["/robot1/battery"]);
  assertEquals((await client.getParameters()).map(({ name }) => name), ["/robot1/speed"]);

  await client.close();
  program.kill("SIGINT");
  assertEquals((await program.ended()).code, 0);
});

Deno.test("relay_server.ts takes the robot of docs/relay.md, and logs why it rejects another one", async () => {
  const away = "ws://127.0.0.1:9/";
  const robots = ["--robot1", `${away}?token=${ROBOT2_TOKEN}`, "--robot2", away];
  await using program = runExample("relay_server.ts", "--port", "0", ...robots);
  const url = await restOf(program, "Listening on ");
  const gateUrl = await restOf(program, "Robots:      ");
  const operator = await restOf(program, "OPERATOR_TOKEN=");
  const token = await restOf(program, "ROBOT3_TOKEN=");
  const stranger = await fetch(`${gateUrl.replace("ws:", "http:")}/?token=another-token-of-a-robot`);
  assertEquals([stranger.status, await stranger.text()], [401, "The token is not valid\n"]);

  const code = ofRobot.replace("ws://localhost:8766", gateUrl).replace("the-token-of-robot3", token);
  await using _robot = await DocProgram.start(code);
  assertEquals(await restOf(program, "robot3 "), "connects from 127.0.0.1");
  assertEquals(await hasTopics(`${url}/?token=${operator}`, "/robot3/battery"), true);
  const problem = await restOf(program, "robot1: Cannot connect to ");
  assertEquals([problem.startsWith(away), problem.includes(ROBOT2_TOKEN)], [true, false], problem);

  program.kill("SIGINT");
  const { code: exitCode, stderr } = await program.ended();
  const rejections = stderr.split("\n").filter((line) => line.startsWith("Rejected"));
  assertEquals([exitCode, rejections], [0, ["Rejected a robot from 127.0.0.1: The token is not valid"]]);
});

/**
 * Rejects a robot until it must have reported that, accepts it once, and ends it when it connects again. Returns what
 * the robot has logged.
 */
async function rejectFirst(start: (code: string) => Promise<DocProgram>): Promise<string[]> {
  let requests = 0;
  const again = Promise.withResolvers<void>();
  await using relay = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    requests += 1;
    if (requests > 4) again.resolve();
    // Robots wait for at least a second before each attempt, and report a failure after two.
    if (requests !== 4) return new Response("The token is not valid\n", { status: 401 });
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: SUBPROTOCOL });
    socket.addEventListener("message", () => socket.close(1000, "maintenance"), { once: true });
    return response;
  });
  const url = `ws://127.0.0.1:${relay.addr.port}`;
  await using robot = await start(ofRobot.replace("ws://localhost:8766", url));
  await within(again.promise, "the robot", 60_000 * MS);
  robot.program.kill("SIGKILL");
  const { stderr } = await robot.program.ended();
  return stderr.replaceAll("foxglove-ws: Connection to a relay: ", "").replaceAll(url, "URL").split("\n");
}

Deno.test("docs/relay.md: the robot logs that its token is wrong, and connects when it is accepted", async () => {
  assertEquals(await rejectFirst((code) => DocProgram.start(code)), [
    "URL/ is not connected: Invalid status code: 401",
    "URL/ is connected",
    'lost URL/: code 1000, "maintenance"',
    "",
  ]);
});

testWith(NODE_22, "docs/relay.md: the robot on Node logs that it is not connected", async (_t, executable) => {
  const [first] = await rejectFirst((code) => DocProgram.startOn("Node", executable, code));
  assertEquals(first, "URL/ is not connected: Received network error or non-101 status code");
});
