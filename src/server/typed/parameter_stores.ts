// ParameterStores: the parameter stores of a server.

import { openParameters } from "../parameters/open_parameters.ts";
import type { ParameterDefinitions } from "../parameters/parameter_definitions.ts";
import type { ParameterStoreParts } from "../parameters/parameter_owner.ts";
import type { ParametersOptions, ParameterStore } from "../parameters/parameter_store.ts";
import type { HookOwners } from "./hook_owners.ts";

/** Adds parameter stores, and closes them with the server. */
export class ParameterStores {
  readonly #owners: HookOwners;
  readonly #parts: ParameterStoreParts;

  /** `owners`: answers the requests of clients for all stores. */
  constructor(owners: HookOwners, parts: ParameterStoreParts) {
    this.#owners = owners;
    this.#parts = parts;
  }

  /**
   * Adds a store.
   *
   * @throws {TypeError | RangeError} When a definition is not valid, or another store has one of the names.
   */
  add<const Definitions extends ParameterDefinitions>(
    definitions: Definitions,
    options: ParametersOptions | undefined,
  ): ParameterStore<Definitions> {
    // Checked first, because opening a store may rename its file.
    for (const name of Object.keys(Object(definitions))) {
      if (!this.#owners.ownerOf(name)) continue;
      throw new TypeError(`Cannot define parameter "${name}": another store has that name`);
    }
    const { store, owner } = openParameters(definitions, this.#parts, options);
    if (owner.file !== undefined && [...this.#owners.parameters].some(({ file }) => file === owner.file)) {
      void owner.close();
      throw new TypeError(`Cannot add parameters: another store has the file "${owner.file}"`);
    }
    this.#owners.parameters.add(owner);
    // A client may already watch some of the names.
    this.#parts.push(owner.read(owner.names()));
    return store;
  }

  /** Ends all stores. Resolves when their files are saved. */
  async close(): Promise<void> {
    await Promise.all([...this.#owners.parameters].map((owner) => owner.close()));
  }
}
