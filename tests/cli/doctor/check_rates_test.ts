// checkRates(): the rates of messages and of bytes.

import { assertEquals } from "@std/assert/equals";
import { checkRates } from "../../../src/cli/doctor/check_messages.ts";
import type { Level } from "../../../src/app_checks/finding.ts";
import { Traffic } from "../../../src/cli/doctor/traffic.ts";
import type { Channel, ChannelId } from "../../../src/client/mod.ts";

/** Returns the levels and texts for one channel that sends messages of this size at this rate, for one second. */
function ratesOf(schemaName: string, hz: number, bytes: number): [level: Level, text: string][] {
  const channel: Channel = { id: 1 as ChannelId, topic: "/a", encoding: "cdr", schemaName, schema: "" };
  const traffic = new Traffic(channel);
  const payload = new Uint8Array(bytes);
  for (let index = 0; index < hz; index++) traffic.add({ channel, timestamp: 1n, payload }, index * 1000 / hz);
  const findings = checkRates({ channels: [channel], traffic: new Map([[channel, traffic]]), seconds: 1 });
  return findings.map(({ level, text }) => [level, text]);
}

Deno.test("checkRates() accepts images at 60 Hz, and other messages at any rate", () => {
  assertEquals(ratesOf("sensor_msgs/msg/Image", 60, 1024), [["ok", "60 KiB per second in total"]]);
  assertEquals(ratesOf("sensor_msgs/msg/Imu", 1000, 1024), [["ok", "1000 KiB per second in total"]]);
});

for (const name of ["foxglove.CompressedVideo", "sensor_msgs/msg/PointCloud2", "foxglove.RawImage"]) {
  Deno.test(`checkRates() finds ${name} at 200 Hz`, () => {
    assertEquals(ratesOf(name, 200, 8), [
      ["warning", `200 Hz of ${name}, but apps show at most 60 Hz and warn above`],
    ]);
  });
}

Deno.test("checkRates() finds more data than networks carry", () => {
  const [[level, text] = []] = ratesOf("Odometry", 30, 1024 * 1024);
  assertEquals([level, text], ["warning", "30 MiB per second in total: slow networks and browsers fall behind"]);
});
