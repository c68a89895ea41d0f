// Slots: limits how many clients may be connected.

import { addressKey, type RemoteAddress } from "../address.ts";

/** The limits of {@linkcode Slots}. `LimitOptions` describes them. */
export interface SlotLimits {
  maxClients: number;
  maxClientsPerAddress: number;
}

/** The reason why a client gets no slot. */
export interface SlotRefusal {
  /** The limit that it would exceed. */
  readonly limit: keyof SlotLimits;
  /** The text for the client. */
  readonly why: string;
}

/** The slots of a server. Each client takes one, and so does each peer that waits for `authorize`. */
export class Slots {
  readonly #limits: SlotLimits;
  /** The number of taken slots by address key. */
  readonly #perAddress = new Map<string, number>();
  #taken = 0;

  constructor(limits: SlotLimits) {
    this.#limits = limits;
  }

  get isFull(): boolean {
    return this.#taken >= this.#limits.maxClients;
  }

  /** Returns the reason why a client from this address gets no slot, or `undefined` if one is free. */
  refusalIfFull(remoteAddr: RemoteAddress | undefined): SlotRefusal | undefined {
    const { maxClients, maxClientsPerAddress } = this.#limits;
    if (this.isFull) {
      const why = `The server is full: it has as many clients as "maxClients" allows (${maxClients})`;
      return { limit: "maxClients", why };
    }
    const key = addressKey(remoteAddr);
    if (maxClientsPerAddress === 0 || key === undefined) return undefined;
    if ((this.#perAddress.get(key) ?? 0) < maxClientsPerAddress) return undefined;
    return {
      limit: "maxClientsPerAddress",
      why:
        `Too many clients from your address: it has as many as "maxClientsPerAddress" allows (${maxClientsPerAddress})`,
    };
  }

  /**
   * Takes a slot without checking the limits. Returns a function that frees it. Calling that function again has no
   * effect.
   */
  reserve(remoteAddr: RemoteAddress | undefined): () => void {
    const key = addressKey(remoteAddr);
    let isTaken = true;
    this.#count(key, 1);
    return () => {
      if (isTaken) this.#count(key, -1);
      isTaken = false;
    };
  }

  #count(key: string | undefined, difference: 1 | -1): void {
    this.#taken += difference;
    if (key === undefined) return;
    const count = (this.#perAddress.get(key) ?? 0) + difference;
    if (count === 0) this.#perAddress.delete(key);
    else this.#perAddress.set(key, count);
  }
}
