// fleet_relay.ts: two robots behind one relay.

import { assertEquals } from "@std/assert/equals";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { within } from "../support/events.ts";
import { startExample } from "../support/example.ts";

Deno.test("fleet_relay.ts serves topics, services and parameters of both robots", async () => {
  await using fleet = await startExample("fleet_relay.ts");
  await using client = await FoxgloveClient.connect(fleet.url, { reconnect: false, logger: false });
  for (const robot of ["/robot1", "/robot2"]) {
    await within(client.waitForChannel(`${robot}/scan`), `${robot}/scan`);
    const scan = client.subscribe(`${robot}/scan`);
    assertEquals((await scan.next()).value?.channel.topic, `${robot}/scan`);
    scan.close();
    const [speed] = await client.getParameters([`${robot}/robot/speed`]);
    assertEquals(speed?.value, 1);
  }
  await within(client.waitForService("/robot2/robot/reset"), "the service");
  const both = [...client.channels.values()].map(({ topic }) => topic.slice(0, 7));
  assertEquals(new Set(both), new Set(["/robot1", "/robot2"]));
  assertEquals(both.filter((topic) => topic === "/robot1").length * 2, both.length);
});
