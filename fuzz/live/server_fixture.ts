// ServerFixture: a server on loopback with a probe client, for scenarios with hostile clients.

import { CAPABILITIES } from "../../src/protocol/capabilities.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { applyToServer } from "../../tests/model/server_driver.ts";
import { SinkDriver } from "../../tests/model/sink_driver.ts";
import type { ServerOperation } from "../../tests/model/operations.ts";
import { settled } from "../../tests/support/conversation.ts";
import { MS, within } from "../../tests/support/events.ts";
import type { Transport } from "../../tests/support/transports.ts";
import { ProbeClient } from "./probe_client.ts";
import { runHostileClient } from "./hostile_client.ts";
import { HookTracker } from "./hook_tracker.ts";
import type { ConnectionPlan, Scenario } from "./scenario.ts";

/** Channels to subscribe to, and a service to call. */
const FIRST_OPERATIONS: readonly ServerOperation[] = [
  { type: "addChannel", topic: "/a" },
  { type: "addChannel", topic: "/b", latch: 2 },
  { type: "addChannel", topic: "/c" },
  { type: "addService", name: "/s" },
];

/** Enough for slow machines. */
const LIMIT_MS = 10_000 * MS;

/** A server whose state must be the same before and after each scenario. */
export class ServerFixture {
  readonly #server: FoxgloveServer;
  readonly #hooks: HookTracker;
  readonly #port: number;
  readonly #probe: ProbeClient;
  readonly #sinks = new SinkDriver();
  /** Removes the listeners for unhandled errors. */
  readonly #listenersAbort = new AbortController();

  private constructor(server: FoxgloveServer, tracker: HookTracker, port: number, probe: ProbeClient) {
    this.#server = server;
    this.#hooks = tracker;
    this.#port = port;
    this.#probe = probe;
    const { signal } = this.#listenersAbort;
    globalThis.addEventListener("unhandledrejection", (event) => {
      event.preventDefault();
      tracker.faults.push(`unhandled rejection: ${event.reason}`);
    }, { signal });
    globalThis.addEventListener("error", (event) => {
      event.preventDefault();
      tracker.faults.push(`unhandled error: ${event.error}`);
    }, { signal });
  }

  /** Starts a server with every capability, and connects the probe. */
  static async start(transport: Transport): Promise<ServerFixture> {
    const tracker = new HookTracker();
    const server = new FoxgloveServer({
      name: "fuzz",
      port: 0,
      transport,
      capabilities: CAPABILITIES,
      dataStartTime: 0n,
      dataEndTime: 9n,
      listener: tracker.listener,
      logger: tracker.logger,
    });
    for (const operation of FIRST_OPERATIONS) applyToServer(server, operation, new SinkDriver());
    const { port } = await server.start();
    return new ServerFixture(server, tracker, port, await ProbeClient.connect(port));
  }

  /** Runs a scenario. Rejects if anything remains of it. */
  async run({ connections, serverOperations }: Scenario): Promise<void> {
    const finished = Promise.all(connections.map((plan) => runHostileClient(plan, this.#port)));
    // The rejection is handled below, after the operations of the program.
    finished.catch(() => {});
    for (const operation of serverOperations) {
      this.#applyToServer(operation);
      await settled();
    }
    await within(finished, "hostile clients to disconnect", LIMIT_MS);
    await this.#until(() => this.#server.clients.size <= 1, "clients are still connected");
    this.#sinks.removeAll();
    this.#check(["client 1"]);
    await this.#checkProbe();
  }

  /** Closes the server while these clients connect. Rejects if anything remains of them. */
  async close(connections: readonly ConnectionPlan[] = []): Promise<void> {
    const finished = Promise.allSettled(connections.map((plan) => runHostileClient(plan, this.#port)));
    await settled();
    const closed = this.#server.close({ graceMs: 2 * LIMIT_MS });
    await this.#probe.close();
    await within(finished, "hostile clients to disconnect from a closing server", LIMIT_MS);
    await within(closed, "close() without clients", LIMIT_MS);
    this.#listenersAbort.abort();
    this.#check([]);
  }

  #applyToServer(operation: ServerOperation): void {
    try {
      applyToServer(this.#server, operation, this.#sinks);
    } catch (error) {
      // The operation has an unknown id.
      if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    }
  }

  #check(open: readonly string[]): void {
    const faults = [...this.#hooks.faults];
    if (String(this.#hooks.open) !== String(open)) faults.push(`not ended: ${this.#hooks.open.join(", ")}`);
    const { clients, channels, connections, disconnections, received, messagesReceived } = this.#server.stats();
    if (clients.length !== open.length) faults.push(`stats() shows ${clients.length} clients`);
    if (channels.some(({ subscribers }) => subscribers > 0)) faults.push("stats() shows subscribers");
    if (total(connections) !== total(disconnections) + clients.length) faults.push("stats() lost a client");
    const messages = Object.values(received).reduce((sum, each) => sum + each.messages, 0);
    if (messages !== messagesReceived) faults.push("stats() lost a message");
    if (faults.length > 0) throw new Error(faults.join("\n"));
  }

  /** Checks that the probe still receives messages. */
  async #checkProbe(): Promise<void> {
    const channelId = this.#server.addChannel({ topic: "/probe", encoding: "json" });
    await this.#probe.subscribe(channelId);
    this.#server.sendMessage(channelId, 1n, "{}");
    await this.#probe.waitForData(channelId);
    this.#server.removeChannel(channelId);
  }

  async #until(condition: () => boolean, failure: string): Promise<void> {
    const limit = AbortSignal.timeout(LIMIT_MS);
    while (!condition()) {
      if (limit.aborted) throw new Error(failure);
      await settled();
    }
  }
}

/** Runs one scenario with a new server. Rejects if anything remains of it. */
export async function runScenario(scenario: Scenario, transport: Transport): Promise<void> {
  const fixture = await ServerFixture.start(transport);
  try {
    await fixture.run(scenario);
  } catch (error) {
    await fixture.close().catch(() => {});
    throw error;
  }
  await fixture.close();
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, each) => sum + each, 0);
}
