// HookTracker: records hook calls, and checks that each reported beginning has one end.

import type { FoxgloveServerListener, ListenerContext } from "../../src/server/listener.ts";
import type { Logger } from "../../src/logger.ts";
import { settled } from "../../tests/support/conversation.ts";

/** The hook calls of one server. */
export class HookTracker {
  readonly faults: string[] = [];
  readonly #open = new Set<string>();

  /** What has begun and not ended, as text. */
  get open(): string[] {
    return [...this.#open];
  }

  /** Every logged error is a fault of the server, because these hooks never throw. */
  readonly logger: Logger = {
    debug() {},
    info() {},
    warn() {},
    error: (message, ...details) => void this.faults.push(`logged: ${message} ${details.join(" ")}`),
  };

  /** Hooks that record their calls, and answer all requests. */
  readonly listener: FoxgloveServerListener = {
    onClientConnect: (_server, { client }) => this.#begin(`client ${client.id}`),
    onClientDisconnect: (_server, { client, signal }) => {
      const left = this.open.filter((what) => what.startsWith(`client ${client.id} `));
      if (left.length > 0) this.faults.push(`client ${client.id} disconnected before this ended: ${left.join(", ")}`);
      if (!signal.aborted) this.faults.push(`client ${client.id} disconnected, but its signal has not aborted`);
      this.#end(`client ${client.id}`);
    },
    onSubscribe: (_server, id, context) => this.#beginFor(context, `channel ${id}`),
    onUnsubscribe: (_server, id, context) => this.#endFor(context, `channel ${id}`),
    onClientSubscribe: (_server, id, context) => this.#beginFor(context, `${nameOf(context)} on channel ${id}`),
    onClientUnsubscribe: (_server, id, context) => this.#endFor(context, `${nameOf(context)} on channel ${id}`),
    onClientAdvertise: (_server, { id }, context) => this.#beginFor(context, `${nameOf(context)} publishing on ${id}`),
    onClientUnadvertise: (_server, id, context) => this.#endFor(context, `${nameOf(context)} publishing on ${id}`),
    onClientMessage: (_server, id, _payload, context) => {
      const channel = `${nameOf(context)} publishing on ${id}`;
      if (!this.#open.has(channel)) this.faults.push(`a message without "${channel}"`);
    },
    onParametersSubscribe: (_server, names, subscribe, context) => {
      for (const name of names) {
        if (subscribe) this.#beginFor(context, `parameter ${name}`);
        else this.#endFor(context, `parameter ${name}`);
      }
    },
    onConnectionGraphSubscribe: (_server, subscribe, context) => {
      if (subscribe) this.#beginFor(context, "graph");
      else this.#endFor(context, "graph");
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

  #beginFor(context: ListenerContext, what: string): void {
    if (!this.#open.has(nameOf(context))) {
      this.faults.push(`${what} began for ${nameOf(context)}, which is not connected`);
    }
    this.#begin(what);
  }

  #endFor(context: ListenerContext, what: string): void {
    if (!this.#open.has(nameOf(context))) {
      this.faults.push(`${what} ended for ${nameOf(context)}, which is not connected`);
    }
    this.#end(what);
  }

  #begin(what: string): void {
    if (this.#open.has(what)) this.faults.push(`${what} began twice`);
    this.#open.add(what);
  }

  #end(what: string): void {
    if (!this.#open.delete(what)) this.faults.push(`${what} ended without having begun`);
  }
}

function nameOf({ client }: ListenerContext): string {
  return `client ${client.id}`;
}
