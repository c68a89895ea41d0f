// ParameterStore: the interface with which a program reads, sets and observes its parameters.

import type { ParameterValue } from "../../protocol/parameter_values.ts";
import type { ClientInfo } from "../client_info.ts";
import type { ParameterDefinitions, ParameterValueOf } from "./parameter_definitions.ts";

/** Options of a {@linkcode ParameterStore}. */
export interface ParametersOptions {
  /**
   * A JSON file that keeps the values, so that they survive a restart. Relative paths start at the working directory of
   * the process. The folder must exist. Only one store may use the file.
   *
   * The file contains the parameters that were set, so the others follow the definitions of later versions. It is
   * replaced as a whole after each change, by way of `<file>.tmp`. So a crash leaves the old or the new version. Saved
   * values that the definition no longer allows are ignored with a warning. They stay in the file until the parameter
   * is set. Unknown names stay too.
   *
   * If the file is not a JSON object, it is renamed to `<file>.invalid-1` (or a higher number) and the store begins
   * with the defaults. If it cannot be read, the store works without a file. Both are logged as errors.
   *
   * Needs `--allow-read` and `--allow-write` for the folder. Default: values are kept in memory only.
   */
  file?: string | URL;
}

/** A changed parameter. `Value` is the type of its values. */
export interface ParameterChange<Name extends string = string, Value = ParameterValue> {
  /** The name of the parameter. */
  readonly name: Name;
  /** The new value. Arrays and objects are frozen. */
  readonly value: Value;
  /** The value before. It differs from the new value. */
  readonly previous: Value;
  /** The client that set the value, or `"program"` if the program did so. */
  readonly source: "program" | ClientInfo;
}

/** A changed parameter of a store with these definitions: checking `name` tells the type of `value`. */
export type ParameterChangeOf<Definitions extends ParameterDefinitions> = {
  [Name in keyof Definitions & string]: ParameterChange<Name, ParameterValueOf<Definitions[Name]>>;
}[keyof Definitions & string];

/** Options of {@linkcode ParameterStore.changes}. */
export interface ParameterChangesOptions {
  /** Ends the loop when it aborts. The loop then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Changes to loop over as they happen: `for await (const change of store.changes())`.
 *
 * Use one loop at a time. Changes are collected from the beginning, also before the loop starts. If the loop is slower
 * than the changes, it gets only the newest unread change of each parameter. Its `previous` is the value that the loop
 * has seen last. If a value changes back before the loop reads the change, the loop gets none. `onChange()` gets every
 * change.
 *
 * Leaving the loop closes the object, like {@linkcode ParameterChanges.close} and `await using`.
 */
export interface ParameterChanges<Change = ParameterChange>
  extends AsyncIterableIterator<Change, undefined, undefined>, AsyncDisposable {
  /**
   * Returns the next change, or `done` after this object or the server was closed. Changes that happened before the
   * server was closed come first. After an abort it rejects once with the signal's reason.
   */
  next(): Promise<IteratorResult<Change, undefined>>;
  /** Ends the changes, and drops the unread ones. */
  close(): void;
}

/** A callback of {@linkcode ParameterStore.onChange} that can be removed, also with `using`. */
export interface ParameterCallback extends Disposable {
  /** Removes the callback. It is not called again. */
  close(): void;
}

/**
 * Parameters that the server answers for: it sends their values to clients, and applies what clients set.
 *
 * Names and values have the types of the definitions. Clients may set every parameter that is not `readOnly`. A value
 * that the definition does not allow is refused, as is removing a parameter.
 */
export interface ParameterStore<Definitions extends ParameterDefinitions = ParameterDefinitions> {
  /** The definitions: a frozen copy. */
  readonly definitions: Definitions;
  /**
   * Returns the current value. Arrays and objects are frozen.
   *
   * @throws {TypeError} If the store has no such parameter.
   */
  get<Name extends keyof Definitions & string>(name: Name): ParameterValueOf<Definitions[Name]>;
  /**
   * Sets a value, also of a `readOnly` parameter. The value is copied. Sends it to the clients that watch the
   * parameter, calls the callbacks, and saves it to the file. An equal value has no effect.
   *
   * After the server was closed, only the callbacks are called.
   *
   * @throws {TypeError} If the store has no such parameter, or if the value has another shape than the default or is
   * not in `oneOf`.
   * @throws {RangeError} If a number is outside `min` and `max`, not finite, or cannot be converted exactly.
   */
  set<Name extends keyof Definitions & string>(name: Name, value: ParameterValueOf<Definitions[Name]>): void;
  /**
   * Calls `callback` after each change of the parameter, by a client or by the program.
   *
   * Callbacks run after the current work of the server, like hooks: during a hook or another callback, `set()` returns
   * before they are called. They may be async, and their errors are logged.
   *
   * @throws {TypeError} If the store has no such parameter, or if `callback` is not a function.
   */
  onChange<Name extends keyof Definitions & string>(
    name: Name,
    callback: (
      value: ParameterValueOf<Definitions[Name]>,
      change: ParameterChange<Name, ParameterValueOf<Definitions[Name]>>,
    ) => unknown,
  ): ParameterCallback;
  /** Returns the changes of all parameters from now on. */
  changes(options?: ParameterChangesOptions): ParameterChanges<ParameterChangeOf<Definitions>>;
  /**
   * Waits until all changes are on the disk. Resolves at once without a file. `server.close()` does the same.
   *
   * @throws {Error} Rejects if the file cannot be written, with the reason as its `cause`. A later change tries again.
   */
  flush(): Promise<void>;
}
