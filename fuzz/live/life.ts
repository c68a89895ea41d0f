// Life: one server on loopback, from its start to its end, under waves of hostile clients.

import { CAPABILITIES } from "../../src/protocol/capabilities.ts";
import { FoxgloveServer } from "../../src/server/server.ts";
import { applyOwners } from "../../tests/model/owner.ts";
import type { OwnersOperation } from "../../tests/model/operations.ts";
import { settled } from "../../tests/support/conversation.ts";
import { MS, within } from "../../tests/support/events.ts";
import { HealthyClient } from "./healthy.ts";
import { carryOut } from "./hostile.ts";
import { Ledger } from "./ledger.ts";
import type { ConnectionPlan, Wave } from "./plan.ts";

/** What there is to subscribe to and to call. */
const BEGINNING: readonly OwnersOperation[] = [
  { do: "addChannel", topic: "/a" },
  { do: "addChannel", topic: "/b", latch: 2 },
  { do: "addChannel", topic: "/c" },
  { do: "addService", name: "/s" },
];

/** However slow the machine, the server gets to it sooner. */
const LIMIT_MS = 10_000 * MS;

/** A server that every wave must leave as it was. */
export class Life {
  readonly #server: FoxgloveServer;
  readonly #ledger: Ledger;
  readonly #port: number;
  readonly #healthy: HealthyClient;
  /** Ends what listens to the faults that nobody handles. */
  readonly #ending = new AbortController();

  private constructor(server: FoxgloveServer, ledger: Ledger, port: number, healthy: HealthyClient) {
    this.#server = server;
    this.#ledger = ledger;
    this.#port = port;
    this.#healthy = healthy;
    const { signal } = this.#ending;
    globalThis.addEventListener("unhandledrejection", (event) => {
      event.preventDefault();
      ledger.faults.push(`a rejection that nobody handled: ${event.reason}`);
    }, { signal });
    globalThis.addEventListener("error", (event) => {
      event.preventDefault();
      ledger.faults.push(`an error that nobody handled: ${event.error}`);
    }, { signal });
  }

  /** Starts a server with every capability, and connects a healthy client. */
  static async begin(): Promise<Life> {
    const ledger = new Ledger();
    const server = new FoxgloveServer({
      name: "fuzz",
      port: 0,
      capabilities: CAPABILITIES,
      dataStartTime: 0n,
      dataEndTime: 9n,
      listener: ledger.listener,
      logger: ledger.logger,
    });
    for (const operation of BEGINNING) applyOwners(server, operation);
    const { port } = await server.start();
    return new Life(server, ledger, port, await HealthyClient.connect(port));
  }

  /** Lets a wave break. Rejects if it leaves anything behind. */
  async endure({ connections, owner }: Wave): Promise<void> {
    const gone = Promise.all(connections.map((plan) => carryOut(plan, this.#port)));
    // Handled below, but the owner comes first.
    gone.catch(() => {});
    for (const operation of owner) {
      this.#applyOwners(operation);
      await settled();
    }
    await within(gone, "hostile clients to hang up", LIMIT_MS);
    await this.#until(() => this.#server.clients.size <= 1, "clients are left over");
    this.#check(["client 1"]);
    await this.#serve();
  }

  /** Closes the server, while these clients come. Rejects if anything is left. */
  async end(connections: readonly ConnectionPlan[] = []): Promise<void> {
    const gone = Promise.allSettled(connections.map((plan) => carryOut(plan, this.#port)));
    await settled();
    const closed = this.#server.close({ graceMs: 2 * LIMIT_MS });
    await this.#healthy.leave();
    await within(gone, "hostile clients to hang up from a server that closes", LIMIT_MS);
    await within(closed, "close(), with all clients gone", LIMIT_MS);
    this.#ending.abort();
    this.#check([]);
  }

  #applyOwners(operation: OwnersOperation): void {
    try {
      applyOwners(this.#server, operation);
    } catch (error) {
      // Ids that name nothing.
      if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    }
  }

  #check(open: readonly string[]): void {
    const faults = [...this.#ledger.faults];
    if (String(this.#ledger.open) !== String(open)) faults.push(`has not ended: ${this.#ledger.open.join(", ")}`);
    const { clients, channels } = this.#server.stats();
    if (clients.length !== open.length) faults.push(`stats() shows ${clients.length} clients`);
    if (channels.some(({ subscribers }) => subscribers > 0)) faults.push("stats() shows subscribers");
    if (faults.length > 0) throw new Error(faults.join("\n"));
  }

  /** The healthy client gets what it asks for. */
  async #serve(): Promise<void> {
    const channelId = this.#server.addChannel({ topic: "/healthy", encoding: "json" });
    await this.#healthy.subscribe(channelId);
    this.#server.sendMessage(channelId, 1n, "{}");
    await this.#healthy.receives(channelId);
    this.#server.removeChannel(channelId);
  }

  async #until(isSo: () => boolean, otherwise: string): Promise<void> {
    const limit = AbortSignal.timeout(LIMIT_MS);
    while (!isSo()) {
      if (limit.aborted) throw new Error(otherwise);
      await settled();
    }
  }
}

/** Has a server of its own endure one wave. Rejects if it leaves anything behind. */
export async function endureAlone(wave: Wave): Promise<void> {
  const life = await Life.begin();
  try {
    await life.endure(wave);
  } catch (error) {
    await life.end().catch(() => {});
    throw error;
  }
  await life.end();
}
