// FoxgloveClientListener: the events of a client, and the list of its listeners.

import type { Channel } from "../protocol/channels.ts";
import type { Parameter } from "../protocol/parameters.ts";
import type { PlaybackState } from "../protocol/playback.ts";
import type { ServerInfo } from "../protocol/server_info.ts";
import type { Service } from "../protocol/services.ts";
import { type Status, StatusLevel } from "../protocol/status.ts";
import { textWithCauses } from "../error_text.ts";
import { callSafely } from "./call_safely.ts";
import type { FoxgloveClient } from "./client.ts";
import type { ConnectionState } from "./connection_state.ts";
import type { DefaultLog } from "./default_log.ts";

/**
 * Why channels or services were removed: the server `removed` or replaced them, or the client is `disconnected`. In the
 * second case the server may still have them, and advertises them again after a reconnect.
 */
export type RemovalReason = "removed" | "disconnected";

/**
 * Receives the events of a client. Every hook is optional. The first argument is always the client.
 *
 * A hook must be fast, because the client handles the next message after it. If a hook throws, or returns a promise
 * that rejects, the client calls `onError` of the same listener. Without `onError`, or if that fails as well, the error
 * is reported as uncaught, like an error in an event listener.
 *
 * Warnings, errors, lost connections, and statuses that are warnings or errors are written to the option `logger`, by
 * default the console, if no listener has a hook for them.
 */
export interface FoxgloveClientListener {
  /** The connection state changed. */
  onConnectionState?(client: FoxgloveClient, state: ConnectionState): void;
  /** The server sent its `serverInfo`: on every connection, and when a new session starts. */
  onServerInfo?(client: FoxgloveClient, serverInfo: ServerInfo): void;
  /**
   * The server started a new session, on this connection or before a reconnect. All earlier data belongs to the
   * previous session. For a server without a session id, each new connection counts as a new session.
   */
  onSessionReset?(client: FoxgloveClient, sessionId: string | undefined): void;
  /** The server advertised channels. Channels beyond `maxKept` and `maxKeptBytes` are left out. */
  onAdvertise?(client: FoxgloveClient, channels: readonly Channel[]): void;
  /** Channels were removed. A replaced channel is removed first, with the reason `removed`. */
  onUnadvertise?(client: FoxgloveClient, channels: readonly Channel[], reason: RemovalReason): void;
  /** The server advertised services. Services beyond `maxKept` and `maxKeptBytes` are left out. */
  onAdvertiseServices?(client: FoxgloveClient, services: readonly Service[]): void;
  /** Services were removed. A replaced service is removed first, with the reason `removed`. */
  onUnadvertiseServices?(client: FoxgloveClient, services: readonly Service[], reason: RemovalReason): void;
  /**
   * The server sent a status for the user. A status with an `id` replaces the previous one with that `id`. Also called
   * for a status that reports a failed request. Servers of this package use the id of the request as its `id`.
   */
  onStatus?(client: FoxgloveClient, status: Status): void;
  /** The server removed statuses. */
  onRemoveStatus?(client: FoxgloveClient, statusIds: readonly string[]): void;
  /**
   * The server sent its time, in ns. Only called if it has the capability `time`. `jumped` is true if the clock went
   * backwards.
   */
  onTime?(client: FoxgloveClient, timestamp: bigint, jumped: boolean): void;
  /** The server sent parameter values, with or without a request. A parameter without `value` is not set any more. */
  onParameterValues?(client: FoxgloveClient, parameters: readonly Parameter[]): void;
  /** The server sent the playback state, whether or not this client requested a change. */
  onPlaybackState?(client: FoxgloveClient, state: PlaybackState): void;
  /** Something is unusual, but the client continues. The text is meant for people, not for programs. */
  onWarning?(client: FoxgloveClient, message: string): void;
  /**
   * An error occurred. A message from the server, or a part of it such as one channel, was invalid (`ProtocolError`).
   * Or a payload could not be decoded. Or a hook or a predicate threw.
   */
  onError?(client: FoxgloveClient, error: unknown): void;
}

type HookName = keyof FoxgloveClientListener;
type HookArguments<Name extends HookName> = Parameters<NonNullable<FoxgloveClientListener[Name]>> extends
  [FoxgloveClient, ...infer Rest] ? Rest : never;

/** Calls the hooks of all listeners of a client. */
export class Listeners {
  readonly #client: FoxgloveClient;
  readonly #log: DefaultLog;
  readonly #listeners = new Set<FoxgloveClientListener>();

  constructor(client: FoxgloveClient, log: DefaultLog) {
    this.#client = client;
    this.#log = log;
  }

  add(listener: FoxgloveClientListener): void {
    this.#listeners.add(listener);
  }

  remove(listener: FoxgloveClientListener): boolean {
    return this.#listeners.delete(listener);
  }

  /** Calls a hook of all listeners. A hook that throws does not prevent the calls of the others. */
  emit<Name extends HookName>(hook: Name, ...args: HookArguments<Name>): void {
    if (hook === "onWarning") this.#write(hook, () => args[0] as string);
    if (hook === "onError") this.#write(hook, () => textWithCauses(args[0] as Error));
    // Iterates over a copy, because a hook may add and remove listeners.
    for (const listener of [...this.#listeners]) {
      if (this.#listeners.has(listener)) this.#call(listener, hook, args);
    }
  }

  /** Calls `onStatus` of all listeners. A status that rejects a request is not logged. */
  emitStatus(status: Status, isResponse: boolean): void {
    const { level, message, id } = status;
    // A status with an id may count something, such as dropped messages.
    const key = () => id === undefined ? message : id + message.replace(/\d+/g, "");
    const text = () => `Status of the server: ${message}`;
    if (level !== StatusLevel.INFO && !isResponse) this.#write("onStatus", text, key);
    this.emit("onStatus", status);
  }

  /** Calls `onConnectionState` of all listeners. */
  emitState(state: ConnectionState): void {
    if (state.type === "reconnecting") this.#write("onConnectionState", () => `${state.error.message}; trying again`);
    this.emit("onConnectionState", state);
  }

  /** Reports an error of a function of the program that is not a hook. Without any `onError`, the error is uncaught. */
  report(error: unknown): void {
    if (this.#has("onError")) this.emit("onError", error);
    else reportUncaught(error);
  }

  #has(hook: HookName): boolean {
    return [...this.#listeners].some((listener) => listener[hook]);
  }

  /** Logs a text if no listener has the hook for it. */
  #write(hook: HookName, text: () => string, key?: () => string): void {
    if (!this.#has(hook)) this.#log.write(text, key);
  }

  #call<Name extends HookName>(listener: FoxgloveClientListener, hook: Name, args: HookArguments<Name>): void {
    const reportError = (error: unknown) => {
      if (hook === "onError" || !listener.onError) reportUncaught(error);
      else this.#call(listener, "onError", [error]);
    };
    const call = (client: FoxgloveClient) =>
      (listener[hook] as ((client: FoxgloveClient, ...args: HookArguments<Name>) => void) | undefined)
        ?.call(listener, client, ...args);
    callSafely(call, this.#client, reportError);
  }
}

/** Reports an error as uncaught. It throws in a microtask, so that the client continues with its work. */
function reportUncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
