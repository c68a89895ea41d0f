// ServiceTable: the services that the server offers.

import type { ServiceId } from "../protocol/ids.ts";
import type { Service } from "../protocol/services.ts";
import { IdSequence } from "./id_sequence.ts";

/** The server's services by id; names are unique. */
export class ServiceTable {
  readonly #ids = new IdSequence("service");
  readonly #services = new Map<ServiceId, Service>();
  readonly #names = new Set<string>();
  #requestEncodings: readonly string[] | undefined;

  /** In ascending order of their ids. */
  get services(): ReadonlyMap<ServiceId, Service> {
    return this.#services;
  }

  /**
   * Adds services, each under an id of its own.
   *
   * @throws {TypeError} When another service has the name of one of them; none is added then.
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

  /** Removes a service. Returns what it was. */
  remove(id: ServiceId): Service | undefined {
    const service = this.#services.get(id);
    if (!service) return undefined;
    this.#names.delete(service.name);
    this.#requestEncodings = undefined;
    this.#services.delete(id);
    return service;
  }

  /** The encodings in which requests to these services are written, each once. */
  requestEncodings(): readonly string[] {
    // Kept, because it is asked for with each call and each client channel.
    return this.#requestEncodings ??= [...new Set(this.#listRequestEncodings())];
  }

  *#listRequestEncodings(): Iterable<string> {
    for (const { request } of this.#services.values()) if (request) yield request.encoding;
  }
}
