// A closed server: timers of the program may still call it.

import { assertRejects } from "@std/assert/rejects";
import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { CAPABILITIES } from "../../src/protocol/capabilities.ts";
import { StatusLevel } from "../../src/protocol/status.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { channel, clientId, conversation, ODOM } from "../support/conversation.ts";
import { RecordingSink } from "../support/recording_sink.ts";
import { TRANSPORT_OPTIONS } from "../support/transport.ts";

Deno.test("FoxgloveServer sends nothing after close(), and does not throw", async () => {
  // The server has no capability, so an open server would throw.
  const { server, client } = conversation({ sessionId: "before" });
  const id = server.addChannel(ODOM);
  const app = client();
  app.subscribes(1, id);
  await server.close({ graceMs: 0 });
  const sent = app.wire.length;
  server.sendMessage(id, 1n, "x");
  server.sendMessage(channel(99), -1n, "x");
  server.updateParameters([{ name: "p", value: NaN }]);
  server.updateConnectionGraph({ publishedTopics: [], subscribedTopics: [], advertisedServices: [] });
  server.broadcastTime(-1n);
  server.broadcastPlaybackState({ status: "paused", currentTime: -1n, speed: 1, didSeek: false });
  server.sendStatus(StatusLevel.INFO, "late", { sticky: true });
  server.removeStatus(["late"]);
  server.resetSessionId("after");
  server.setInfo({ name: "after" });
  assertEquals(server.disconnect(clientId(1)), false);
  assertEquals(app.wire.length, sent);
  assertEquals(server.removeChannel(id), true);
});

Deno.test("FoxgloveServer throws for adding and starting after close()", async () => {
  const { server } = conversation({ capabilities: CAPABILITIES, dataStartTime: 0n, dataEndTime: 1n });
  await server.close({ graceMs: 0 });
  assertThrows(() => server.addChannel(ODOM), TypeError, "Cannot add a channel: the server has been closed");
  assertThrows(
    () => server.addService({ name: "/a", type: "A" }),
    TypeError,
    "Cannot add a service: the server has been closed",
  );
  assertThrows(
    () => server.addSink(new RecordingSink()),
    TypeError,
    "Cannot add a sink: the server has been closed",
  );
  await assertRejects(() => server.start(), TypeError, "Cannot start the server: it has been closed");
});

Deno.test("FoxgloveServer.close() calls its hooks on a closed server, and they may call close() again", async () => {
  const outcomes: unknown[] = [];
  const server: FoxgloveServer = new FoxgloveServer({
    name: "test",
    port: 0,
    ...TRANSPORT_OPTIONS,
    listener: {
      onClientDisconnect(server) {
        void server.close();
        server.sendMessage(channel(1), 1n, "x");
        try {
          server.addChannel(ODOM);
        } catch (error) {
          outcomes.push(error instanceof TypeError);
        }
      },
    },
  });
  await server.start();
  const socket = new WebSocket(server.url!);
  await new Promise((resolve) => socket.onmessage = resolve);
  const closed = new Promise((resolve) => socket.onclose = resolve);
  await server.close();
  await closed;
  assertEquals(outcomes, [true]);
});
