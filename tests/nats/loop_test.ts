// A server that serves from NATS what it publishes there.

import { assertEquals } from "@std/assert/equals";
import { serveFromNats } from "../../src/nats/serve_from_nats.ts";
import { natsTest } from "../support/nats_server.ts";
import { PREFIX, Scenario, until } from "./scenario.ts";

natsTest("serveFromNats() does not serve its own server", async (path) => {
  await using scenario = await Scenario.start(path);
  const { server, connection, lines } = await scenario.robot();
  server.channel("/own");
  await using edge = serveFromNats(connection, server, { prefix: PREFIX, name: "mine" });
  const robot = () => edge.stats().robots[0]!;
  await until("the loop ends", () => robot().problem === "it is this relay itself, or relays it");
  assertEquals([robot().isConnected, robot().connections, server.channels.size], [false, 0, 1]);
  assertEquals(lines.filter((line) => line.startsWith("error")), [
    "error: NATS: mine is not relayed: it is this relay itself, or relays it",
  ]);
});
