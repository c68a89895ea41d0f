// UpstreamPublications: the channels on which an upstream publishes, whichever client it has.

import type { FoxgloveClient } from "../client/mod.ts";
import type { PublicationInit, UpstreamPublication } from "./mirror/upstream.ts";

/** A channel to publish on, which moves from one client to the next. */
interface Publication {
  readonly init: PublicationInit;
  /** Its id at the current client. */
  id: ReturnType<FoxgloveClient["advertise"]> | undefined;
}

/** Advertises channels at the current client. A client keeps them over its own reconnects. */
export class UpstreamPublications {
  readonly #client: () => FoxgloveClient | undefined;
  readonly #all = new Set<Publication>();

  /** `client` returns the current client, if there is one. */
  constructor(client: () => FoxgloveClient | undefined) {
    this.#client = client;
  }

  /** Adds a channel. */
  add(init: PublicationInit): UpstreamPublication {
    const publication: Publication = { init, id: undefined };
    this.#all.add(publication);
    this.#advertise(publication);
    return {
      publish: (payload) => publication.id !== undefined && this.#client()?.publish(publication.id, payload) === true,
      close: () => {
        this.#all.delete(publication);
        if (publication.id !== undefined) this.#client()?.unadvertise(publication.id);
      },
    };
  }

  /** Must be called when there is another client, before anything is published on it. */
  advertiseAll(): void {
    for (const publication of this.#all) this.#advertise(publication);
  }

  #advertise(publication: Publication): void {
    const client = this.#client();
    publication.id = client && client.state.type !== "closed" ? client.advertise(publication.init) : undefined;
  }
}
