// Admission: whether there is room for one more client.

import type { ClientInfo } from "./client_info.ts";
import { textResponse } from "./handshake.ts";
import type { Limits } from "./limit_options.ts";

/** When those who were sent away may come again, in seconds. */
const RETRY_AFTER_S = 10;

/** What takes the place of a client: one, or somebody who is about to become one. */
export type Place = Pick<ClientInfo, "remoteAddr">;

/** Answers a handshake for which there is no place beside these; `undefined` where there is. */
export function explainFull(
  taken: ReadonlySet<Place>,
  remoteAddr: Deno.Addr | undefined,
  { maxClients, maxClientsPerAddress }: Pick<Limits, "maxClients" | "maxClientsPerAddress">,
): Response | undefined {
  if (taken.size >= maxClients) {
    return refuse(`The server has as many clients as "maxClients" allows (${maxClients})`);
  }
  const host = hostOf(remoteAddr);
  if (maxClientsPerAddress === 0 || host === undefined) return undefined;
  const neighbours = [...taken].filter(({ remoteAddr }) => hostOf(remoteAddr) === host).length;
  if (neighbours < maxClientsPerAddress) return undefined;
  return refuse(`Your address has as many clients as "maxClientsPerAddress" allows (${maxClientsPerAddress})`);
}

/** Nobody can tell apart the peers of a Unix socket. */
function hostOf(address: Deno.Addr | undefined): string | undefined {
  return address && "hostname" in address ? address.hostname : undefined;
}

function refuse(text: string): Response {
  return textResponse(503, text, { "retry-after": `${RETRY_AFTER_S}` });
}
