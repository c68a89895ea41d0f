// Services: the server's services, from `addService()` to `removeService()`.

import type { ServiceId } from "../protocol/ids.ts";
import type { ServerState } from "../session/server_state.ts";
import type { Advertiser } from "./advertiser.ts";
import { serviceFrom, type ServiceInit } from "./channel_init.ts";
import type { Connection } from "./connection.ts";
import type { Greeting } from "./greeting.ts";

/** The parts of a server that its services work with. */
export interface ServicesParts {
  state: ServerState<Connection>;
  greeting: Greeting<Connection>;
  advertiser: Advertiser;
}

/** Adds and removes services. */
export class Services {
  readonly #parts: ServicesParts;

  constructor(parts: ServicesParts) {
    this.#parts = parts;
  }

  /** Adds all of these or, if it throws, none. */
  add(services: readonly ServiceInit[]): ServiceId[] {
    const { state, greeting, advertiser } = this.#parts;
    const encodings = state.supportedEncodings();
    const checked = services.map((service) => {
      const { request, ...rest } = serviceFrom(service, encodings);
      if (request) encodings.push(request.encoding);
      return { ...rest, ...(request ? { request } : {}) };
    });
    const added = state.services.addAll(checked);
    if (added.length === 0) return [];
    greeting.servicesChanged();
    advertiser.add(added.map((service) => ({ type: "serviceAdded", service })));
    return added.map(({ id }) => id);
  }

  /** Removes those of these that exist. Returns how many there were. */
  remove(serviceIds: Iterable<ServiceId>): number {
    const { state, greeting, advertiser } = this.#parts;
    const removed = [...new Set(serviceIds)].flatMap((id) => state.services.remove(id) ?? []);
    if (removed.length === 0) return 0;
    greeting.servicesChanged();
    advertiser.add(removed.map((service) => ({ type: "serviceRemoved", service })));
    return removed.length;
  }
}
