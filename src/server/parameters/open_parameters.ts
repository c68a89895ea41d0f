// openParameters(): creates a parameter store for a program, and its other side for the server.

import type { ParameterDefinitions, ParameterValueOf } from "./parameter_definitions.ts";
import type { AnyCallback } from "./parameter_callbacks.ts";
import type { ParameterOwner, ParameterStoreParts } from "./parameter_owner.ts";
import type {
  ParameterCallback,
  ParameterChange,
  ParameterChangeOf,
  ParameterChanges,
  ParameterChangesOptions,
  ParametersOptions,
  ParameterStore,
} from "./parameter_store.ts";
import { ParameterTable } from "./parameter_table.ts";

/** A parameter store, as both sides see it. */
export interface OpenedParameters<Definitions extends ParameterDefinitions> {
  readonly store: ParameterStore<Definitions>;
  readonly owner: ParameterOwner;
}

/**
 * Creates a parameter store. Call `owner.close()` when the server closes.
 *
 * @throws {TypeError | RangeError} If a definition or an option is not valid.
 */
export function openParameters<const Definitions extends ParameterDefinitions>(
  definitions: Definitions,
  parts: ParameterStoreParts,
  { file }: ParametersOptions = {},
): OpenedParameters<Definitions> {
  const owner = new ParameterTable(definitions, parts, file);
  return { store: new TypedStore<Definitions>(owner), owner };
}

type ValueOf<Definitions extends ParameterDefinitions, Name extends keyof Definitions> = ParameterValueOf<
  Definitions[Name]
>;

/** The methods for programs, with the types of the definitions. The rules ensure that the values have these types. */
class TypedStore<Definitions extends ParameterDefinitions> implements ParameterStore<Definitions> {
  readonly definitions: Definitions;
  readonly #table: ParameterTable;

  constructor(table: ParameterTable) {
    this.#table = table;
    // Unlike an assignment, this also creates a member with the name `__proto__`.
    const copy: ParameterDefinitions = Object.fromEntries(
      table.rules.map(({ name, definition }) => [name, definition]),
    );
    this.definitions = Object.freeze(copy) as Definitions;
  }

  get<Name extends keyof Definitions & string>(name: Name): ValueOf<Definitions, Name> {
    return this.#table.get(name) as ValueOf<Definitions, Name>;
  }

  set<Name extends keyof Definitions & string>(name: Name, value: ValueOf<Definitions, Name>): void {
    this.#table.set(name, value);
  }

  onChange<Name extends keyof Definitions & string>(
    name: Name,
    callback: (
      value: ValueOf<Definitions, Name>,
      change: ParameterChange<Name, ValueOf<Definitions, Name>>,
    ) => unknown,
  ): ParameterCallback {
    return this.#table.onChange(name, callback as AnyCallback);
  }

  changes({ signal }: ParameterChangesOptions = {}): ParameterChanges<ParameterChangeOf<Definitions>> {
    return this.#table.changes(signal) as ParameterChanges as ParameterChanges<ParameterChangeOf<Definitions>>;
  }

  flush(): Promise<void> {
    return this.#table.flush();
  }
}
