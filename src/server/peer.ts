// checkPeer(): checks what the program says about the peer of a socket.

import { type Subprotocol, SUBPROTOCOLS } from "../protocol/capabilities.ts";
import type { Peer } from "./client_info.ts";
import type { ServerSocket } from "./clients/client_socket.ts";
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
  const { subprotocol = socket.protocol, remoteAddr, userAgent, identity } = peer;
  if (needsIdentity && identity === undefined) {
    throw new TypeError(`${CANNOT}: the server has the option "authorize", so "identity" is required`);
  }
  if (subprotocol !== "" && !isSubprotocol(subprotocol)) {
    throw new TypeError(`${CANNOT}: its subprotocol is "${subprotocol}", not one of ${SUBPROTOCOLS.join(", ")}`);
  }
  if (subprotocol === "" && needsSubprotocol) {
    throw new TypeError(`${CANNOT}: it has no subprotocol, and the server has the option "requireSubprotocol"`);
  }
  return {
    subprotocol: subprotocol === "" ? undefined : subprotocol,
    remoteAddr,
    userAgent,
    identity: identity === undefined ? undefined : identityFrom(identity),
  };
}

function isSubprotocol(text: string): text is Subprotocol {
  return SUBPROTOCOLS.some((each) => each === text);
}
