// Commands of viewers that were sent before an interruption do not reach the robot after it.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { MS } from "../support/events.ts";
import { natsTest } from "../support/nats_server.ts";
import { TcpProxy } from "../support/tcp_proxy.ts";
import { Scenario, until } from "./scenario.ts";

const MAX_AGE_MS = 500;
/** How long nothing passes, in ms. Shorter than the time after which a robot counts as away. */
const STALL_MS = 2 * MAX_AGE_MS;

natsTest("a robot does not carry out commands and requests that arrive too late", async (program) => {
  await using scenario = await Scenario.start(program);
  await using proxy = new TcpProxy(scenario.nats.port);
  /** When each command was sent, and how old it was when it arrived. */
  const received: { sentAt: number; age: number }[] = [];
  let calls = 0;
  const robot = await scenario.robot({
    capabilities: ["clientPublish"],
    supportedEncodings: ["json"],
    options: { maxAgeMs: MAX_AGE_MS },
    listener: {
      onClientMessage: (_server, _channelId, payload) => {
        const sentAt = Number(new TextDecoder().decode(payload));
        received.push({ sentAt, age: performance.now() - sentAt });
      },
    },
  });
  robot.server.service("/reset", () => ({ calls: ++calls }));
  const viewer = await scenario.viewer(await scenario.edge({ port: proxy.port }));
  await until("the edge knows the robot", () => viewer.serverInfo.capabilities.includes("clientPublish"));
  const channel = viewer.advertise({ topic: "/cmd_vel", encoding: "json", schemaName: "x" });
  const command = async () => {
    viewer.publish(channel, String(performance.now()));
    await new Promise((resolve) => setTimeout(resolve, 10));
  };
  const reset = await viewer.waitForService("/reset").then(({ name }) => viewer.service(name));
  assertEquals(await reset.call({}), { calls: 1 });
  while (received.length < 10) await command();

  proxy.stall();
  const stalledAt = performance.now();
  const refused = assertRejects(() => reset.call({}), Error);
  while (performance.now() - stalledAt < STALL_MS) await command();
  const resumedAt = performance.now();
  proxy.resume();
  while ((received.at(-1)?.sentAt ?? 0) < resumedAt) await command();
  await refused;

  const oldest = Math.max(...received.map(({ age }) => age));
  const facts = { isNew: oldest <= MAX_AGE_MS + 200 * MS, calls, dropped: robot.publication.stats().tooOld > 1 };
  assertEquals(facts, { isNew: true, calls: 1, dropped: true }, `the oldest command had ${oldest} ms`);
});
