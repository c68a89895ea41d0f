// Replacing the certificate while the server runs, over real TLS.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { selfSignedCertificate } from "../../support/certificate.ts";
import { bytes, ODOM } from "../../support/conversation.ts";
import { once, Queue, within } from "../../support/events.ts";
import { recordingLogger, startServer } from "../../support/test_server.ts";

/** A client that trusts one certificate, with a queue of its received messages. */
class TlsClient implements Disposable {
  readonly socket: WebSocket;
  readonly messages = new Queue<string | ArrayBuffer>("a message over TLS");
  readonly #http: Deno.HttpClient;

  constructor(server: FoxgloveServer, cert: string) {
    this.#http = Deno.createHttpClient({ caCerts: [cert] });
    const options = { protocols: ["foxglove.sdk.v1"], client: this.#http } as WebSocketOptions;
    this.socket = new WebSocket(`wss://localhost:${server.addr?.port}`, options);
    this.socket.binaryType = "arraybuffer";
    this.socket.onmessage = ({ data }) => this.messages.push(data);
  }

  /** The next message, which is JSON. */
  async json(): Promise<Record<string, unknown>> {
    return JSON.parse(String(await this.messages.next()));
  }

  [Symbol.dispose](): void {
    this.#http.close();
  }
}

Deno.test("H09 FoxgloveServer keeps port, channels, latched messages and session with another certificate, and clients reconnect", async () => {
  const [before, after] = [await selfSignedCertificate(), await selfSignedCertificate()];
  const { logger, lines } = recordingLogger();
  // This transport has to close the connections.
  await using server = await startServer({ ...before, logger, transport: "native" });
  const channelId = server.addChannel({ ...ODOM, latch: true });
  server.sendMessage(channelId, 2n, "{}");
  const { addr, url } = server;

  using old = new TlsClient(server, before.cert);
  const { sessionId } = await old.json();
  const closed = once<CloseEvent>(old.socket, "close");
  await within(server.reloadCertificate(after), "the exchange");
  const { code, reason } = await closed;
  assertEquals([code, reason], [1012, "certificate reloaded"]);
  assertEquals([server.clients.size, server.addr, server.url], [0, addr, url]);
  assertEquals(lines.at(-1), `info: Listening on ${url?.replace(/:\d+$/, "")} with a new certificate`);

  using suspicious = new TlsClient(server, before.cert);
  await once(suspicious.socket, "error");
  using back = new TlsClient(server, after.cert);
  assertEquals((await back.json()).sessionId, sessionId);
  assertEquals((await back.json()).channels, [
    { id: channelId, ...ODOM, metadata: { "foxglove-ws.latchDepth": "1" } },
  ]);
  back.socket.send(JSON.stringify({ op: "subscribe", subscriptions: [{ id: 1, channelId }] }));
  const frame = new Uint8Array([1, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, ...bytes("{}")]).buffer;
  assertEquals(await back.messages.next(), frame);

  const left = once<CloseEvent>(back.socket, "close");
  await server.close();
  assertEquals((await left).code, 1001);
});

Deno.test("FoxgloveServer.reloadCertificate() changes nothing if certificate and key are not valid", async () => {
  const [before, after] = [await selfSignedCertificate(), await selfSignedCertificate()];
  await using server = await startServer(before);
  using client = new TlsClient(server, before.cert);
  await client.json();
  const rejects = (certificate: { cert: string; key: string }, text: string) =>
    assertRejects(() => server.reloadCertificate(certificate), TypeError, `Cannot reload the certificate: ${text}`);
  await rejects({ cert: after.cert, key: before.key }, "keys may not be consistent");
  await rejects({ cert: "x", key: after.key }, "No certificates found");
  await rejects({ cert: after.cert, key: "x" }, "No keys found");
  assertEquals(server.clients.size, 1);
  const closed = once(client.socket, "close");
  client.socket.close();
  await closed;
});

Deno.test("FoxgloveServer.reloadCertificate() requires a server that listens with TLS, and rejects parallel calls", async () => {
  const certificate = await selfSignedCertificate();
  const rejects = (server: FoxgloveServer, text: string) =>
    assertRejects(() => server.reloadCertificate(certificate), TypeError, `Cannot reload the certificate: ${text}`);
  await rejects(new FoxgloveServer({ name: "x", ...certificate }), "the server is not listening");
  await using plain = await startServer();
  await rejects(plain, "the server was started without a certificate");
  // Another transport replaces it at once.
  const server = await startServer({ ...certificate, transport: "native" });
  const first = server.reloadCertificate(certificate);
  await rejects(server, "another reload is in progress");
  await first;
  await server.reloadCertificate(certificate);
  await server.close();
  await rejects(server, "the server is not listening");
});

Deno.test("FoxgloveServer stops listening if it is closed during reloadCertificate()", async () => {
  const certificate = await selfSignedCertificate();
  const server = await startServer(certificate);
  const { port } = server.addr ?? { port: 0 };
  using client = new TlsClient(server, certificate.cert);
  await client.json();
  const exchange = server.reloadCertificate(certificate);
  await within(server.close(), "the end");
  await within(exchange, "the exchange");
  assertEquals([server.addr, server.clients.size], [undefined, 0]);
  await assertRejects(() => Deno.connect({ hostname: "127.0.0.1", port }), Deno.errors.ConnectionRefused);
});

Deno.test("H09 FoxgloveServer reads certificate and key from files when it needs them", async () => {
  const pair = await selfSignedCertificate();
  const folder = await Deno.makeTempDir();
  try {
    const file = (name: string) => new URL(`file://${folder}/${name}.pem`);
    const files = { cert: file("cert"), key: file("key") };
    await using server = new FoxgloveServer({ name: "test", port: 0, transport: "native", ...files });
    await assertRejects(() => server.start(), Deno.errors.NotFound);
    await Deno.writeTextFile(files.cert, pair.cert);
    await Deno.writeTextFile(files.key, pair.key);
    await server.start();
    using client = new TlsClient(server, pair.cert);
    assertEquals((await client.json())["name"], "test");

    const renewed = await selfSignedCertificate();
    await Deno.writeTextFile(files.cert, renewed.cert);
    const closed = once<CloseEvent>(client.socket, "close");
    // The key still belongs to the old certificate.
    await assertRejects(() => server.reloadCertificate(files), TypeError, "Cannot reload the certificate");
    await Deno.writeTextFile(files.key, renewed.key);
    await within(server.reloadCertificate(files), "the exchange");
    assertEquals((await closed).code, 1012);
    using back = new TlsClient(server, renewed.cert);
    assertEquals((await back.json())["name"], "test");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
