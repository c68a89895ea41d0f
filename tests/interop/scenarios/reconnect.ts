// The scenario of the matrix about a server that is killed and restarts on the same port.

import { assertEquals } from "@std/assert/equals";
import { encodeBase64 } from "../../../src/protocol/base64.ts";
import { bytes } from "../../support/conversation.ts";
import type { Scenario } from "../scenario.ts";
import { NotSupportedError } from "../not_supported_error.ts";

export const RECONNECT: Scenario = {
  name: "reconnect",
  description: "the server is killed and restarted; subscriptions and client channels are restored automatically",
  async run({ server, client }) {
    const { waitForReconnect } = client;
    if (!waitForReconnect) throw new NotSupportedError("reconnect");
    const subscription = await client.subscribe("/odom");
    await server.nextEvent("subscribe");
    const channelId = client.advertise({ topic: "/cmd", encoding: "json", schemaName: "Cmd" });
    await server.nextEvent("advertise");

    await server.kill();
    await server.restart("second run");
    await waitForReconnect();
    assertEquals((await client.nextServerInfo()).sessionId, "second run");

    assertEquals(await server.nextEvent("subscribe"), { event: "subscribe", topic: "/odom" });
    const payload = bytes('{"x":3}');
    await server.execute({ type: "sendMessage", topic: "/odom", timestamp: "7", payload: encodeBase64(payload) });
    assertEquals(await subscription.next(), { timestamp: 7n, payload });
    assertEquals((await server.nextEvent("advertise")).topic, "/cmd");
    client.publish(channelId, bytes("{}"));
    const message = { event: "message", topic: "/cmd", payload: encodeBase64(bytes("{}")) };
    assertEquals(await server.nextEvent("message"), message);
    subscription.close();
  },
};
