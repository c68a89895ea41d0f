// What a partition of 30 s between a robot and NATS costs: the robot's memory, how old messages are that a viewer gets,
// and how soon new ones arrive after it. `deno task bench:nats-partition`.

import { MAX_AGE_MS, measurePartition } from "../tests/nats/partition.ts";
import { NATS_SERVER } from "../tests/support/nats_server.ts";
import { machineLines } from "./e2e/machine.ts";

const { path, missing } = NATS_SERVER;
if (path === undefined) {
  console.error(`Cannot measure: ${missing}`);
  Deno.exit(1);
}
const { growthBytes, sent, dropped, resumedAt, received } = await measurePartition(path);
const oldest = received.reduce((oldest, { sentAt, receivedAt }) => Math.max(oldest, receivedAt - sentAt), 0);
const firstNew = received.find(({ sentAt }) => sentAt > resumedAt)!;

console.log(machineLines("bench:nats-partition").join("\n") + "\n");
console.log(`In the partition, the robot sent ${sent} messages of 64 KiB, and dropped ${dropped} of them.`);
console.log(`Memory of the robot, compared with before: ${(growthBytes / 1024 ** 2).toFixed(1)} MiB`);
console.log(`Oldest message that the viewer received: ${oldest} ms (limit: ${MAX_AGE_MS} ms)`);
console.log(`First new message after the partition: after ${firstNew.receivedAt - resumedAt} ms`);
