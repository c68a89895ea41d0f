// findService(): waits until a server advertises a service.

import type { FoxgloveClient, Service } from "../client/mod.ts";
import { Failure } from "./failure.ts";
import { nameAdvice } from "./name_advice.ts";

/** How long a service may take to appear after the server has answered. */
const WAIT_MS = 3000;

/**
 * Returns a service. Waits a short time for it, because servers advertise services after their `serverInfo`.
 *
 * @throws {Failure} If the server has no such service.
 */
export async function findService(client: FoxgloveClient, name: string, signal: AbortSignal): Promise<Service> {
  const limit = AbortSignal.timeout(WAIT_MS);
  try {
    return await client.waitForService(name, { signal: AbortSignal.any([signal, limit]) });
  } catch (error) {
    if (!limit.aborted || signal.aborted) throw error;
    const names = [...client.services.values()].map(({ name }) => name);
    throw new Failure(`the server has no service "${name}"; ${nameAdvice(name, names, "info")}`);
  }
}
