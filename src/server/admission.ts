// Admission: whether there is room for one more client.

import { addressKey } from "./address.ts";
import { textResponse } from "./handshake.ts";
import type { Limits } from "./limit_options.ts";

/** When those who were sent away may come again, in seconds. */
const RETRY_AFTER_S = 10;

/** The slots of a server. A client, or a peer that is about to become one, takes one of them. */
export class Slots {
  readonly #limits: Pick<Limits, "maxClients" | "maxClientsPerAddress">;
  /** How many slots are taken, by the key of the address. */
  readonly #perAddress = new Map<string, number>();
  #taken = 0;

  constructor(limits: Pick<Limits, "maxClients" | "maxClientsPerAddress">) {
    this.#limits = limits;
  }

  get isFull(): boolean {
    return this.#taken >= this.#limits.maxClients;
  }

  /** Answers a handshake for which there is no slot; `undefined` if there is one. */
  refusalIfFull(remoteAddr: Deno.Addr | undefined): Response | undefined {
    const { maxClients, maxClientsPerAddress } = this.#limits;
    if (this.isFull) return refuse(`The server has as many clients as "maxClients" allows (${maxClients})`);
    const key = addressKey(remoteAddr);
    if (maxClientsPerAddress === 0 || key === undefined) return undefined;
    if ((this.#perAddress.get(key) ?? 0) < maxClientsPerAddress) return undefined;
    return refuse(`Your address has as many clients as "maxClientsPerAddress" allows (${maxClientsPerAddress})`);
  }

  /** Takes a slot. Returns a function that frees it; calling that again has no effect. */
  take(remoteAddr: Deno.Addr | undefined): () => void {
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
