// What a client reports if the server lacks a capability, or the platform lacks a WebSocket.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { FoxgloveClient } from "../../src/client/client.ts";
import { connectedClient, FULL_SERVER_INFO } from "../support/fake_server.ts";

Deno.test("FoxgloveClient.waitForService() keeps waiting and warns once if the server lacks the capability", async () => {
  const { client, peer, log } = await connectedClient({}, { ...FULL_SERVER_INFO, capabilities: [] });
  const waiting = client.waitForService("/reset");
  const other = client.waitForService("/other").catch((error: Error) => error.name);
  assertEquals(log.take(), [["warning", 'Waiting for service "/reset": the server has no capability "services"']]);
  peer.says(FULL_SERVER_INFO, {
    op: "advertiseServices",
    services: [{ id: 1 as never, name: "/reset", type: "Reset", requestSchema: "", responseSchema: "" }],
  });
  assertEquals((await waiting).name, "/reset");
  const closed = client.close();
  peer.leaves();
  await closed;
  assertEquals(await other, "ConnectionClosedError");
});

Deno.test("FoxgloveClient.connect() names the option and the Node version if the platform has no WebSocket", async () => {
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
