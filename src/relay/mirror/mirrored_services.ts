// MirroredServices: the services of one upstream on the server of a mirror.

import { textOf } from "../../error_text.ts";
import type { ServiceId } from "../../protocol/ids.ts";
import { isEqual } from "../../protocol/is_equal.ts";
import type { Service } from "../../protocol/services.ts";
import type { ServiceInit } from "../../server/channel_init.ts";
import type { UpstreamParts } from "./mirror_parts.ts";
import { RefusedItems } from "./refused_items.ts";

/** A service of the server that stands for one of the upstream. */
interface MirroredService {
  readonly id: ServiceId;
  /** The name for clients. */
  readonly name: string;
  /** The upstream's service when it was added. Its id may belong to an earlier connection. */
  readonly definition: Service;
  /** The upstream's service in the current connection; `undefined` until the upstream has it again. */
  source: Service | undefined;
}

/** Keeps the services of the server while the upstream is away, so that clients see the same ids when it is back. */
export class MirroredServices {
  readonly #parts: UpstreamParts;
  readonly #byName = new Map<string, MirroredService>();
  readonly #byId = new Map<ServiceId, MirroredService>();
  /** Services of the current connection that the server does not have. */
  readonly #refused: RefusedItems<Service>;
  /** The encoding of requests to services that do not say it. */
  #encoding: string | undefined;

  constructor(parts: UpstreamParts) {
    this.#parts = parts;
    const add = (services: readonly Service[]) => this.add(services, this.#encoding);
    this.#refused = new RefusedItems(parts, { names: parts.mirror.services, kind: "service", add });
  }

  /** How many services the server has for the upstream. */
  get size(): number {
    return this.#byId.size;
  }

  /** Whether the server has this service for the upstream. */
  has(id: ServiceId): boolean {
    return this.#byId.has(id);
  }

  /** The upstream's service in the current connection; `undefined` while the upstream is away. */
  sourceOf(id: ServiceId): Service | undefined {
    return this.#byId.get(id)?.source;
  }

  /**
   * Adds services of the current connection. Those that the server has already keep their ids. `encoding`: that of
   * requests to services that do not say it.
   */
  add(services: readonly Service[], encoding: string | undefined): void {
    this.#encoding = encoding;
    for (const service of services) {
      const mirrored = this.#byName.get(service.name);
      if (mirrored && isEqual({ ...mirrored.definition, id: 0 }, { ...service, id: 0 })) {
        mirrored.source = service;
        continue;
      }
      if (mirrored) this.#remove([mirrored]);
      this.#add(service);
    }
  }

  /** Removes services that the upstream has removed. */
  remove(services: readonly Service[]): void {
    for (const { id } of services) this.#refused.delete(id);
    this.#remove(services.flatMap(({ name, id }) => {
      const mirrored = this.#byName.get(name);
      return mirrored?.source?.id === id ? mirrored : [];
    }));
  }

  /** The connection is lost. The services stay, but calls of them fail. */
  disconnected(): void {
    for (const mirrored of this.#byId.values()) mirrored.source = undefined;
    this.#refused.clear();
  }

  /** Removes all services that the upstream has not again in the current connection. */
  removeMissing(): void {
    this.#remove([...this.#byId.values()].filter(({ source }) => source === undefined));
  }

  #add(service: Service): void {
    const { prefix, mirror: { server } } = this.#parts;
    const name = prefix.outward(service.name);
    if (!this.#refused.takeName(service, name)) return;
    try {
      const id = server.addServices([initOf(service, name, this.#encoding)])[0] as ServiceId;
      const mirrored: MirroredService = { id, name, definition: service, source: service };
      this.#byId.set(id, mirrored);
      this.#byName.set(service.name, mirrored);
    } catch (error) {
      this.#refused.reject(service, name, textOf(error));
    }
  }

  #remove(removed: readonly MirroredService[]): void {
    const { mirror: { server, services } } = this.#parts;
    for (const { id, name, definition } of removed) {
      this.#byId.delete(id);
      this.#byName.delete(definition.name);
      services.release(name);
    }
    if (removed.length > 0) server.removeServices(removed.map(({ id }) => id));
  }
}

/** Converts the older form of schemas to the newer one, which all clients know. */
function initOf({ type, request, response, requestSchema, responseSchema }: Service, name: string, encoding = "json") {
  const init: ServiceInit = {
    name,
    type,
    request: request ?? { encoding, schema: requestSchema ?? "" },
    ...(response ? { response } : responseSchema ? { response: { encoding, schema: responseSchema } } : {}),
  };
  return init;
}
