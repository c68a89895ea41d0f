// nameAdvice(): suggests a cure for a name that the server does not have.

import { nearName } from "../near_name.ts";
import { looksLikeAddress } from "./server_url.ts";

/**
 * Suggests the name that the user probably means. If none is near, names the command line that lists all names.
 *
 * @param listing The command line without the name of the program.
 */
export function nameAdvice(name: string, others: readonly string[], listing: string): string {
  const near = nearName(name, others);
  if (near !== undefined) return `did you mean "${near}"?`;
  return looksLikeAddress(name) ? `use --url ${name} for a server` : `"foxglove-ws ${listing}" lists them`;
}
