// Slots: how many clients a server accepts, in total and per address.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { Slots } from "../../../src/server/clients/slots.ts";
import type { Identity } from "../../../src/server/identity.ts";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { conversation, settled } from "../../support/conversation.ts";
import { Queue, within } from "../../support/events.ts";
import { RawSocket } from "../../support/raw_socket.ts";
import { TRANSPORT_OPTIONS } from "../../support/transport.ts";

/** A server on a free port, with queues of the clients that connect and disconnect. */
async function started(
  options: Partial<FoxgloveServerOptions>,
): Promise<{ server: FoxgloveServer; left: Queue<string> }> {
  const left = new Queue<string>("a disconnected client");
  const server = new FoxgloveServer({
    name: "test",
    port: 0,
    ...TRANSPORT_OPTIONS,
    listener: { onClientDisconnect: (_server, { client }) => left.push(client.address) },
    ...options,
  });
  await server.start();
  return { server, left };
}

/** Connects, optionally through a proxy that forwards `address`. */
function connect(server: FoxgloveServer, address?: string): Promise<RawSocket> {
  const headers = address === undefined ? [] : [["X-Forwarded-For", address] as const];
  return RawSocket.connect({ port: server.addr?.port ?? 0, headers });
}

Deno.test("maxClients rejects one client too many with 503 and Retry-After", async () => {
  const { server, left } = await started({ maxClients: 2 });
  await using _server = server;
  using one = await connect(server);
  using two = await connect(server);
  using rejected = await connect(server);
  assertEquals([one.status, two.status, rejected.status], [101, 101, 503]);
  assertEquals(rejected.headers.get("retry-after"), "10");
  assertStringIncludes(rejected.body, '"maxClients" allows (2)');

  one.close();
  await left.next();
  using late = await connect(server);
  assertEquals(late.status, 101);
});

Deno.test("maxClients does not limit requests that are not handshakes", async () => {
  const { server } = await started({ maxClients: 1, fallback: () => new Response("page") });
  await using _server = server;
  using _one = await connect(server);
  const response = await fetch(`http://127.0.0.1:${server.addr?.port}/`);
  assertEquals(await response.text(), "page");
});

Deno.test("maxClientsPerAddress rejects one client too many of an address with 503", async () => {
  const { server, left } = await started({ maxClientsPerAddress: 1 });
  await using _server = server;
  using one = await connect(server);
  using rejected = await connect(server);
  assertEquals([one.status, rejected.status, rejected.headers.get("retry-after")], [101, 503, "10"]);
  assertStringIncludes(rejected.body, '"maxClientsPerAddress" allows (1)');
  one.close();
  await left.next();
  using late = await connect(server);
  assertEquals(late.status, 101);
});

Deno.test("maxClientsPerAddress uses the forwarded address of each client behind a trusted proxy", async () => {
  const { server } = await started({ maxClientsPerAddress: 1, trustedProxies: 1 });
  await using _server = server;
  using one = await connect(server, "192.0.2.7");
  using other = await connect(server, "192.0.2.8");
  using rejected = await connect(server, "made.up, 192.0.2.7");
  assertEquals([one.status, other.status, rejected.status], [101, 101, 503]);
  const clients = [...server.clients.values()];
  assertEquals(clients.map(({ address }) => address), ["192.0.2.7", "192.0.2.8"]);
  assertEquals(clients[0]?.remoteAddr, { transport: "tcp", hostname: "192.0.2.7", port: 0 });
});

Deno.test("maxClientsPerAddress treats a global IPv6 /64 network as one address, and all spellings of an IPv4 address", async () => {
  const { server, left } = await started({ maxClientsPerAddress: 1, trustedProxies: 1 });
  await using _server = server;
  const statuses: number[] = [];
  const sockets: RawSocket[] = [];
  const addresses = [
    "2001:db8:0:1::7",
    "2001:db8:0:1:a:b:c:d",
    "2001:db8:0:2::7",
    "192.0.2.7",
    "::ffff:192.0.2.7",
    "fd00::1",
  ];
  for (const address of [...addresses, "fd00::2", "FD00:0::2"]) {
    const socket = await connect(server, address);
    sockets.push(socket);
    statuses.push(socket.status);
  }
  assertEquals(statuses, [101, 503, 101, 101, 503, 101, 101, 503]);
  sockets[0]?.close();
  await left.next();
  using late = await connect(server, "2001:db8:0:1::8");
  assertEquals(late.status, 101);
  for (const socket of sockets) socket.close();
});

Deno.test("Slots.reserve() returns a function that frees its slot once", () => {
  const slots = new Slots({ maxClients: 2, maxClientsPerAddress: 1 });
  const address = (hostname: string) => ({ transport: "tcp", hostname, port: 1 }) as const;
  const refusal = (hostname: string) => slots.refusalIfFull(address(hostname))?.limit;
  const free = slots.reserve(address("192.0.2.7"));
  assertEquals([refusal("192.0.2.7"), refusal("192.0.2.8"), slots.isFull], ["maxClientsPerAddress", undefined, false]);
  slots.reserve(undefined);
  assertEquals([refusal("192.0.2.8"), slots.isFull], ["maxClients", true]);
  free();
  free();
  assertEquals([refusal("192.0.2.7"), slots.isFull], [undefined, false]);
  slots.reserve(address("192.0.2.7"));
  assertEquals(slots.isFull, true);
});

Deno.test("FoxgloveServer ignores X-Forwarded-For unless the proxy is trusted", async () => {
  const { server } = await started({ maxClientsPerAddress: 1 });
  await using _server = server;
  using one = await connect(server, "192.0.2.7");
  using rejected = await connect(server, "192.0.2.8");
  assertEquals([one.status, rejected.status], [101, 503]);
  assertEquals([...server.clients.values()].map(({ address }) => address.split(":")[0]), ["127.0.0.1"]);
});

Deno.test("FoxgloveServer reserves no slot for a peer that never completes its request, and can close", async () => {
  const { server } = await started({ maxClients: 1 });
  using peer = await Deno.connect({ port: server.addr?.port ?? 0 });
  await peer.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: x\r\nUpgrade: webs"));
  using one = await connect(server);
  assertEquals(one.status, 101);
  one.close();
  await within(server.close({ graceMs: 50 }), "close()");
});

Deno.test("maxClients counts an evicted client until its connection has ended", async () => {
  const { server, client } = conversation({ maxClients: 1, maxMessageBytes: 1 });
  const readyz = async () => await (await server.handleRequest(new Request("http://localhost/readyz"))).text();
  const app = client();
  app.saysRaw("too much");
  await settled();
  assertEquals([server.clients.size, await readyz()], [0, "full\n"]);
  app.leaves();
  assertEquals(await readyz(), "ready\n");
});

Deno.test("maxClients counts a client that waits for authorize, and frees its slot when it is rejected", async () => {
  const asked = new Queue<string>("a call of authorize");
  const answers = new Queue<Identity | Response>("the identity");
  const { server } = await started({
    maxClients: 1,
    trustedProxies: 1,
    authorize: (_request, { address }) => (asked.push(address), answers.next()),
  });
  await using _server = server;
  const first = connect(server, "192.0.2.7");
  assertEquals(await asked.next(), "192.0.2.7");
  using second = await connect(server, "192.0.2.8");
  assertEquals([second.status, asked.size], [503, 0]);
  answers.push(new Response(null, { status: 401 }));
  using rejected = await within(first, "the rejection");
  assertEquals(rejected.status, 401);

  const third = connect(server, "192.0.2.9");
  assertEquals(await asked.next(), "192.0.2.9");
  answers.push({ name: "somebody" });
  using taken = await within(third, "the handshake");
  using late = await connect(server, "192.0.2.8");
  assertEquals([taken.status, late.status, asked.size], [101, 503, 0]);
});
