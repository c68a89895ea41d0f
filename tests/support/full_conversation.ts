// A server with all capabilities, for tests of input and errors that must not disturb it.

import { assertEquals } from "@std/assert/equals";
import { CAPABILITIES } from "../../src/protocol/capabilities.ts";
import type { ChannelId } from "../../src/protocol/ids.ts";
import type { FoxgloveServerListener } from "../../src/server/listener.ts";
import type { FoxgloveServer } from "../../src/server/server.ts";
import { bytes, type Conversation, conversation, type FakeClient, ODOM, subscription } from "./conversation.ts";

const SIDE = { encoding: "json", schemaName: "Empty", schemaEncoding: "jsonschema", schema: '{"type":"object"}' };

/** A {@linkcode Conversation} with a server that has all capabilities. */
export interface FullConversation extends Conversation {
  /** The server's only channel. It has the id 1; the only service also has the id 1. */
  readonly channelId: ChannelId;
  /** Returns the log lines with the level "error". */
  errors(): string[];
}

/** Starts a conversation with a server that has all capabilities, one channel and one service. */
export function fullConversation(listener: FoxgloveServerListener): FullConversation {
  const { server, log, client } = conversation({
    capabilities: CAPABILITIES,
    supportedEncodings: ["json"],
    dataStartTime: 0n,
    dataEndTime: 9n,
    listener,
  });
  const channelId = server.addChannel(ODOM);
  server.addService({ name: "/reset", type: "Reset", request: SIDE, response: SIDE });
  return { server, log, client, channelId, errors: () => log.filter((line) => line.startsWith("error: ")) };
}

/** Asserts that the connection is open: a subscription to a new channel works, and the server sends nothing else. */
export function assertStillWorks(server: FoxgloveServer, client: FakeClient): void {
  const channelId = server.addChannel({ ...ODOM, topic: "/lives" });
  assertEquals(client.takes().op, "advertise");
  client.subscribes(channelId, channelId);
  server.sendMessage(channelId, 5n, "alive");
  const payload = bytes("alive");
  client.hears({ op: "messageData", subscriptionId: subscription(channelId), timestamp: 5n, payload });
  client.hearsNothing();
  assertEquals(client.closedWith, undefined);
}
