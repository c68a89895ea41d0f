// Admission: limits how many clients may be connected.

import { addressKey } from "../address.ts";
import { textResponse } from "./handshake.ts";
import type { Limits } from "../limit_options.ts";

/** The `Retry-After` time of rejected clients, in seconds. */
const RETRY_AFTER_S = 10;

/** The slots of a server. Each client takes one, and so does each peer that waits for `authorize`. */
export class Slots {
  readonly #limits: Pick<Limits, "maxClients" | "maxClientsPerAddress">;
  /** The number of taken slots by address key. */
  readonly #perAddress = new Map<string, number>();
  #taken = 0;

  constructor(limits: Pick<Limits, "maxClients" | "maxClientsPerAddress">) {
    this.#limits = limits;
  }

  get isFull(): boolean {
    return this.#taken >= this.#limits.maxClients;
  }

  /** Returns the response that rejects a handshake if no slot is free. Otherwise returns `undefined`. */
  refusalIfFull(remoteAddr: Deno.Addr | undefined): Response | undefined {
    const { maxClients, maxClientsPerAddress } = this.#limits;
    if (this.isFull) return refuse(`The server has as many clients as "maxClients" allows (${maxClients})`);
    const key = addressKey(remoteAddr);
    if (maxClientsPerAddress === 0 || key === undefined) return undefined;
    if ((this.#perAddress.get(key) ?? 0) < maxClientsPerAddress) return undefined;
    return refuse(`Your address has as many clients as "maxClientsPerAddress" allows (${maxClientsPerAddress})`);
  }

  /** Takes a slot without checking the limits. Returns a function that frees it. Calling that function again has no effect. */
  reserve(remoteAddr: Deno.Addr | undefined): () => void {
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

function refuse(text: string): Response {
  return textResponse(503, text, { "retry-after": `${RETRY_AFTER_S}` });
}
