// Values sent by a typed channel, compared with sendMessage() of the same JSON text. With one subscriber.

import { assertEquals } from "@std/assert/equals";
import { FoxgloveServer, json } from "../mod.ts";
import { Sink } from "./support/sink.ts";

const VALUES: Readonly<Record<string, object>> = {
  "a small object": { volts: 12.6 },
  "a pose": {
    frame_id: "map",
    position: { x: 1.25, y: -2.5, z: 0.125 },
    orientation: { x: 0, y: 0, z: 0.7071, w: 0.7071 },
  },
  "an array of 1,000 numbers": { ranges: Array.from({ length: 1000 }, (_, index) => index / 7) },
  "100 objects": {
    cubes: Array.from({ length: 100 }, (_, index) => ({ id: `cube ${index}`, x: index / 3, on: true })),
  },
};

for (const [name, value] of Object.entries(VALUES)) {
  const server = new FoxgloveServer({ name: "bench", logger: false });
  const handle = server.channel("/handle", json({ example: value }));
  const raw = server.addChannel({ topic: "/raw", encoding: "json" });
  const published = "/published";
  server.publish(published, value);
  const publishedId = [...server.channels.values()].find(({ topic }) => topic === published)?.id;
  const sinks = [handle.id, raw, publishedId].map((id) => {
    const sink = new Sink(server);
    if (id !== undefined) sink.subscribe(id);
    return sink;
  });
  const actions: Record<string, () => void> = {
    "sendMessage(JSON.stringify())": () => server.sendMessage(raw, undefined, JSON.stringify(value)),
    "channel().send()": () => handle.send(value),
    "publish()": () => server.publish(published, value),
  };
  for (const action of Object.values(actions)) action();
  const size = 13 + JSON.stringify(value).length;
  for (const { frames, bytes } of sinks) assertEquals([frames, bytes], [1, size]);

  for (const [index, [action, fn]] of Object.entries(actions).entries()) {
    Deno.bench({ name: action, group: name, baseline: index === 0, fn });
  }
}
