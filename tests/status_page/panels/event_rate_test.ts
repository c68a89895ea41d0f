// EventRate, and what the page decodes.

import { assertEquals } from "@std/assert/equals";
import { undecodableReason } from "../../../src/status_page/panels/message_types.ts";
import { EventRate } from "../../../src/status_page/panels/event_rate.ts";
import type { Channel } from "../../../src/client/mod.ts";

Deno.test("EventRate measures over the last second", () => {
  const meter = new EventRate();
  assertEquals(meter.read(0), 0);
  for (let index = 0; index < 30; index++) meter.count();
  assertEquals([meter.read(900), meter.read(1500)], [0, 20]);
  meter.count();
  assertEquals([meter.read(2000), meter.read(2500)], [20, 1]);
  meter.reset();
  assertEquals(meter.read(9000), 0);
});

Deno.test("undecodableReason() names an encoding that the page does not decode", () => {
  const channel = (encoding: string) => ({ encoding }) as Channel;
  assertEquals([undecodableReason(channel("json")), undecodableReason(channel("protobuf"))], [undefined, undefined]);
  assertEquals(undecodableReason(channel("cdr")), 'This page does not decode "cdr". Foxglove and Lichtblick do.');
});
