// Rate limits of clients that reconnect: they keep their debt, and other clients do not get it.

import { assertEquals } from "@std/assert/equals";
import { StatusLevel } from "../../../src/protocol/status.ts";
import { RateLimit } from "../../../src/session/rate_limit.ts";
import type { ServerMessage } from "../../../src/protocol/messages.ts";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import { RateDebts } from "../../../src/server/clients/rate_debts.ts";
import { conversation, type FakeClient, type FakeClientOptions, settled } from "../../support/conversation.ts";
import { TestClock } from "../../support/test_clock.ts";

const HERE: Deno.NetAddr = { transport: "tcp", hostname: "192.0.2.7", port: 5001 };
const HERE_AGAIN: Deno.NetAddr = { ...HERE, port: 5002 };
const THERE: Deno.NetAddr = { ...HERE, hostname: "192.0.2.8" };
const FORWARDED: Deno.NetAddr = { ...HERE, port: 0 };

/** A server that accepts ten messages per second. */
function limited(options: Partial<FoxgloveServerOptions> = {}) {
  const clock = new TestClock();
  const { server, client } = conversation({ maxMessagesPerSecond: 10, ...options }, { clock });
  return { server, clock, connect: (how: FakeClientOptions) => client(how) };
}

/** Sends this number of messages. Returns how many statuses report that the rate is exceeded. */
function sends(client: FakeClient, count: number): number {
  for (let index = 0; index < count; index++) client.saysRaw(new Uint8Array());
  const isWarning = (message: ServerMessage) =>
    message.op === "status" && message.message.includes("maxMessagesPerSecond");
  return client.takesAll().filter(isWarning).length;
}

Deno.test("a client that reconnects continues with the rate that it had left, and has a full one after a pause", () => {
  const { connect, clock } = limited();
  const first = connect({ remoteAddr: HERE });
  assertEquals(sends(first, 10), 0);
  first.leaves();
  const second = connect({ remoteAddr: HERE_AGAIN });
  assertEquals(sends(second, 1), 1);
  second.leaves();
  clock.advance(600);
  const third = connect({ remoteAddr: HERE });
  assertEquals([sends(third, 5), sends(third, 1)], [0, 1]);
  third.leaves();
  clock.advance(2000);
  assertEquals(sends(connect({ remoteAddr: HERE }), 10), 0);
});

Deno.test("a client that was disconnected for its rate is disconnected again at its first message", async () => {
  const { server, connect, clock } = limited();
  const first = connect({ remoteAddr: HERE });
  assertEquals(sends(first, 21), 2);
  assertEquals(first.closedWith, { code: 1008, reason: "sends too much" });
  await settled();
  const second = connect({ remoteAddr: HERE });
  second.saysRaw(new Uint8Array());
  second.hearsStatus(StatusLevel.ERROR, "Sends more than", "this client is disconnected");
  await settled();
  assertEquals(server.stats().disconnections.excess, 2);
  clock.advance(1500);
  assertEquals(sends(connect({ remoteAddr: HERE }), 1), 0);
});

const FULL: Readonly<Record<string, Partial<Record<"before" | "after", Deno.Addr>> & { trustedProxies?: number }>> = {
  "from another address": { before: HERE, after: THERE },
  "from an unknown address": {},
  "through a Unix socket": {
    before: { transport: "unix", path: "/run/robot.sock" },
    after: { transport: "unix", path: "/run/robot.sock" },
  },
  "through a proxy that did not forward its address": { before: HERE, after: HERE_AGAIN, trustedProxies: 1 },
};

for (const [how, { before, after, trustedProxies = 0 }] of Object.entries(FULL)) {
  Deno.test(`a client that connects ${how} after another one has a full rate`, () => {
    const { connect } = limited({ trustedProxies });
    const first = connect(before ? { remoteAddr: before } : {});
    assertEquals(sends(first, 10), 0);
    first.leaves();
    assertEquals(sends(connect(after ? { remoteAddr: after } : {}), 10), 0);
  });
}

Deno.test("a client behind a proxy that forwards its address keeps its rate when it reconnects", () => {
  const { connect } = limited({ trustedProxies: 1 });
  const first = connect({ remoteAddr: FORWARDED });
  assertEquals(sends(first, 10), 0);
  first.leaves();
  assertEquals(sends(connect({ remoteAddr: FORWARDED }), 1), 1);
});

Deno.test("clients that are connected at the same time do not share a rate, and a later client inherits the debt of one", () => {
  const { connect } = limited();
  const [first, second] = [connect({ remoteAddr: HERE }), connect({ remoteAddr: HERE })];
  assertEquals([sends(first, 10), sends(second, 10)], [0, 0]);
  first.leaves();
  const [next, other] = [connect({ remoteAddr: HERE }), connect({ remoteAddr: HERE })];
  assertEquals([sends(next, 1), sends(other, 10)], [1, 0]);
});

Deno.test("RateDebts remembers at most 1024 clients, each for ten seconds, and only those with a debt", () => {
  const clock = new TestClock();
  const debts = new RateDebts(clock, 0);
  /** Very slow, so that only the age ends the debt. */
  const rates = (spent: number) => {
    const messages = new RateLimit(1);
    messages.admit(clock.now(), spent);
    return { messages, bytes: new RateLimit(0) };
  };
  debts.add(HERE, rates(0));
  assertEquals(debts.size, 0);
  for (let index = 0; index < 2000; index++) debts.add({ ...HERE, hostname: `h${index}` }, rates(1000));
  assertEquals(debts.size, 1024);
  assertEquals(debts.take({ ...HERE, hostname: "h975" }), undefined);
  assertEquals(debts.take({ ...HERE, hostname: "h976" }) !== undefined, true);
  clock.advance(10_000);
  assertEquals(debts.take({ ...HERE, hostname: "h1999" }), undefined);
  debts.add(HERE, rates(1));
  assertEquals(debts.size, 1);
});
