// connectionFailure(): the parts of the error texts that clients have.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { ConnectionClosedError, type ConnectionState, FoxgloveClient } from "../src/client/mod.ts";
import { connectionFailure } from "../src/connection_failure.ts";
import { connectedClient } from "./support/fake_server.ts";
import { freePort } from "./support/free_port.ts";

const OFFERING = "offering foxglove.sdk.v1.1, foxglove.websocket.v1";

for (
  const [text, unreachable, reason] of [
    [`Cannot connect to ws://robot:8765/, ${OFFERING}: connection refused`, "ws://robot:8765/", "connection refused"],
    [
      `Cannot connect to ws://[::1]:8765/a,b, ${OFFERING}: NetworkError: failed to connect to WebSocket: dns error`,
      "ws://[::1]:8765/a,b",
      "dns error",
    ],
    ["Cannot connect to ws://robot/: NetworkError: other\nline", "ws://robot/", "other\nline"],
    ['The connection to ws://robot/ was closed: code 1001, "bye: now"', undefined, 'code 1001, "bye: now"'],
    ["the robot sends no heartbeats: 5 s", undefined, "the robot sends no heartbeats: 5 s"],
  ] as const
) {
  Deno.test(`connectionFailure() takes apart "${text.split("\n")[0]}"`, () => {
    assertEquals(connectionFailure(text), { unreachable, reason });
  });
}

Deno.test("connectionFailure() takes apart the texts of FoxgloveClient", async () => {
  const url = `ws://127.0.0.1:${freePort()}/`;
  const { message } = await assertRejects(
    () => FoxgloveClient.connect(url, { reconnect: false }),
    ConnectionClosedError,
  );
  assertEquals(connectionFailure(message), { unreachable: url, reason: "tcp connect error" });

  const { client, peer } = await connectedClient({ reconnect: false });
  peer.leaves(1001, "bye");
  const { error } = client.state as ConnectionState & { type: "closed" };
  assertEquals(connectionFailure(error!.message), { unreachable: undefined, reason: 'code 1001, "bye"' });
});
