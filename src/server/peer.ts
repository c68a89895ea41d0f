// checkPeer(): checks what the program says about the peer of a socket.

import { SUBPROTOCOLS } from "../protocol/capabilities.ts";
import type { Peer } from "./client_info.ts";
import type { ServerSocket } from "./server_socket.ts";
import { identityFrom } from "./identity.ts";

const CANNOT = "Cannot accept a socket";

/**
 * Returns the checked peer of a socket that was upgraded elsewhere. `needsIdentity`: the server has the option
 * `authorize`.
 *
 * @throws {TypeError} If a client without a valid identity would be accepted although one is needed, or if the
 * subprotocol is not valid.
 */
export function checkPeer(socket: ServerSocket, peer: Peer, needsIdentity: boolean, needsSubprotocol: boolean): Peer {
  const { subprotocol: given = socket.protocol, remoteAddr, userAgent, identity } = peer;
  const subprotocol = SUBPROTOCOLS.find((each) => each === given);
  checkHasIdentity(identity, needsIdentity);
  if (!subprotocol && given !== "") {
    throw new TypeError(`${CANNOT}: its subprotocol is "${given}", not one of ${SUBPROTOCOLS.join(", ")}`);
  }
  if (!subprotocol && needsSubprotocol) {
    throw new TypeError(`${CANNOT}: it has no subprotocol, and the server has the option "requireSubprotocol"`);
  }
  return {
    subprotocol,
    remoteAddr,
    userAgent,
    identity: identity === undefined ? undefined : identityFrom(identity),
  };
}

/**
 * Checks that there is an identity, if the server needs one.
 *
 * @throws {TypeError} If it is missing.
 */
export function checkHasIdentity(identity: unknown, needsIdentity: boolean): void {
  if (!needsIdentity || identity !== undefined) return;
  throw new TypeError(`${CANNOT}: the server has the option "authorize", so "identity" is required`);
}
