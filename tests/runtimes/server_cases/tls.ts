// Cases: TLS, and the exchange of certificates.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { pathToFileURL } from "node:url";
import type { FoxgloveServer } from "../../../src/server/server.ts";
import { selfSignedCertificate } from "../../support/certificate.ts";
import { expectEqual, expectError, expectIncludes } from "../expect.ts";
import { handshake, largeFrame, textFrame } from "../raw_client.ts";
import type { ServerCases } from "../server_fixture.ts";
import { testBytes } from "../text.ts";

/** A close frame with code 1012, which a server does not mask. Its reason follows. */
const CLOSE_1012 = "\x03\xf4certificate reloaded";

export const TLS_CASES: ServerCases = {
  "start() reads a certificate from files, and clients connect over TLS": async (fixture) => {
    const { cert, key } = await selfSignedCertificate();
    const folder = await fixture.folder();
    await writeFile(join(folder, "cert.pem"), cert);
    await writeFile(join(folder, "key.pem"), key);
    const urlOf = (name: string) => pathToFileURL(join(folder, name));
    const server = await fixture.start({ cert: urlOf("cert.pem"), key: urlOf("key.pem") });
    expectIncludes(server.url!, "wss://");
    const client = await TlsClient.connect(server, cert);
    await client.receive('"op":"serverInfo"');
    client.close();
    const missing = fixture.create({ port: 0, cert: urlOf("none.pem"), key: urlOf("key.pem") });
    await expectError(fixture.runtime === "Deno" ? "NotFound" : "Error", missing.start());
  },

  "onClientMessage gets a large message over TLS unchanged": async (fixture) => {
    const certificate = await selfSignedCertificate();
    const { promise, resolve } = Promise.withResolvers<Uint8Array>();
    const server = await fixture.start({
      ...certificate,
      capabilities: ["clientPublish"],
      supportedEncodings: ["raw"],
      listener: { onClientMessage: (_server, _channelId, payload) => resolve(payload) },
    });
    const client = await TlsClient.connect(server, certificate.cert);
    await client.receive('"op":"serverInfo"');
    client.send(textFrame('{"op":"advertise","channels":[{"id":1,"topic":"/a","encoding":"raw","schemaName":""}]}'));
    const message = testBytes(3 << 20);
    message.set([1, 1, 0, 0, 0]); // the opcode, and the id of the channel
    client.send(largeFrame(message));
    expectEqual(await promise, message.subarray(5));
    client.close();
  },

  "start() rejects a key of another certificate": async (fixture) => {
    if (fixture.transport === "native") return; // its errors are those of Deno.serve()
    const [{ cert }, { key }] = [await selfSignedCertificate(), await selfSignedCertificate()];
    const { message } = await expectError("TypeError", fixture.start({ cert, key }));
    expectEqual(message, "Cannot listen on 127.0.0.1:0: the key does not belong to the certificate");
  },

  "reloadCertificate() replaces the certificate on the same port": async (fixture) => {
    const [before, after] = [await selfSignedCertificate(), await selfSignedCertificate()];
    const server = await fixture.start(before);
    const { addr } = server;
    const old = await TlsClient.connect(server, before.cert);
    await old.receive('"op":"serverInfo"');
    await server.reloadCertificate(after);
    // Only Node's TLS servers can replace a certificate.
    const keepsClients = fixture.transport === "direct" && fixture.runtime !== "Bun";
    if (!keepsClients) await old.receive(CLOSE_1012);
    expectEqual([server.clients.size, server.addr], [keepsClients ? 1 : 0, addr]);
    const client = await TlsClient.connect(server, after.cert);
    await client.receive('"op":"serverInfo"');
    expectEqual(await TlsClient.connect(server, before.cert).then(() => "accepted", () => "rejected"), "rejected");
    old.close();
    client.close();
  },

  "reloadCertificate() rejects a key of another certificate, and changes nothing": async (fixture) => {
    const [before, after] = [await selfSignedCertificate(), await selfSignedCertificate()];
    const server = await fixture.start(before);
    const { message } = await expectError(
      "TypeError",
      server.reloadCertificate({ cert: after.cert, key: before.key }),
    );
    expectIncludes(message, "Cannot reload the certificate: ");
    if (fixture.runtime !== "Deno") expectIncludes(message, "the key does not belong to the certificate");
    const client = await TlsClient.connect(server, before.cert);
    await client.receive('"op":"serverInfo"');
    client.close();
  },
};

/** A client on a connection of node:tls, because WebSockets do not accept a certificate in every runtime. */
class TlsClient {
  readonly #socket: TLSSocket;
  #received = "";
  #onData = () => {};

  private constructor(socket: TLSSocket) {
    this.#socket = socket;
    socket.on("data", (bytes: Uint8Array) => {
      this.#received += String.fromCharCode(...bytes);
      this.#onData();
    });
  }

  /** Connects, and sends a handshake. Rejects if the server has another certificate. */
  static async connect({ addr }: FoxgloveServer, cert: string): Promise<TlsClient> {
    const socket = connect({ host: "127.0.0.1", port: addr!.port, ca: cert, servername: "localhost" });
    await new Promise<void>((resolve, reject) => {
      socket.on("secureConnect", resolve);
      socket.on("error", reject);
    });
    socket.write(handshake());
    return new TlsClient(socket);
  }

  /** Resolves when the text has arrived. Each character stands for one byte. */
  async receive(text: string): Promise<void> {
    while (!this.#received.includes(text)) await new Promise<void>((resolve) => this.#onData = resolve);
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  close(): void {
    this.#socket.destroy();
  }
}
