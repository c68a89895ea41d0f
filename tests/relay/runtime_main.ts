// A robot with a token, a relay and a viewer in one process. Prints what the viewer received. Runs on Node and Bun.

import { bearerToken, FoxgloveServer } from "../../mod.ts";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { relay } from "../../src/relay/mod.ts";

const token = "0123456789abcdef";
const robot = new FoxgloveServer({ name: "robot", port: 0, logger: false, authorize: bearerToken(token) });
await robot.start();
const id = robot.addChannel({ topic: "/odom", encoding: "json", latch: true });
robot.sendMessage(id, 5n, '{"x":1}');
robot.service("/ping", () => ({ pong: true }));

const server = new FoxgloveServer({ name: "relay", port: 0, logger: false });
await server.start();
const running = relay([{ url: robot.url!, prefix: "/r", token }], server);

const client = await FoxgloveClient.connect(server.url!, { logger: false });
const messages = client.subscribe("/r/odom").json();
await client.waitForService("/r/ping");
const pong = await client.service("/r/ping").call({});
const { value } = (await messages.next()).value!;
await client.close();
await running.close();
await Promise.all([server.close(), robot.close()]);
console.log(JSON.stringify({ value, pong }));
