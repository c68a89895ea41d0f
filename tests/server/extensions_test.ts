// Extensions of a server by other parts of the package: their hooks, and the use of channels.

import { assertEquals } from "@std/assert/equals";
import type { ChannelId } from "../../src/protocol/ids.ts";
import { extensionPointsOf } from "../../src/server/extensions.ts";
import { conversation } from "../support/conversation.ts";

const JSON_CHANNEL = { topic: "/odom", encoding: "json" };

Deno.test("an extension gets hooks before the listener, and decides whether the listener gets them", () => {
  const calls: string[] = [];
  const { server, client } = conversation({
    listener: { onSubscribe: (_server, channelId) => void calls.push(`listener ${channelId}`) },
  });
  const hidden = server.addChannel(JSON_CHANNEL);
  const shown = server.addChannel({ ...JSON_CHANNEL, topic: "/shown" });
  const remove = extensionPointsOf(server)!.add({
    hooks: {
      onSubscribe: (_client, next, channelId, context) => {
        calls.push(`extension ${channelId}`);
        if (channelId !== hidden) next?.(channelId, context);
      },
    },
    sinksChanged: () => {},
  });
  const app = client();
  app.subscribes(1, hidden);
  app.subscribes(2, shown);
  assertEquals(calls.splice(0), [`extension ${hidden}`, `extension ${shown}`, `listener ${shown}`]);
  remove();
  client().subscribes(1, hidden);
  const later = server.addChannel({ ...JSON_CHANNEL, topic: "/later" });
  app.subscribes(3, later);
  assertEquals(calls, [`listener ${later}`]);
});

Deno.test("an extension learns which channels clients and sinks use, and forgets latched messages", () => {
  const changed: ChannelId[] = [];
  const { server, client } = conversation();
  const points = extensionPointsOf(server)!;
  points.add({ hooks: {}, sinksChanged: (channelId) => void changed.push(channelId) });
  const id = server.addChannel({ ...JSON_CHANNEL, latch: true });
  server.sendMessage(id, 5n, "{}");
  assertEquals(points.isUsed(id), false);
  const sink = { channelAdded: () => {}, channelRemoved: () => {}, message: () => {} };
  const added = [server.addSink(sink), server.addSink({ ...sink })];
  assertEquals([points.isUsed(id), changed], [true, [id]]);
  for (const each of added) each[Symbol.dispose]();
  assertEquals([points.isUsed(id), changed], [false, [id, id]]);
  points.clearLatched(id);
  const app = client();
  app.subscribes(1, id);
  assertEquals(points.isUsed(id), true);
  server.sendMessage(id, 6n, "new");
  app.hears({ op: "messageData", subscriptionId: 1, timestamp: 6n, payload: new TextEncoder().encode("new") } as never);
  assertEquals(extensionPointsOf({}), undefined);
});
