// A partition of 30 seconds between a robot and NATS: connections stay open, but nothing passes.

import { assertEquals } from "@std/assert/equals";
import { MS, within } from "../support/events.ts";
import { IMPORT_MAP } from "../support/import_map.ts";
import { natsTest } from "../support/nats_server.ts";
import { Program } from "../support/program.ts";
import { TcpProxy } from "../support/tcp_proxy.ts";
import type { RobotLine } from "./fixtures/busy_robot.ts";
import { PREFIX, Scenario, until } from "./scenario.ts";

const ROBOT = new URL("fixtures/busy_robot.ts", import.meta.url).href;
/** The robot prints a line about every second. */
const PARTITION_LINES = 30;
const MIB = 1024 * 1024;

natsTest("a partition of 30 s costs the robot no memory, and shows nothing outdated as new", async (program) => {
  await using scenario = await Scenario.start(program);
  await using proxy = new TcpProxy(scenario.nats.port);
  await using robot = new Program(
    "--v8-flags=--expose-gc",
    "-A",
    ...IMPORT_MAP,
    ROBOT,
    String(proxy.port),
    PREFIX,
  );
  const nextLine = async () => JSON.parse(await within(robot.line(), "a line of the robot", 20_000 * MS)) as RobotLine;

  const edge = await scenario.edge({ maxAgeMs: 2000 });
  const viewer = await scenario.viewer(edge);
  const sentAt: number[] = [];
  await viewer.waitForChannel("/camera", { signal: AbortSignal.timeout(20_000 * MS) });
  viewer.subscribe("/camera", { onMessage: ({ timestamp }) => sentAt.push(Number(timestamp / 1_000_000n)) });
  await until("messages arrive", () => sentAt.length > 100);
  const before: RobotLine[] = [];
  for (let line = 0; line < 5; line++) before.push(await nextLine());

  proxy.stall();
  const during: RobotLine[] = [];
  for (let line = 0; line < PARTITION_LINES; line++) during.push(await nextLine());
  const { length } = sentAt;
  const resumedAt = Date.now();
  proxy.resume();
  await until("messages arrive again", () => sentAt.length > length + 300);

  const growth = Math.max(...during.map(({ rss }) => rss)) - Math.max(...before.map(({ rss }) => rss));
  const { sent, dropped } = during.at(-1)!;
  // The first seconds. Then the robot also stops to hear that anybody uses the channel.
  const isDropped = dropped > before.at(-1)!.dropped + 100;
  // Far above maxAgeMs, because the age counts from later on if the robot pauses before it sends a message to NATS.
  const isOutdated = (sent: number) => sent < resumedAt - 10_000;
  const facts = {
    growth: growth <= 30 * MIB,
    isDropped,
    outdated: sentAt.slice(length).filter(isOutdated),
    isRising: sentAt.every((sent, index) => index === 0 || sent >= sentAt[index - 1]!),
  };
  const seen = `RSS +${growth / MIB} MiB, ${dropped} of ${sent} dropped, ` +
    `${edge.edge.stats().robots[0]?.tooOld} too old`;
  assertEquals(facts, { growth: true, isDropped: true, outdated: [], isRising: true }, seen);
});
