// Hooks: calls the listener, and sees to it that whatever it throws stays with the one it concerns.

import { StatusLevel } from "../protocol/status.ts";
import type { CallQueue } from "./call_queue.ts";
import type { Connection } from "./connection.ts";
import type { FailureLog } from "./failure_log.ts";
import type { WrongResult } from "./hook_results.ts";
import type { FoxgloveServerListener, ListenerContext } from "./listener.ts";
import type { FoxgloveServer } from "./server.ts";

/** The hooks that are called for a client's messages, coming or going. */
export type HookName = Exclude<keyof FoxgloveServerListener, "onError">;

/** The hooks that answer requests. */
export type RequestHookName =
  | "onServiceRequest"
  | "onGetParameters"
  | "onSetParameters"
  | "onFetchAsset"
  | "onPlaybackControl";

type Hook<Name extends HookName> = NonNullable<FoxgloveServerListener[Name]>;

/** What is peculiar to a hook: its arguments without the server and the context, which all have. */
export type HookArguments<Name extends HookName> = Parameters<Hook<Name>> extends
  [FoxgloveServer, ...infer Own, ListenerContext] ? Own : never;

/** What a hook returns, or what its promise resolves to. */
export type HookResult<Name extends HookName> = Awaited<ReturnType<Hook<Name>>>;

/** Options of {@linkcode Hooks}. */
export interface HooksOptions {
  calls: CallQueue;
  listener?: FoxgloveServerListener | undefined;
  failures: FailureLog;
  /** 0: wait as long as the hook likes. */
  requestTimeoutMs: number;
}

/** The listener of one server. */
export class Hooks {
  /** May be replaced at any time. */
  listener: FoxgloveServerListener | undefined;
  readonly #server: FoxgloveServer;
  readonly #calls: CallQueue;
  readonly #failures: FailureLog;
  readonly #requestTimeoutMs: number;

  constructor(server: FoxgloveServer, options: HooksOptions) {
    this.#server = server;
    this.listener = options.listener;
    this.#calls = options.calls;
    this.#failures = options.failures;
    this.#requestTimeoutMs = options.requestTimeoutMs;
  }

  /** Whether the listener has such a hook. */
  has(name: HookName): boolean {
    return this.listener?.[name] !== undefined;
  }

  /**
   * Calls a hook that answers nothing, at once: the caller must have waited for its turn in the queue. What the hook throws goes to the log,
   * to `onError` and, by a status, to the client.
   */
  notify<Name extends HookName>(connection: Connection, name: Name, ...own: HookArguments<Name>): void {
    try {
      if (!this.has(name)) return;
      const result = this.#call(connection, name, own);
      // Not only real promises: a hook may come from a library with its own.
      if (isThenable(result)) Promise.resolve(result).catch((error) => this.#failed(connection, name, error));
    } catch (error) {
      this.#failed(connection, name, error);
    }
  }

  /**
   * Queues the call of a hook that answers a request. The answer is `undefined` if there is no such hook. Rejects with what the hook throws,
   * when it takes too long, or when the client is gone before the hook was called; the caller informs the log and the client.
   */
  ask<Name extends HookName>(
    connection: Connection,
    name: Name,
    ...own: HookArguments<Name>
  ): Promise<HookResult<Name> | undefined> {
    const { context } = connection;
    return new Promise((resolve, reject) => {
      this.#calls.add(() => {
        // Hooks are promised to hear nothing of a client after `onClientDisconnect`.
        if (connection.isGone) return reject(connection.farewell);
        try {
          resolve(this.#inTime(this.#call(connection, name, own), context));
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /** Writes down that a hook returned something else than it must: the error's text says what. */
  logWrongResult(connection: Connection, name: keyof FoxgloveServerListener, { message }: WrongResult): void {
    this.#failures.noteLine(name, `Client ${connection.info.id}: ${message}`, message);
  }

  /** Writes down that a hook failed, or refused a request. */
  log(connection: Connection, name: keyof FoxgloveServerListener, error: unknown): void {
    if (isFarewell(connection, error)) return;
    this.#failures.note(name, `Client ${connection.info.id}: ${name}`, error);
  }

  #call<Name extends HookName>(
    connection: Connection,
    name: Name,
    own: HookArguments<Name>,
  ): HookResult<Name> | Promise<HookResult<Name>> | undefined {
    // Called through the listener, for hooks may use `this`. The compiler cannot follow that the arguments belong to the name.
    const listener = this.listener as Partial<Record<Name, (...all: unknown[]) => HookResult<Name>>> | undefined;
    return listener?.[name]?.(this.#server, ...own, connection.context);
  }

  /** Once the client has left nobody waits, so that the hook may take its time: others are to hear of what it sets even so. */
  async #inTime<T>(result: T | Promise<T>, { signal }: { signal: AbortSignal }): Promise<T> {
    if (this.#requestTimeoutMs === 0 || signal.aborted || !isThenable(result)) return result;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const text = `no answer within ${this.#requestTimeoutMs} ms`;
    const timer = setTimeout(() => reject(new DOMException(text, "TimeoutError")), this.#requestTimeoutMs);
    const stop = () => clearTimeout(timer);
    signal.addEventListener("abort", stop);
    try {
      return await Promise.race([result, late]);
    } finally {
      stop();
      signal.removeEventListener("abort", stop);
    }
  }

  #failed(connection: Connection, name: HookName, error: unknown): void {
    if (isFarewell(connection, error)) return;
    this.log(connection, name, error);
    this.#callOnError(connection, error);
    connection.complain(StatusLevel.ERROR, `The server failed in ${name}`);
  }

  #callOnError(connection: Connection, error: unknown): void {
    const failed = (second: unknown) => this.log(connection, "onError", second);
    try {
      // It is to return nothing, but the compiler takes an async function for one that does.
      const result: unknown = this.listener?.onError?.(this.#server, error, connection.context);
      if (isThenable(result)) Promise.resolve(result).catch(failed);
    } catch (second) {
      failed(second);
    }
  }
}

/** A hook that stops because its client left did what it was asked to. */
function isFarewell(connection: Connection, error: unknown): boolean {
  return connection.isGone && error === connection.farewell;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | undefined)?.then === "function";
}
