// ServiceTable: the services that the server offers.

import type { ServiceId } from "../protocol/ids.ts";
import type { Service } from "../protocol/services.ts";
import { IdSequence } from "./id_sequence.ts";

/** The server's services by id; names are unique. */
export class ServiceTable {
  readonly #ids = new IdSequence("service");
  readonly #services = new Map<ServiceId, Service>();
  readonly #names = new Set<string>();

  /** In ascending order of their ids. */
  get services(): ReadonlyMap<ServiceId, Service> {
    return this.#services;
  }

  /**
   * Adds a service under an id of its own.
   *
   * @throws {TypeError} When another service has the name.
   */
  add(service: Omit<Service, "id">): Service {
    if (this.#names.has(service.name)) {
      throw new TypeError(`Cannot add service "${service.name}": another service has that name`);
    }
    const added: Service = { id: this.#ids.next(), ...service };
    this.#names.add(added.name);
    this.#services.set(added.id, added);
    return added;
  }

  /** Removes a service. Returns whether there was one. */
  remove(id: ServiceId): boolean {
    const service = this.#services.get(id);
    if (!service) return false;
    this.#names.delete(service.name);
    return this.#services.delete(id);
  }

  /** The encodings in which requests to these services are written, each once. */
  requestEncodings(): string[] {
    const encodings = new Set<string>();
    for (const { request } of this.#services.values()) if (request) encodings.add(request.encoding);
    return [...encodings];
  }
}
