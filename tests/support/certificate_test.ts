// Generated certificates with a real server and real clients.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { selfSignedCertificate } from "./certificate.ts";
import { once } from "./events.ts";

/** Starts a TLS server that responds with text, and echoes WebSocket messages. */
function serve(certificate: { cert: string; key: string }): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {}, ...certificate }, (request) => {
    if (request.headers.get("upgrade") !== "websocket") return new Response("over TLS");
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }) => socket.send(data);
    return response;
  });
}

for (const host of ["localhost", "127.0.0.1"]) {
  Deno.test(`selfSignedCertificate() generates a certificate for https://${host}`, async () => {
    const certificate = await selfSignedCertificate();
    await using server = serve(certificate);
    using client = Deno.createHttpClient({ caCerts: [certificate.cert], poolMaxIdlePerHost: 0 });
    const response = await fetch(`https://${host}:${server.addr.port}`, { client });
    assertEquals(await response.text(), "over TLS");
  });
}

Deno.test("selfSignedCertificate() generates a certificate for wss://localhost", async () => {
  const certificate = await selfSignedCertificate();
  await using server = serve(certificate);
  using client = Deno.createHttpClient({ caCerts: [certificate.cert] });
  const socket = new WebSocket(`wss://localhost:${server.addr.port}`, { client });
  await once(socket, "open");
  const message = once<MessageEvent>(socket, "message");
  socket.send("hello");
  assertEquals((await message).data, "hello");
  const closed = once(socket, "close");
  socket.close();
  await closed;
});

Deno.test("selfSignedCertificate() generates certificates that do not trust each other", async () => {
  await using server = serve(await selfSignedCertificate());
  const { cert } = await selfSignedCertificate();
  using client = Deno.createHttpClient({ caCerts: [cert] });
  await assertRejects(() => fetch(`https://localhost:${server.addr.port}`, { client }), TypeError);
});
