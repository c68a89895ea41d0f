// The ledger: of hooks that were called in order, and of some that were not.

import { assertEquals } from "@std/assert/equals";
import { channel, conversation } from "../../tests/support/conversation.ts";
import { Ledger } from "./ledger.ts";

/** A server of which somebody keeps the books, and a client of it. */
function audited() {
  const ledger = new Ledger();
  const { server, client } = conversation({
    capabilities: ["clientPublish", "connectionGraph", "parametersSubscribe"],
    listener: ledger.listener,
    logger: ledger.logger,
  });
  server.addChannel({ topic: "/a", encoding: "json" });
  return { ledger, server, app: client() };
}

Deno.test("Ledger knows what has begun and not ended, and has nothing against a client that leaves", () => {
  const { ledger, app } = audited();
  app.subscribes(7, channel(1));
  app.says({ op: "subscribeConnectionGraph" });
  app.says({ op: "subscribeParameterUpdates", parameterNames: ["p"] });
  assertEquals(ledger.open, ["client 1", "channel 1", "client 1 on channel 1", "graph", "parameter p"]);
  app.leaves();
  assertEquals([ledger.open, ledger.faults], [[], []]);
});

Deno.test("Ledger finds what ends without a beginning, begins twice, or never ends", () => {
  const { ledger, server } = audited();
  const { signal } = new AbortController();
  const stranger = { client: { ...server.clients.values().toArray()[0]!, id: 9 as never }, signal, maxAssetBytes: 0 };
  ledger.listener.onUnsubscribe?.(server, channel(1), stranger);
  ledger.listener.onClientConnect?.(server, stranger);
  ledger.listener.onSubscribe?.(server, channel(1), stranger);
  ledger.listener.onSubscribe?.(server, channel(1), stranger);
  ledger.listener.onClientSubscribe?.(server, channel(1), stranger);
  ledger.listener.onClientDisconnect?.(server, stranger);
  assertEquals(ledger.faults, [
    "channel 1 ended for client 9, which is not here",
    "channel 1 ended without having begun",
    "channel 1 began twice",
    "a client has gone before this ended: client 9 on channel 1",
    "client 9 has gone, but its signal has not aborted",
  ]);
});

Deno.test("Ledger holds it against a server when it logs an error", () => {
  const { ledger } = audited();
  ledger.logger.error("Client 1: onSubscribe failed", new Error("no"));
  assertEquals(ledger.faults, ["logged: Client 1: onSubscribe failed Error: no"]);
});
