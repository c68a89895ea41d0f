// The case of the matrix about a server that dies, and comes back on the same port.

import { assertEquals } from "@std/assert/equals";
import { encodeBase64 } from "../../../src/protocol/schema.ts";
import { bytes } from "../../support/conversation.ts";
import type { Case } from "../meeting.ts";
import { NotSupportedError } from "../not_supported_error.ts";

export const RECONNECT: Case = {
  name: "reconnect",
  about: "the server is killed and restarted; subscriptions and client channels are restored automatically",
  async run({ server, client }) {
    const { reconnected } = client;
    if (!reconnected) throw new NotSupportedError("reconnect");
    const feed = await client.subscribe("/odom");
    await server.saw("subscribe");
    const channelId = client.advertise({ topic: "/cmd", encoding: "json", schemaName: "Cmd" });
    await server.saw("advertise");

    await server.kill();
    await server.restart("second run");
    await reconnected();
    assertEquals((await client.introduction()).sessionId, "second run");

    assertEquals(await server.saw("subscribe"), { saw: "subscribe", topic: "/odom" });
    const payload = bytes('{"x":3}');
    await server.do({ do: "send", topic: "/odom", timestamp: "7", payload: encodeBase64(payload) });
    assertEquals(await feed.next(), { timestamp: 7n, payload });
    assertEquals((await server.saw("advertise")).topic, "/cmd");
    client.publish(channelId, bytes("{}"));
    const message = { saw: "message", topic: "/cmd", payload: encodeBase64(bytes("{}")) };
    assertEquals(await server.saw("message"), message);
    feed.close();
  },
};
