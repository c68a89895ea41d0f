// Handshakes: clients that leave during the handshake, invalid requests, and many clients at once.

import { handshake, RawSocket } from "../../../tests/support/raw_socket.ts";
import { HostileClient } from "../hostile_client.ts";
import { check, outOf, type StallScenario, withCommas } from "../stall_scenario.ts";

const LEAVING = 200;
const AUTHORIZE_MS = 200;
const HANDSHAKE_TIMEOUT_MS = 2000;
const REQUESTS = 2000;
const REQUESTS_AT_ONCE = 20;
const STORM = 1000;
/** At most the backlog of a listener. */
const CONNECTING_AT_ONCE = 100;
const LIMIT_MS = 10_000;

/** The attack includes the time in which the server must notice the departures. */
export const CLOSED_WHILE_AUTHORIZED: StallScenario = {
  name: "authorize",
  title: `${LEAVING} clients that close their connection while \`authorize\` takes ${AUTHORIZE_MS} ms`,
  program() {
    let asked = 0;
    return {
      options: {
        handshakeTimeoutMs: HANDSHAKE_TIMEOUT_MS,
        async authorize() {
          asked += 1;
          await new Promise((resolve) => setTimeout(resolve, AUTHORIZE_MS));
          return {};
        },
      },
      counters: (server) => ({ asked, clients: server.clients.size }),
    };
  },
  prepare({ port, ask }) {
    const request = new TextEncoder().encode(handshake({ port }));
    return Promise.resolve(async () => {
      const before = await ask();
      await Promise.all(Array.from({ length: LEAVING }, async () => {
        using conn = await Deno.connect({ hostname: "127.0.0.1", port });
        await conn.write(request);
        await new Promise((resolve) => setTimeout(resolve, AUTHORIZE_MS / 4));
      }));
      await new Promise((resolve) => setTimeout(resolve, AUTHORIZE_MS + HANDSHAKE_TIMEOUT_MS + 1000));
      const after = await ask();
      const asked = after.asked! - before.asked!;
      check(asked > 0, '"authorize" was not called');
      return [
        { name: '"authorize" calls', value: asked, unit: outOf(LEAVING) },
        { name: "clients left", value: after.clients! - before.clients!, unit: "clients" },
      ];
    });
  },
};

/** This is not a valid host of a URL. */
export const IMPOSSIBLE_HOST: StallScenario = {
  name: "host",
  title: `${withCommas(REQUESTS)} handshakes with \`Host: :::\``,
  program: () => ({}),
  prepare: ({ port }) =>
    Promise.resolve(async () => {
      const outcomes = new Map<string, number>();
      await inParallel(REQUESTS, REQUESTS_AT_ONCE, async () => {
        const outcome = await outcomeOf(port, [["Host", ":::"]]);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      });
      return Array.from(outcomes, ([name, value]) => ({ name, value, unit: outOf(REQUESTS) }));
    }),
};

/** For comparison: many regular clients. */
export const CONNECT_STORM: StallScenario = {
  name: "storm",
  title: `${withCommas(STORM)} clients connect, ${CONNECTING_AT_ONCE} at a time, and stay`,
  program: () => ({ counters: (server) => ({ clients: server.clients.size }) }),
  prepare: ({ port, ask }) =>
    Promise.resolve(async () => {
      await inParallel(STORM, CONNECTING_AT_ONCE, async () => {
        const client = await HostileClient.connect(port);
        void client.read();
        await client.until(() => client.count("serverInfo") > 0, LIMIT_MS);
      });
      const { clients = 0 } = await ask();
      check(clients > STORM, "not all clients are connected");
      return [{ name: "clients connected", value: clients - 1, unit: outOf(STORM) }];
    }),
};

/** The server's answer to a handshake: a status, or the end of the connection. */
async function outcomeOf(port: number, headers: readonly (readonly [string, string])[]): Promise<string> {
  try {
    using socket = await RawSocket.connect({ port, headers });
    return `responses ${socket.status}`;
  } catch {
    return "connections ended without a response";
  }
}

async function inParallel(count: number, atOnce: number, once: () => Promise<void>): Promise<void> {
  let started = 0;
  const next = async () => {
    while (started < count) {
      started += 1;
      await once();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, next));
}
