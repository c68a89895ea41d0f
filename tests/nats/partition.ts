// measurePartition(): what a partition of 30 seconds between a robot and NATS does to the robot and to a viewer.

import { LIMIT_MS, within } from "../support/events.ts";
import { IMPORT_MAP } from "../support/import_map.ts";
import { Program } from "../support/program.ts";
import { TcpProxy } from "../support/tcp_proxy.ts";
import type { RobotLine } from "./fixtures/busy_robot.ts";
import { PREFIX, Scenario, until } from "./scenario.ts";

const ROBOT = new URL("fixtures/busy_robot.ts", import.meta.url).href;
/** The robot prints a line about every second. */
const PARTITION_LINES = 30;
/** How old messages may be that the edge shows as new, in ms. */
export const MAX_AGE_MS = 2000;

/** The figures of one partition. Connections stay open in it, but nothing passes. */
export interface PartitionFigures {
  /** How much memory the robot needs more than before, in bytes. */
  readonly growthBytes: number;
  /** How many messages the robot has sent, and how many of them it has dropped, in the partition. */
  readonly sent: number;
  readonly dropped: number;
  /** When the partition ended, in ms since the epoch. */
  readonly resumedAt: number;
  /** When the messages that the viewer has received were sent and received, in ms since the epoch. */
  readonly received: readonly { readonly sentAt: number; readonly receivedAt: number }[];
  /** How many of them it received before the end of the partition. */
  readonly receivedBefore: number;
}

/** Runs a robot that sends 19 MB/s, and partitions it from NATS. `program` is that of nats-server. */
export async function measurePartition(program: string): Promise<PartitionFigures> {
  await using scenario = await Scenario.start(program);
  await using proxy = new TcpProxy(scenario.nats.port);
  const args = ["--v8-flags=--expose-gc", "-A", ...IMPORT_MAP, ROBOT, String(proxy.port), PREFIX];
  await using robot = new Program(...args);
  const nextLine = async () => JSON.parse(await within(robot.line(), "a line of the robot")) as RobotLine;

  const viewer = await scenario.viewer(await scenario.edge({ maxAgeMs: MAX_AGE_MS }));
  const received: { sentAt: number; receivedAt: number }[] = [];
  await viewer.waitForChannel("/camera", { signal: AbortSignal.timeout(LIMIT_MS) });
  viewer.subscribe("/camera", {
    onMessage: ({ timestamp }) => received.push({ sentAt: Number(timestamp / 1_000_000n), receivedAt: Date.now() }),
  });
  await until("messages arrive", () => received.length > 100);
  const before: RobotLine[] = [];
  for (let line = 0; line < 5; line++) before.push(await nextLine());

  proxy.stall();
  const during: RobotLine[] = [];
  for (let line = 0; line < PARTITION_LINES; line++) during.push(await nextLine());
  const receivedBefore = received.length;
  const resumedAt = Date.now();
  proxy.resume();
  await until("messages arrive again", () => received.length > receivedBefore + 300);

  const rss = (lines: readonly RobotLine[]) => Math.max(...lines.map((line) => line.rss));
  const [first, last] = [before.at(-1)!, during.at(-1)!];
  return {
    growthBytes: rss(during) - rss(before),
    sent: last.sent - first.sent,
    dropped: last.dropped - first.dropped,
    resumedAt,
    received,
    receivedBefore,
  };
}
