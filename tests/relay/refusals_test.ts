// Channels that a relay does not show, because another robot has their topic or the server rejects them.

import { assertEquals } from "@std/assert/equals";
import type { Channel } from "../../src/protocol/channels.ts";
import type { ChannelId } from "../../src/protocol/ids.ts";
import { OwnedNames } from "../../src/relay/mirror/owned_names.ts";
import type { UpstreamParts } from "../../src/relay/mirror/mirror_parts.ts";
import { RefusedItems } from "../../src/relay/mirror/refused_items.ts";
import { FULL_SERVER_INFO } from "../support/fake_server.ts";
import { addHostile, type RelayUnderTest, startRelay, until } from "./fixture.ts";

const channel = (id: number, topic: string): Channel => (
  { id: id as ChannelId, topic, encoding: "json", schemaName: "", schema: "" }
);

/** Adds a robot that has these channels. */
async function addRobot({ relay }: RelayUnderTest, name: string, channels: readonly Channel[]) {
  const { peer } = await addHostile(relay, name);
  peer.says(FULL_SERVER_INFO);
  peer.says({ op: "advertise", channels: [...channels] });
  return peer;
}

const refusedOf = ({ relay }: RelayUnderTest, index: number) => relay.stats().upstreams[index]?.refused;
const refusalsIn = ({ lines }: RelayUnderTest) => lines.filter((line) => line.includes("Not relayed"));

Deno.test("relay() limits lines and statuses of a robot that adds and removes a refused channel", async () => {
  await using relay = await startRelay([]);
  await addRobot(relay, "one", [channel(1, "/x")]);
  const peer = await addRobot(relay, "two", []);
  await using viewer = await relay.view();
  await viewer.channel("/x");
  for (let id = 1; id <= 500; id += 1) {
    peer.says({ op: "advertise", channels: [channel(id, "/x")] });
    assertEquals(refusedOf(relay, 1), 1);
    peer.says({ op: "unadvertise", channelIds: [id as ChannelId] });
    assertEquals(refusedOf(relay, 1), 0);
    relay.clock.advance(10);
  }
  peer.says({ op: "advertise", channels: [channel(501, "/last")] });
  await viewer.channel("/last");
  const text = '"/x" is a topic of one; set a prefix for two';
  assertEquals(refusalsIn(relay), [`warn: Not relayed from two: ${text}`]);
  assertEquals([viewer.statuses.size, (await viewer.statuses.next()).message], [5, `two: ${text}`]);
  await until(() => viewer.client.statuses.size === 0, "the end of the status");
});

Deno.test("relay() counts and shows all refusals, although only the first 100 are logged", async () => {
  await using relay = await startRelay([]);
  const ids = Array.from({ length: 150 }, (_, index) => index + 1);
  const owner = await addRobot(relay, "one", ids.map((id) => channel(id, `/t${id}`)));
  await addRobot(relay, "two", ids.map((id) => channel(id, `/t${id}`)));
  assertEquals([refusedOf(relay, 1), refusalsIn(relay).length], [150, 100]);
  assertEquals(refusalsIn(relay).at(-1)?.endsWith("two (more lines of this connection are left out)"), true);
  await using viewer = await relay.view();
  owner.says({ op: "unadvertise", channelIds: ids.slice(0, 100) as ChannelId[] });
  await until(() => refusedOf(relay, 1) === 50, "the free topics");
  relay.clock.advance(1000);
  const shown = () => [...viewer.client.statuses.values()].map(({ message }) => message);
  await until(() => shown()[0]?.includes("/t101") === true, "the next refusal");
  assertEquals(shown(), ['two: "/t101" is a topic of one; set a prefix for two']);
  owner.says({ op: "unadvertise", channelIds: ids.slice(100) as ChannelId[] });
  await until(() => shown().length === 0, "the end of the status");
  assertEquals(relay.relay.stats().upstreams.map(({ channels, refused }) => [channels, refused]), [[0, 0], [150, 0]]);
});

Deno.test("relay() names the new owner of a topic for which another robot still waits", async () => {
  await using relay = await startRelay([]);
  for (const name of ["a", "b", "c"]) await addRobot(relay, name, [channel(1, "/x")]);
  await using viewer = await relay.view();
  await until(() => viewer.client.statuses.size === 2, "the statuses");
  relay.clock.advance(1000);
  const shown = () => [...viewer.client.statuses.values()].map(({ message }) => message);
  relay.relay.remove("a");
  await until(() => shown().length === 1 && !shown()[0]!.includes("of a;"), "the new owner");
  assertEquals(shown(), ['c: "/x" is a topic of b; set a prefix for c']);
  assertEquals([refusedOf(relay, 0), refusedOf(relay, 1)], [0, 1]);
  relay.relay.remove("b");
  await until(() => shown().length === 0, "the topic of c");
});

Deno.test("relay() forgets that it has rejected a channel when the robot removes it", async () => {
  await using relay = await startRelay([], { policy: () => ({ maxRateHz: -1 }) });
  const peer = await addRobot(relay, "one", [channel(1, "/x"), channel(2, "/x"), channel(3, "/y")]);
  assertEquals(refusedOf(relay, 0), 2);
  peer.says({ op: "unadvertise", channelIds: [1, 3] as ChannelId[] });
  assertEquals(refusedOf(relay, 0), 1);
  peer.says({ op: "unadvertise", channelIds: [2 as ChannelId] });
  assertEquals(refusedOf(relay, 0), 0);
});

Deno.test("RefusedItems adds each of many items again when its name is free, and looks at no other", async () => {
  const names = new OwnedNames();
  const accepted: string[] = [];
  const parts = { name: "two", refuse: () => {}, accept: (text: string) => accepted.push(text) };
  const added: number[] = [];
  let reads = 0;
  const items = new RefusedItems(parts as unknown as UpstreamParts, {
    names,
    kind: "topic",
    add: (list) => list.forEach(({ id }) => added.push(id)),
  });
  const count = 1000;
  for (let id = 0; id < count; id += 1) {
    names.take(`/t${id}`, "one", () => {});
    const item = {
      get id() {
        reads += 1;
        return id;
      },
    };
    assertEquals(items.takeName(item, `/t${id}`), false);
  }
  reads = 0;
  for (let id = 0; id < count; id += 1) names.release(`/t${id}`);
  await Promise.resolve();
  assertEquals([added.length, accepted.length, added[1], reads <= 10 * count], [count, count, 1, true]);
});
