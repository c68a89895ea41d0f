// ParameterCallbacks: the program's onChange() callbacks, which run after the current work of the server.

import type { CallQueue } from "../../call_queue.ts";
import type { FailureLog } from "../failure_log.ts";
import type { ParameterCallback, ParameterChange } from "./parameter_store.ts";
import type { ParameterValue } from "../../protocol/parameter_values.ts";

/** A callback, whatever the type of its parameter. */
export type AnyCallback = (value: ParameterValue, change: ParameterChange) => unknown;

/** The callbacks of all parameters of a store. */
export class ParameterCallbacks {
  readonly #calls: CallQueue;
  readonly #failures: FailureLog;
  readonly #callbacks = new Map<string, Set<Registration>>();

  constructor(calls: CallQueue, failures: FailureLog) {
    this.#calls = calls;
    this.#failures = failures;
  }

  /** Adds a callback. The same function may be added several times. */
  add(name: string, callback: AnyCallback): ParameterCallback {
    const registrations = this.#callbacks.get(name) ?? new Set();
    this.#callbacks.set(name, registrations);
    const registration = new Registration(callback, registrations);
    registrations.add(registration);
    return registration;
  }

  /** Queues the calls for a change. */
  emit(change: ParameterChange): void {
    for (const registration of this.#callbacks.get(change.name) ?? []) {
      this.#calls.add(() => this.#call(registration, change));
    }
  }

  #call(registration: Registration, change: ParameterChange): void {
    if (registration.isClosed) return;
    const { name, value } = change;
    const log = (error: unknown) =>
      this.#failures.note("onChange", `An onChange() callback of parameter "${name}"`, error, name);
    try {
      const result = registration.callback(value, change);
      if (result !== undefined) Promise.resolve(result).catch(log);
    } catch (error) {
      log(error);
    }
  }
}

/** One callback of one parameter. */
class Registration implements ParameterCallback {
  readonly callback: AnyCallback;
  readonly #registrations: Set<Registration>;

  constructor(callback: AnyCallback, registrations: Set<Registration>) {
    this.callback = callback;
    this.#registrations = registrations;
  }

  /** Whether the callback was removed, maybe after its call was queued. */
  get isClosed(): boolean {
    return !this.#registrations.has(this);
  }

  close(): void {
    this.#registrations.delete(this);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
