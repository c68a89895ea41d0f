// A listener that no longer accepts connections, with fake connections, with a real listener, and without descriptors.

import process from "node:process";
import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { AcceptWatchdog } from "../../../src/server/direct/accept_watchdog.ts";
import type { NodeServer, RawSocket } from "../../../src/server/direct/node_http.ts";
import { bytes, settled } from "../../support/conversation.ts";
import { countDescriptors, untilDescriptors } from "../../support/descriptors.ts";
import { within } from "../../support/events.ts";
import { Program } from "../../support/program.ts";
import { TestClock } from "../../support/test_clock.ts";
import { exchange, openDirect, RawClient, statusesOf } from "./fixture.ts";

const QUIET_MS = 5000;
const ACCEPT_MS = 1000;
const LAST = "GET /last HTTP/1.1\r\nHost: robot\r\nConnection: close\r\n\r\n";
const HANDSHAKE = "GET / HTTP/1.1\r\nHost: robot\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/** A watchdog whose connections the test controls. */
function fakeWatchdog() {
  const clock = new TestClock();
  const probes: { connect(): void; fail(code: string): void; isDestroyed: boolean }[] = [];
  let deaf = 0;
  const watchdog = new AcceptWatchdog({
    clock,
    connect() {
      const listeners = new Map<string, (error?: Error) => void>();
      const probe = {
        connect: () => listeners.get("connect")?.(),
        fail: (code: string) => listeners.get("error")?.(Object.assign(new Error(code), { code })),
        isDestroyed: false,
      };
      probes.push(probe);
      return {
        on: (event: string, listener: () => void) => listeners.set(event, listener),
        unref() {},
        destroy: () => probe.isDestroyed = true,
      } as unknown as RawSocket;
    },
    nextTurn: () => Promise.resolve(),
    onDeaf: () => deaf += 1,
  });
  /** Advances the clock, and waits for what follows. */
  const advance = async (ms: number) => {
    clock.advance(ms);
    await settled();
  };
  return { watchdog, clock, probes, advance, deaf: () => deaf };
}

Deno.test("AcceptWatchdog connects when no connection was accepted for 5 seconds", async () => {
  const { watchdog, probes, advance } = fakeWatchdog();
  await advance(QUIET_MS - 1);
  watchdog.accepted();
  await advance(1);
  assertEquals(probes.length, 0);
  await advance(QUIET_MS - 2);
  assertEquals(probes.length, 0);
  await advance(1);
  assertEquals(probes.length, 1);
  watchdog.stop();
});

Deno.test("AcceptWatchdog reports a connection that is not accepted within a second, and continues", async () => {
  const { watchdog, probes, advance, deaf } = fakeWatchdog();
  for (let round = 1; round <= 2; round++) {
    await advance(QUIET_MS);
    probes.at(-1)?.connect();
    await advance(ACCEPT_MS - 1);
    assertEquals([deaf(), probes.at(-1)?.isDestroyed], [round - 1, false]);
    await advance(1);
    assertEquals([deaf(), probes.length, probes.at(-1)?.isDestroyed], [round, round, true]);
  }
  watchdog.stop();
});

Deno.test("AcceptWatchdog reports nothing if any connection is accepted meanwhile", async () => {
  const { watchdog, probes, advance, deaf } = fakeWatchdog();
  await advance(QUIET_MS);
  probes[0]?.connect();
  watchdog.accepted();
  await advance(ACCEPT_MS);
  assertEquals([deaf(), probes[0]?.isDestroyed], [0, true]);
  watchdog.stop();
});

for (const [code, reports] of [["ECONNREFUSED", 1], ["ENOENT", 1], ["EMFILE", 0], ["EADDRNOTAVAIL", 0]] as const) {
  Deno.test(`AcceptWatchdog reports ${reports} times after the error ${code}`, async () => {
    const { watchdog, probes, advance, deaf } = fakeWatchdog();
    await advance(QUIET_MS);
    probes[0]?.fail(code);
    await advance(ACCEPT_MS);
    assertEquals(deaf(), reports);
    await advance(QUIET_MS);
    assertEquals(probes.length, 2);
    watchdog.stop();
  });
}

Deno.test("AcceptWatchdog.stop() ends its connection and all timers", async () => {
  const { watchdog, clock, probes, advance, deaf } = fakeWatchdog();
  await advance(QUIET_MS);
  probes[0]?.connect();
  watchdog.stop();
  await advance(ACCEPT_MS + QUIET_MS);
  assertEquals([deaf(), probes.length, probes[0]?.isDestroyed, clock.pendingTimers], [0, 1, true, 0]);
});

/** Starts a listener, and returns also the server of node:http behind it. */
async function openWithServer() {
  const { getBuiltinModule } = process;
  let server: NodeServer | undefined;
  process.getBuiltinModule = (name: string) => {
    const module = getBuiltinModule(name) as { createServer(options: object): NodeServer };
    return name !== "node:http" ? module : {
      ...module,
      createServer: (options: object) => server = module.createServer(options),
    };
  };
  try {
    const direct = await openDirect({
      onUpgrade(_request, _info, upgrade) {
        const taken = upgrade.take({});
        taken?.socket.on("data", (bytes) => void taken.socket.write(bytes));
        taken?.socket.on("end", () => taken.socket.destroy());
        return undefined;
      },
    });
    return { direct, server: server as NodeServer };
  } finally {
    process.getBuiltinModule = getBuiltinModule;
  }
}

Deno.test("DirectListener listens again if it does not accept its own connection, and keeps its clients", async () => {
  const { direct, server } = await openWithServer();
  await using _direct = direct;
  using client = await RawClient.connect(direct.port);
  await client.send(HANDSHAKE);
  await client.readUntil("\r\n\r\n");
  direct.clock.advance(QUIET_MS);
  // The listener accepts the connection of its watchdog.
  await exchange(direct.port, LAST);
  direct.clock.advance(ACCEPT_MS);
  for (let turn = 0; turn < 10; turn++) await settled();
  assertEquals(direct.lines, []);

  server.close();
  direct.clock.advance(QUIET_MS);
  await within(refused(direct.port), "a refused connection");
  direct.clock.advance(ACCEPT_MS);
  await within(logged(direct.lines, 2), "two lines");
  assertEquals(direct.lines, [
    "error: Cannot accept clients on ws://127.0.0.1: new connections get no response; opening the listener again",
    "info: Listening on ws://127.0.0.1 again",
  ]);
  assertEquals(statusesOf(await exchange(direct.port, LAST)), [200]);
  await client.send("ping");
  await client.readUntil("ping");
});

Deno.test("DirectListener.finished rejects if another program has taken the port meanwhile", async () => {
  const { direct, server } = await openWithServer();
  await using _direct = direct;
  using client = await RawClient.connect(direct.port);
  await client.send(HANDSHAKE);
  await client.readUntil("\r\n\r\n");
  server.close();
  const finished = assertRejects(
    () => direct.listener.finished,
    Error,
    `Cannot listen on 127.0.0.1:${direct.port}: the port is in use`,
  );
  using other = Deno.listen({ hostname: "127.0.0.1", port: direct.port });
  direct.clock.advance(QUIET_MS);
  using _probe = await within(other.accept(), "the connection of the watchdog");
  direct.clock.advance(ACCEPT_MS);
  await within(finished, "the end");
  await client.send("ping");
  await client.readUntil("ping");
  const retired = direct.listener.retire();
  client.close();
  await within(retired, "the end of the last connection");
});

/** Waits until the port refuses connections. */
async function refused(port: number): Promise<void> {
  await assertRejects(() => RawClient.connect(port), Deno.errors.ConnectionRefused);
  for (let turn = 0; turn < 10; turn++) await settled();
}

/** Waits until a log has so many lines. */
async function logged(lines: readonly string[], count: number): Promise<void> {
  while (lines.length < count) await settled();
}

Deno.test({
  name: "DirectListener keeps its clients while no descriptor is free, and accepts clients afterwards",
  ignore: Deno.build.os === "windows",
  async fn() {
    const fixture = new URL("./fixtures/few_descriptors.ts", import.meta.url).href;
    await using program = new Program({ descriptors: 100 }, "--allow-net=127.0.0.1", fixture);
    const port = Number(await program.line());
    using client = await RawClient.connect(port);
    await client.send(HANDSHAKE);
    await client.readUntil("\r\n\r\n");
    const echo = async () => {
      await client.send("ping");
      await client.readUntil("ping");
    };
    const before = countDescriptors(program.pid);
    const peers: Deno.Conn[] = [];
    for (let count = 0; count < 150; count++) {
      const peer = await Deno.connect({ hostname: "127.0.0.1", port });
      peers.push(peer);
      await peer.write(bytes("GET / HTTP/1.1\r\nHost: robot"));
    }
    await echo();
    for (const peer of peers) peer.close();
    await within(untilDescriptors(program.pid, before), "free descriptors");
    await echo();
    // Deno (2.9) would accept no further connection.
    assertEquals([await program.line(), await program.line()], [
      `error: Cannot accept clients on ws://127.0.0.1:${port}: new connections get no response; opening the listener again`,
      `info: Listening on ws://127.0.0.1:${port} again`,
    ]);
    assertEquals(statusesOf(await exchange(port, LAST)), [200]);
    await echo();
    client.close();
    program.kill("SIGTERM");
    const { code, stderr } = await program.ended();
    assertEquals([code, stderr], [0, ""]);
  },
});
