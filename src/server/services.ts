// Services: the server's services, from `addService()` to `removeService()`.

import type { ServiceId } from "../protocol/ids.ts";
import type { ServerState } from "../session/server_state.ts";
import { serviceWarnings } from "../session/service_warnings.ts";
import type { Advertiser, Change } from "./advertiser.ts";
import { serviceFrom, type ServiceInit } from "./channel_init.ts";
import type { Connection } from "./connection.ts";
import type { Greeting } from "./greeting.ts";
import type { Logger } from "./logger.ts";

/** The parts of a server that its services work with. */
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

  /** Adds all of these or, if it throws, none. */
  add(services: readonly ServiceInit[]): ServiceId[] {
    const { state, greeting, advertiser, logger } = this.#parts;
    const before = state.supportedEncodings();
    const encodings = [...before];
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
    // Apps leave the call button of a service dead unless they were told its encoding.
    if (state.supportedEncodings().length > before.length) changes.push({ type: "infoChanged" });
    advertiser.add(changes);
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
