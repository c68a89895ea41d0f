// Hooks: calls the listener, and keeps the errors of its hooks away from other clients.

import { StatusLevel } from "../../protocol/status.ts";
import type { CallQueue } from "../../call_queue.ts";
import type { Clock } from "../../clock.ts";
import type { Connection } from "./connection.ts";
import type { FailureLog } from "../failure_log.ts";
import type { InvalidResult } from "./hook_results.ts";
import type { FoxgloveServerListener, PublishContext, ServiceContext } from "../listener.ts";

/** The hooks that are called for a client: all except `onError`. */
export type HookName = Exclude<keyof FoxgloveServerListener, "onError">;

/** The server that is passed to hooks. Inferred, so that only the listener imports the class. */
type HookServer = Parameters<NonNullable<FoxgloveServerListener["onError"]>>[0];

type Hook<Name extends HookName> = NonNullable<FoxgloveServerListener[Name]>;

/** The arguments of a hook, without the server. The last one is the context. */
export type HookArguments<Name extends HookName> = Parameters<Hook<Name>> extends [HookServer, ...infer Own] ? Own
  : never;

/** The value that a hook returns, or that its promise resolves to. */
export type HookResult<Name extends HookName> = Awaited<ReturnType<Hook<Name>>>;

/** What a hook returns; `undefined` if the hook is not installed. */
type HookReturn<Name extends HookName> = HookResult<Name> | Promise<HookResult<Name>> | undefined;

/** The client for which an {@linkcode OwnHooks} method is called. */
export interface HookClient {
  /** Sends the client a status. `id`: the id of the request that failed. */
  sendStatus(level: StatusLevel, text: string, id?: string): void;
}

/**
 * Hooks of the server itself, for everything that typed services, parameters and topics own. They are called instead of
 * the listener, and call `next` for everything else. `next` is absent if the listener lacks the hook.
 */
export type OwnHooks = {
  readonly [Name in HookName]?: (
    client: HookClient,
    next: ((...args: HookArguments<Name>) => HookReturn<Name>) | undefined,
    ...args: HookArguments<Name>
  ) => HookReturn<Name>;
};

/** The hooks that answer requests: those that return a value. */
export type RequestHookName = { [Name in HookName]: unknown extends HookResult<Name> ? never : Name }[HookName];

/** Options of {@linkcode Hooks}. */
export interface HooksOptions {
  calls: CallQueue;
  listener?: FoxgloveServerListener | undefined;
  own: OwnHooks;
  /** Their hooks are called after the server's own ones, and before the listener. The set changes over time. */
  extensions: ReadonlySet<{ readonly hooks: OwnHooks }>;
  failures: FailureLog;
  clock: Clock;
  /** How long a hook may take to answer a request, in milliseconds; 0 means no limit. */
  requestTimeoutMs: number;
}

/** A hook has not answered a request in time. */
export class HookTimeout extends DOMException {
  constructor(limitMs: number) {
    super(`no answer within ${limitMs} ms`, "TimeoutError");
  }
}

/** Calls the listener of one server. */
export class Hooks {
  /** May be replaced at any time. */
  listener: FoxgloveServerListener | undefined;
  readonly #server: HookServer;
  readonly #own: OwnHooks;
  readonly #extensions: HooksOptions["extensions"];
  readonly #calls: CallQueue;
  readonly #failures: FailureLog;
  readonly #clock: Clock;
  readonly #requestTimeoutMs: number;

  constructor(server: HookServer, options: HooksOptions) {
    this.#server = server;
    this.listener = options.listener;
    this.#own = options.own;
    this.#extensions = options.extensions;
    this.#calls = options.calls;
    this.#failures = options.failures;
    this.#clock = options.clock;
    this.#requestTimeoutMs = options.requestTimeoutMs;
  }

  /** Whether the listener or an extension has this hook. */
  has(name: HookName): boolean {
    return this.listener?.[name] !== undefined || this.#extensionsWith(name).length > 0;
  }

  /**
   * Calls a hook that does not answer a request. The call is made at once, so its turn in the queue must have come.
   * Errors of the hook go to the log, to `onError` and, as a status, to the client.
   */
  emit<Name extends HookName>(connection: Connection, name: Name, ...args: HookArguments<Name>): void {
    try {
      if (!this.has(name) && !this.#own[name]) return;
      const result = this.#call(connection, name, args);
      // Handles every thenable, because libraries may have their own kind of promise.
      if (isThenable(result)) Promise.resolve(result).catch((error) => this.#failed(connection, name, error, args));
    } catch (error) {
      this.#failed(connection, name, error, args);
    }
  }

  /**
   * Queues the call of a hook that answers a request. Resolves to `undefined` if the listener lacks the hook. Rejects
   * if the hook throws or times out, or if the client leaves before the call. The caller reports the error to the log
   * and the client.
   */
  request<Name extends HookName>(
    connection: Connection,
    name: Name,
    ...args: HookArguments<Name>
  ): Promise<HookResult<Name> | undefined> {
    const { context } = connection;
    return new Promise((resolve, reject) => {
      this.#calls.add(() => {
        // No hook is called for a client after its `onClientDisconnect`.
        if (connection.isGone) return reject(connection.departureReason);
        try {
          resolve(this.#withTimeout(this.#call(connection, name, args), context));
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /** Logs that a hook returned a wrong value. The text of the error describes it. */
  logWrongResult(connection: Connection, name: keyof FoxgloveServerListener, { message }: InvalidResult): void {
    this.#failures.noteLine(name, `Client ${connection.info.id}: ${message}`, message);
  }

  /**
   * Logs that a hook failed or rejected a request, unless the hook only stopped because its client has left. `args`:
   * the arguments of the hook.
   */
  logFailure(
    connection: Connection,
    name: keyof FoxgloveServerListener,
    error: unknown,
    args: readonly unknown[] = [],
  ): void {
    if (isDepartureReason(connection, error)) return;
    this.#failures.note(name, `Client ${connection.info.id}: ${name}${targetOf(args.at(-1))}`, error);
  }

  #call<Name extends HookName>(
    connection: Connection,
    name: Name,
    args: HookArguments<Name>,
  ): HookReturn<Name> {
    const own = this.#own[name];
    if (!own && this.#extensions.size === 0) return this.#callListener(name, args);
    const hooks = [...own ? [own] : [], ...this.#extensionsWith(name)];
    const isLast = (index: number) => index === hooks.length && this.listener?.[name] === undefined;
    const call = (index: number, args: HookArguments<Name>): HookReturn<Name> => {
      const hook = hooks[index];
      if (!hook) return this.#callListener(name, args);
      const next = (...others: HookArguments<Name>) => call(index + 1, others);
      return hook(connection, isLast(index + 1) ? undefined : next, ...args);
    };
    return call(0, args);
  }

  #extensionsWith<Name extends HookName>(name: Name): NonNullable<OwnHooks[Name]>[] {
    if (this.#extensions.size === 0) return [];
    return [...this.#extensions].flatMap(({ hooks }) => hooks[name] ?? []);
  }

  #callListener<Name extends HookName>(name: Name, args: HookArguments<Name>): HookReturn<Name> {
    // Called as a method of the listener, because hooks may use `this`. The compiler cannot see that the arguments
    // match the name.
    const listener = this.listener as Partial<Record<Name, (...all: unknown[]) => HookReturn<Name>>> | undefined;
    return listener?.[name]?.(this.#server, ...args);
  }

  /**
   * Limits how long a hook may take. The limit ends when the client leaves, because other clients still receive the
   * values that the hook sets.
   */
  async #withTimeout<T>(result: T | Promise<T>, { signal }: { signal: AbortSignal }): Promise<T> {
    if (this.#requestTimeoutMs === 0 || signal.aborted || !isThenable(result)) return result;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const stop = this.#clock.after(this.#requestTimeoutMs, () => reject(new HookTimeout(this.#requestTimeoutMs)));
    signal.addEventListener("abort", stop);
    try {
      return await Promise.race([result, late]);
    } finally {
      stop();
      signal.removeEventListener("abort", stop);
    }
  }

  #failed(connection: Connection, name: HookName, error: unknown, args: readonly unknown[]): void {
    if (isDepartureReason(connection, error)) return;
    this.logFailure(connection, name, error, args);
    this.#callOnError(connection, error);
    // The text begins with the topic, because a client may publish on many.
    const topic = (args.at(-1) as Partial<PublishContext> | undefined)?.channel?.topic;
    const text = `Error in ${name} on the server`;
    connection.sendStatus(StatusLevel.ERROR, topic === undefined ? text : `${topic}: ${text}`);
  }

  #callOnError(connection: Connection, error: unknown): void {
    const failed = (second: unknown) => this.logFailure(connection, "onError", second);
    try {
      // The hook should return nothing, but the compiler also accepts an async function.
      const result: unknown = this.listener?.onError?.(this.#server, error, connection.context);
      if (isThenable(result)) Promise.resolve(result).catch(failed);
    } catch (second) {
      failed(second);
    }
  }
}

/** Whether a hook stopped because its client has left, as it should. */
function isDepartureReason(connection: Connection, error: unknown): boolean {
  return connection.isGone && error === connection.departureReason;
}

/**
 * Returns the service or the topic of a hook's context, for a log line. It is quoted, because clients choose topics.
 */
function targetOf(context: unknown): string {
  const { service, channel } = (context ?? {}) as Partial<ServiceContext & PublishContext>;
  const name = service?.name ?? channel?.topic;
  return name === undefined ? "" : ` ${JSON.stringify(name)}`;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | undefined)?.then === "function";
}
