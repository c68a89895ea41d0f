// Services: adds and removes the server's services, and advertises the changes.

import type { ServiceId } from "../protocol/ids.ts";
import type { ServerState } from "../session/server_state.ts";
import { serviceWarnings } from "../session/service_warnings.ts";
import type { Advertiser, Change } from "./clients/advertiser.ts";
import { serviceFrom, type ServiceInit } from "./channel_init.ts";
import type { Connection } from "./clients/connection.ts";
import type { Greeting } from "./clients/greeting.ts";
import type { Logger } from "../logger.ts";

/** The parts of a server that its services use. */
export interface ServicesParts {
  state: ServerState<Connection>;
  greeting: Greeting<Connection>;
  advertiser: Advertiser;
  logger: Logger;
}

/** Adds and removes services. */
export class Services {
  readonly #parts: ServicesParts;

  constructor(parts: ServicesParts) {
    this.#parts = parts;
  }

  /** Adds all of these services, or none if it throws. */
  add(services: readonly ServiceInit[]): ServiceId[] {
    const { state, greeting, advertiser, logger } = this.#parts;
    const before = state.supportedEncodings();
    // The declared encodings come first, because a typed topic may have put `json` in front of them.
    const encodings = [...state.info.declaredEncodings ?? [], ...before];
    const checked = services.map((init) => {
      const service = serviceFrom(init, encodings);
      if (service.request) encodings.push(service.request.encoding);
      return service;
    });
    const added = state.services.addAll(checked);
    if (added.length === 0) return [];
    for (const service of added) {
      for (const warning of serviceWarnings(service)) logger.warn(warning);
    }
    greeting.servicesChanged();
    const changes: Change[] = added.map((service) => ({ type: "serviceAdded", service }));
    // Apps disable the call button of a service if `serverInfo` does not list its encoding.
    if (state.supportedEncodings().length > before.length) changes.push({ type: "infoChanged" });
    advertiser.add(changes);
    return added.map(({ id }) => id);
  }

  /** Removes services. Ignores ids without a service. Returns how many services were removed. */
  remove(serviceIds: Iterable<ServiceId>): number {
    const { state, greeting, advertiser } = this.#parts;
    const removed = [...new Set(serviceIds)].flatMap((id) => state.services.remove(id) ?? []);
    if (removed.length === 0) return 0;
    greeting.servicesChanged();
    advertiser.add(removed.map((service) => ({ type: "serviceRemoved", service })));
    return removed.length;
  }
}
