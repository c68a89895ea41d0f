// HookTracker: hook calls in the right and in the wrong order.

import { assertEquals } from "@std/assert/equals";
import { channel, conversation } from "../../tests/support/conversation.ts";
import { HookTracker } from "./hook_tracker.ts";

/** A server with a tracker, and a client of it. */
function tracked() {
  const tracker = new HookTracker();
  const { server, client } = conversation({
    capabilities: ["clientPublish", "connectionGraph", "parametersSubscribe"],
    listener: tracker.listener,
    logger: tracker.logger,
  });
  server.addChannel({ topic: "/a", encoding: "json" });
  return { tracker, server, app: client() };
}

Deno.test("HookTracker.open lists what has begun and not ended, and a client that leaves is not a fault", () => {
  const { tracker, app } = tracked();
  app.subscribes(7, channel(1));
  app.says({ op: "subscribeConnectionGraph" });
  app.says({ op: "subscribeParameterUpdates", parameterNames: ["p"] });
  assertEquals(tracker.open, ["client 1", "channel 1", "client 1 on channel 1", "graph", "parameter p"]);
  app.leaves();
  assertEquals([tracker.open, tracker.faults], [[], []]);
});

Deno.test("HookTracker.faults has ends without a beginning, second beginnings and missing ends", () => {
  const { tracker, server } = tracked();
  const { signal } = new AbortController();
  const stranger = { client: { ...server.clients.values().toArray()[0]!, id: 9 as never }, signal, maxAssetBytes: 0 };
  tracker.listener.onUnsubscribe?.(server, channel(1), stranger);
  tracker.listener.onClientConnect?.(server, stranger);
  tracker.listener.onSubscribe?.(server, channel(1), stranger);
  tracker.listener.onSubscribe?.(server, channel(1), stranger);
  tracker.listener.onClientSubscribe?.(server, channel(1), stranger);
  tracker.listener.onClientDisconnect?.(server, stranger);
  assertEquals(tracker.faults, [
    "channel 1 ended for client 9, which is not connected",
    "channel 1 ended without having begun",
    "channel 1 began twice",
    "client 9 disconnected before this ended: client 9 on channel 1",
    "client 9 disconnected, but its signal has not aborted",
  ]);
});

Deno.test("HookTracker.faults has the errors that a server logs", () => {
  const { tracker } = tracked();
  tracker.logger.error("Client 1: onSubscribe failed", new Error("no"));
  assertEquals(tracker.faults, ["logged: Client 1: onSubscribe failed Error: no"]);
});
