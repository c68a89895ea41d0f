// What a client says of what is missing: a capability of the server, or the platform's WebSocket.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { FoxgloveClient } from "../../src/client/client.ts";
import { ABLE, meeting } from "../support/fake_server.ts";

Deno.test("waitForService() on a server without services goes on waiting, and warns once", async () => {
  const { client, peer, log } = await meeting({}, { ...ABLE, capabilities: [] });
  const waiting = client.waitForService("/reset");
  const other = client.waitForService("/other").catch((error: Error) => error.name);
  assertEquals(log.take(), [["warning", 'Waiting for service "/reset": the server has no capability "services"']]);
  peer.says(ABLE, {
    op: "advertiseServices",
    services: [{ id: 1 as never, name: "/reset", type: "Reset", requestSchema: "", responseSchema: "" }],
  });
  assertEquals((await waiting).name, "/reset");
  const closed = client.close();
  peer.leaves();
  await closed;
  assertEquals(await other, "ConnectionClosedError");
});

Deno.test("connect() without a WebSocket of the platform names the option and the version", async () => {
  const original = globalThis.WebSocket;
  Reflect.deleteProperty(globalThis, "WebSocket");
  try {
    await assertRejects(
      () => FoxgloveClient.connect("ws://127.0.0.1:1"),
      TypeError,
      'this runtime has no WebSocket. Use Node 22 or newer, or pass the option "createWebSocket"',
    );
  } finally {
    globalThis.WebSocket = original;
  }
});
