// Declarations: changes what the server says about itself, while clients are connected.

import type { Capability } from "../protocol/capabilities.ts";
import { checkDataRange, type DeclaredInfo, type ServerInfoInit } from "../session/declared_info.ts";
import type { ServerState } from "../session/server_state.ts";
import type { Advertiser } from "./clients/advertiser.ts";
import type { Connection } from "./clients/connection.ts";
import type { Greeting } from "./clients/greeting.ts";

/** The parts of a server that `Declarations` uses. */
export interface DeclarationsParts {
  state: ServerState<Connection>;
  greeting: Greeting<Connection>;
  advertiser: Advertiser;
}

/** Changes `serverInfo`. All clients then receive it and everything advertised again. */
export class Declarations {
  readonly #parts: DeclarationsParts;

  constructor(parts: DeclarationsParts) {
    this.#parts = parts;
  }

  /**
   * Replaces the given members. Changes nothing if it throws.
   *
   * @throws {TypeError} When a member has the wrong type, or a member that another one requires is missing.
   * @throws {RangeError} When the data range is not valid.
   */
  set(changes: Partial<ServerInfoInit>): void {
    const info = this.#parts.state.info.with(changes);
    checkDataRange("Cannot set the server info", info);
    this.#replace(info);
  }

  /** Offers a capability. */
  offer(capability: Capability): void {
    this.#replace(this.#parts.state.info.offering(capability));
  }

  /** Accepts these encodings in client channels and service calls. The first of them is listed first. */
  accept(encodings: readonly string[]): void {
    this.#replace(this.#parts.state.info.accepting(encodings));
  }

  #replace(info: DeclaredInfo): void {
    const { state, greeting, advertiser } = this.#parts;
    const before = state.info;
    const frame = greeting.serverInfo();
    try {
      state.info = info;
      greeting.infoChanged();
      // Apps lose what they show when they receive `serverInfo`, so an equal one is not sent.
      if (greeting.serverInfo() !== frame) advertiser.add([{ type: "infoChanged" }]);
    } catch (error) {
      state.info = before;
      greeting.infoChanged();
      throw error;
    }
  }
}
