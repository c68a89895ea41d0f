// A robot and an edge on NATS, and a viewer, in one process. Prints what the viewer received. Runs on Node and Bun.
//
// Arguments: the port of NATS, and the folder of npm's client.

import { createRequire } from "node:module";
import process from "node:process";
import { FoxgloveServer } from "../../mod.ts";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { type NatsConnection, publishToNats, serveFromNats } from "../../src/nats/mod.ts";

const [port, folder] = process.argv.slice(2);
const { connect } = createRequire(`${folder}/`)("@nats-io/transport-node");
const open = (): Promise<NatsConnection & { close(): Promise<void> }> => connect({ servers: `127.0.0.1:${port}` });

const [ours, theirs] = [await open(), await open()];
const robot = new FoxgloveServer({ name: "robot", logger: false });
const id = robot.addChannel({ topic: "/odom", encoding: "json", latch: true });
robot.sendMessage(id, 5n, '{"x":1}');
robot.service("/ping", () => ({ pong: true }));
const publication = await publishToNats(robot, ours, { prefix: "fg.robot1" });

const server = new FoxgloveServer({ name: "edge", port: 0, logger: false });
await server.start();
const edge = serveFromNats(theirs, server, { prefix: "fg.robot1" });

const client = await FoxgloveClient.connect(server.url!, { logger: false });
await client.waitForService("/ping");
const messages = client.subscribe("/odom").json();
const pong = await client.service("/ping").call({});
const { value } = (await messages.next()).value!;
await client.close();
await edge.close();
await publication.close();
await Promise.all([server.close(), robot.close(), ours.close(), theirs.close()]);
console.log(JSON.stringify({ value, pong }));
