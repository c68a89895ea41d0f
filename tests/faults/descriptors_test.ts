// A server runs out of file descriptors, and releases the descriptors of its clients.

import { assertEquals } from "@std/assert/equals";
import { delay } from "@std/async/delay";
import { bytes } from "../support/conversation.ts";
import { countDescriptors, untilDescriptors } from "../support/descriptors.ts";
import { within } from "../support/events.ts";
import { Program } from "../support/program.ts";
import { handshake, Opcode, RawSocket } from "../support/raw_socket.ts";
import { TRANSPORT } from "../support/transport.ts";

const FIXTURE = new URL("../server/fixtures/few_descriptors.ts", import.meta.url).href;

/** Starts a server program that may open 100 descriptors. */
async function startWithFewDescriptors(): Promise<{ program: Program; port: number; url: string }> {
  const program = new Program({ descriptors: 100 }, "--allow-net=127.0.0.1", FIXTURE, TRANSPORT);
  const url = /\((.+)\)$/.exec(await line(program))?.[1] ?? "";
  return { program, port: Number(new URL(url).port), url };
}

/** Reads the next line of a program, except lines about clients. */
async function line(program: Program): Promise<string> {
  for (;;) {
    const line = await program.line();
    if (!line.startsWith("info: Client ")) return line;
  }
}

/** Opens 100 connections with half a request on each, or as many as the server accepts. */
async function exhaust(port: number): Promise<Deno.Conn[]> {
  const peers: Deno.Conn[] = [];
  while (peers.length < 100) {
    try {
      const peer = await Deno.connect({ hostname: "127.0.0.1", port });
      peers.push(peer);
      await peer.write(bytes("GET / HTTP/1.1\r\nHost: robot"));
    } catch {
      break; // the server has stopped listening
    }
  }
  return peers;
}

/** Subscribes again, and waits for the next data message. */
async function exchange(client: RawSocket): Promise<void> {
  await client.sendText('{"op":"unsubscribe","subscriptionIds":[7]}');
  await client.sendText('{"op":"subscribe","subscriptions":[{"id":7,"channelId":1}]}');
  for (;;) {
    const frame = await within(client.readFrame(), "data");
    if (!frame) throw new Error("The server ended the connection");
    if (frame.opcode === Opcode.BINARY) {
      return assertEquals(new TextDecoder().decode(frame.payload.subarray(13)), "served");
    }
  }
}

/** Connects as soon as the server has the descriptors for it. */
async function connected(port: number, program: Program): Promise<RawSocket> {
  for (;;) {
    try {
      return await RawSocket.connect({ port, answersPings: true });
    } catch {
      await line(program); // the line says that the listener has failed, or that it listens again
    }
  }
}

/** Waits until the server has disconnected the peer. */
async function disconnected(peer: Deno.Conn): Promise<void> {
  try {
    while (await peer.read(new Uint8Array(1024)) !== null);
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  }
}

const ignore = Deno.build.os === "windows";

/** The line by which the server at a URL logs that it cannot accept clients. */
function lostLine(url: string): string {
  const reason = {
    native: "Error: Too many open files (os error 24); trying to listen again (undefined)",
    direct: `new connections get no response; opening the listener again (${url})`,
  }[TRANSPORT];
  return `error: Cannot accept clients on ${url}: ${reason}`;
}

/**
 * Frees descriptors of the server, and waits until it has logged that it cannot accept clients. With `Deno.serve`, it
 * notices that before. The direct listener only notices it when descriptors are free.
 */
async function freeDescriptors(program: Program, url: string, free: () => void | Promise<void>): Promise<void> {
  if (TRANSPORT === "direct") await free();
  assertEquals(await line(program), lostLine(url));
  if (TRANSPORT === "native") await free();
}

/** Ends the program by a signal, and asserts that its server closes. */
async function assertCloses(program: Program): Promise<void> {
  program.kill("SIGTERM");
  const { code, lines, stderr } = await program.ended();
  // While no descriptor was free, Deno could not open the file that NODE_EXTRA_CA_CERTS names either, and says so.
  const errors = stderr.replace(/^Warning: Ignoring extra certs .*\n/, "");
  assertEquals({ code, last: lines.at(-1), errors }, { code: 0, last: "info: Closed (undefined)", errors: "" });
}

Deno.test({
  name: "FoxgloveServer keeps its clients while no descriptor is free, and then listens again on the same port",
  ignore,
  async fn() {
    const { program, port, url } = await startWithFewDescriptors();
    await using _program = program;
    using before = await RawSocket.connect({ port, answersPings: true });
    await exchange(before);
    const peers = await exhaust(port);
    await freeDescriptors(program, url, async () => {
      await exchange(before);
      for (const peer of peers) peer.close();
    });
    assertEquals(await line(program), `info: Listening on ${url} again (${url})`);
    using after = await connected(port, program);
    await exchange(after);
    await exchange(before);
    await assertCloses(program);
  },
});

Deno.test({
  name: "FoxgloveServer without clients disconnects the peers that use all descriptors, and keeps its process alive",
  ignore,
  async fn() {
    const { program, port, url } = await startWithFewDescriptors();
    await using _program = program;
    const peers = await exhaust(port);
    await freeDescriptors(program, url, async () => {
      await within(Promise.all(peers.map(disconnected)), "the peers' end");
    });
    assertEquals(await line(program), `info: Listening on ${url} again (${url})`);
    using client = await connected(port, program);
    await exchange(client);
    for (const peer of peers) peer.close();
    await assertCloses(program);
  },
});

Deno.test("FoxgloveServer releases the descriptors of clients that leave while authorize resolves", async () => {
  const fixture = new URL("../server/fixtures/slow_authorize.ts", import.meta.url).href;
  await using program = new Program("--allow-net=127.0.0.1", fixture, TRANSPORT);
  const port = Number(await line(program));
  const before = countDescriptors(program.pid);
  const visit = async (stayMs: number) => {
    const peer = await Deno.connect({ hostname: "127.0.0.1", port });
    await peer.write(bytes(handshake({ port })));
    await delay(stayMs);
    peer.close();
  };
  // `authorize` takes 5 ms. The server may learn of some departures just before it answers, and of others just after.
  const visits = async () => {
    for (let client = 0; client < 60; client++) await visit(3 + client % 5);
  };
  await Promise.all(Array.from({ length: 5 }, visits));
  // Some are Deno's own, which it opened on the way. Every tenth client used to leave one.
  await within(untilDescriptors(program.pid, before + 9), "the descriptors of those who left");
});
