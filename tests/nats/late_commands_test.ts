// Commands of viewers that were sent before an interruption do not reach the robot after it.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { delay } from "@std/async/delay";
import { natsTest } from "../support/nats_server.ts";
import { TcpProxy } from "../support/tcp_proxy.ts";
import { Scenario, until } from "./scenario.ts";

const MAX_AGE_MS = 500;

natsTest("a robot does not carry out commands and requests that arrive too late", async (program) => {
  await using scenario = await Scenario.start(program);
  await using proxy = new TcpProxy(scenario.nats.port);
  /** The numbers of the commands that have arrived. */
  const received: number[] = [];
  let calls = 0;
  const robot = await scenario.robot({
    capabilities: ["clientPublish"],
    supportedEncodings: ["json"],
    options: { maxAgeMs: MAX_AGE_MS },
    listener: {
      onClientMessage: (_server, _channelId, payload) => {
        received.push(Number(new TextDecoder().decode(payload)));
      },
    },
  });
  robot.server.service("/reset", () => ({ calls: ++calls }));
  const edge = await scenario.edge({ port: proxy.port });
  const viewer = await scenario.viewer(edge);
  await until("the edge knows the robot", () => viewer.serverInfo.capabilities.includes("clientPublish"));
  const channel = viewer.advertise({ topic: "/cmd_vel", encoding: "json", schemaName: "x" });
  let sent = 0;
  const command = async () => {
    viewer.publish(channel, String(++sent));
    await delay(10);
  };
  const reset = await viewer.waitForService("/reset").then(({ name }) => viewer.service(name));
  assertEquals(await reset.call({}), { calls: 1 });
  while (received.length < 10) await command();

  proxy.stall();
  const before = sent;
  const refused = assertRejects(() => reset.call({}), Error);
  while (sent < before + 10) await command();
  await until("the edge has all", () => edge.server.stats().received.messageData.messages === sent);
  // Their age is above that of the fastest command by more than the limit.
  await delay(2 * MAX_AGE_MS);
  const late = sent;
  proxy.resume();
  while ((received.at(-1) ?? 0) <= late) await command();
  await refused;

  const facts = {
    late: received.filter((number) => number > before && number <= late),
    calls,
    dropped: robot.publication.stats().tooOld > 1,
  };
  assertEquals(facts, { late: [], calls: 1, dropped: true });
});
