// The client with Deno's own WebSocket, whose behavior differs from other platforms.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { FoxgloveClient } from "../../src/client/client.ts";
import { ConnectionClosedError } from "../../src/client/errors.ts";
import { within } from "../support/events.ts";

/** Serves WebSockets that send a serverInfo. The response to the handshake has these headers. */
function serve(headers: Record<string, string>): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
    socket.onopen = () => socket.send('{"op":"serverInfo","name":"bare","capabilities":[]}');
    for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
    return response;
  });
}

Deno.test("H11 FoxgloveClient warns and stays connected if Deno's WebSocket opens without a subprotocol", async () => {
  await using server = serve({});
  const warnings: string[] = [];
  const listener = { onWarning: (_client: FoxgloveClient, text: string) => warnings.push(text) };
  const client = await within(
    FoxgloveClient.connect(`ws://127.0.0.1:${server.addr.port}`, { listener }),
    "the connection",
  );
  assertEquals([client.state.type, warnings.length], ["open", 1]);
  await client.close();
});

Deno.test("H11 FoxgloveClient.connect() rejects if Deno's WebSocket opens with a subprotocol that was not offered", async () => {
  await using server = serve({ "sec-websocket-protocol": "chat" });
  const connecting = FoxgloveClient.connect(`ws://127.0.0.1:${server.addr.port}`);
  await assertRejects(() => within(connecting, "the rejection"), ConnectionClosedError, "which was not offered");
});

Deno.test("FoxgloveClient.connect() can be aborted while Deno's WebSocket connects", async () => {
  // Accepts the connection, but never answers the handshake.
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const control = new AbortController();
  const connecting = FoxgloveClient.connect(`ws://127.0.0.1:${listener.addr.port}`, { signal: control.signal });
  using _connection = await listener.accept();
  control.abort(new Error("enough"));
  await assertRejects(() => within(connecting, "the abort"), Error, "enough");
});

Deno.test("FoxgloveClient.connect() reports that Deno's WebSocket got status 400", async () => {
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
    return new Response("no", { status: 400 });
  });
  const connecting = FoxgloveClient.connect(`ws://127.0.0.1:${server.addr.port}`);
  const error = await assertRejects(() => within(connecting, "the rejection"), ConnectionClosedError, "400");
  assertEquals(error.message.includes("offering foxglove.sdk.v1.1, foxglove.sdk.v1, foxglove.websocket.v1"), true);
});
