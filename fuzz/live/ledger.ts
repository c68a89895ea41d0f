// Ledger: which hooks were called, and whether each beginning has its end.

import type { FoxgloveServerListener, ListenerContext } from "../../src/server/listener.ts";
import type { Logger } from "../../src/server/logger.ts";
import { settled } from "../../tests/support/conversation.ts";

/** The books of one server. */
export class Ledger {
  readonly faults: string[] = [];
  readonly #open = new Set<string>();

  /** What began and has not ended, in words. */
  get open(): string[] {
    return [...this.#open];
  }

  /** What fails on the server's side is its fault: these hooks never throw. */
  readonly logger: Logger = {
    debug() {},
    info() {},
    warn() {},
    error: (message, ...details) => void this.faults.push(`logged: ${message} ${details.join(" ")}`),
  };

  /** Hooks that keep the books, and answer whatever is asked. */
  readonly listener: FoxgloveServerListener = {
    onClientConnect: (_server, { client }) => this.#begins(`client ${client.id}`),
    onClientDisconnect: (_server, { client, signal }) => {
      const left = this.open.filter((what) => what.startsWith(`client ${client.id} `));
      if (left.length > 0) this.faults.push(`a client has gone before this ended: ${left.join(", ")}`);
      if (!signal.aborted) this.faults.push(`client ${client.id} has gone, but its signal has not aborted`);
      this.#ends(`client ${client.id}`);
    },
    onSubscribe: (_server, id, context) => this.#beginsFor(context, `channel ${id}`),
    onUnsubscribe: (_server, id, context) => this.#endsFor(context, `channel ${id}`),
    onClientSubscribe: (_server, id, context) => this.#beginsFor(context, `${nameOf(context)} on channel ${id}`),
    onClientUnsubscribe: (_server, id, context) => this.#endsFor(context, `${nameOf(context)} on channel ${id}`),
    onClientAdvertise: (_server, { id }, context) => this.#beginsFor(context, `${nameOf(context)} publishing on ${id}`),
    onClientUnadvertise: (_server, id, context) => this.#endsFor(context, `${nameOf(context)} publishing on ${id}`),
    onClientMessage: (_server, id, _payload, context) => {
      const channel = `${nameOf(context)} publishing on ${id}`;
      if (!this.#open.has(channel)) this.faults.push(`a message without ${channel}`);
    },
    onParametersSubscribe: (_server, names, subscribe, context) => {
      for (const name of names) {
        if (subscribe) this.#beginsFor(context, `parameter ${name}`);
        else this.#endsFor(context, `parameter ${name}`);
      }
    },
    onConnectionGraphSubscribe: (_server, subscribe, context) => {
      if (subscribe) this.#beginsFor(context, "graph");
      else this.#endsFor(context, "graph");
    },
    onServiceRequest: async (_server, _serviceId, _callId, encoding, payload) => {
      await settled();
      return { encoding, payload };
    },
    onFetchAsset: async (_server, uri) => {
      await settled();
      return new TextEncoder().encode(uri);
    },
    onGetParameters: (_server, names) => names.map((name) => ({ name, value: 1 })),
    onSetParameters: async (_server, parameters) => {
      await settled();
      return parameters;
    },
    onPlaybackControl: (_server, { speed }) => ({ status: "playing", currentTime: 1n, speed, didSeek: false }),
    onError: (_server, error) => void this.faults.push(`onError: ${error}`),
  };

  #beginsFor(context: ListenerContext, what: string): void {
    if (!this.#open.has(nameOf(context))) this.faults.push(`${what} began for ${nameOf(context)}, which is not here`);
    this.#begins(what);
  }

  #endsFor(context: ListenerContext, what: string): void {
    if (!this.#open.has(nameOf(context))) this.faults.push(`${what} ended for ${nameOf(context)}, which is not here`);
    this.#ends(what);
  }

  #begins(what: string): void {
    if (this.#open.has(what)) this.faults.push(`${what} began twice`);
    this.#open.add(what);
  }

  #ends(what: string): void {
    if (!this.#open.delete(what)) this.faults.push(`${what} ended without having begun`);
  }
}

function nameOf({ client }: ListenerContext): string {
  return `client ${client.id}`;
}
