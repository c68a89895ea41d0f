// ServiceTable: the services that the server offers.

import type { ServiceId } from "../protocol/ids.ts";
import type { Service } from "../protocol/services.ts";
import { IdSequence } from "./id_sequence.ts";

/** The server's services by id. Their names are unique. */
export class ServiceTable {
  readonly #ids = new IdSequence("service");
  readonly #services = new Map<ServiceId, Service>();
  readonly #names = new Set<string>();
  #requestEncodings: readonly string[] | undefined;

  /** All services, in ascending order of ids. */
  get services(): ReadonlyMap<ServiceId, Service> {
    return this.#services;
  }

  /**
   * Adds services and gives each of them a new id.
   *
   * @throws {TypeError} If a name is already in use or occurs twice. None of the services is added then.
   */
  addAll(services: readonly Omit<Service, "id">[]): Service[] {
    const names = new Set<string>();
    for (const { name } of services) {
      if (this.#names.has(name) || names.has(name)) {
        throw new TypeError(`Cannot add service "${name}": another service has that name`);
      }
      names.add(name);
    }
    this.#requestEncodings = undefined;
    return services.map((service) => {
      const added: Service = { id: this.#ids.next(), ...service };
      this.#names.add(added.name);
      this.#services.set(added.id, added);
      return added;
    });
  }

  /** Removes a service. Returns the removed service. */
  remove(id: ServiceId): Service | undefined {
    const service = this.#services.get(id);
    if (!service) return undefined;
    this.#names.delete(service.name);
    this.#requestEncodings = undefined;
    this.#services.delete(id);
    return service;
  }

  /** Returns the request encodings of all services, each once. */
  requestEncodings(): readonly string[] {
    // Cached, because service calls and client channels look it up.
    return this.#requestEncodings ??= [...new Set(this.#listRequestEncodings())];
  }

  *#listRequestEncodings(): Iterable<string> {
    for (const { request } of this.#services.values()) if (request) yield request.encoding;
  }
}
