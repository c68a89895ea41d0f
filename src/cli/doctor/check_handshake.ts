// checkHandshakes(): whether a server accepts the subprotocols that apps offer.

import { SUBPROTOCOLS } from "../../protocol/capabilities.ts";
import { textOf } from "../../error_text.ts";
import { durationText } from "../../quantities.ts";
import type { Endpoint } from "./endpoint.ts";
import { failed, type Finding, passed, warning } from "../../app_checks/finding.ts";
import { closeWebSocket } from "./frames.ts";
import { handshake, type HandshakeRequest, type HandshakeResult } from "./handshake.ts";
import { isTimeout } from "./raw_connection.ts";

/** What Lichtblick offers. It continues with either of them. */
export const APP_OFFERS: readonly string[] = ["foxglove.websocket.v1", "foxglove.sdk.v1"];

/** The result of {@linkcode checkHandshakes}. */
export interface HandshakesResult {
  /** The findings for each subprotocol, or a single one if the answers do not depend on it. */
  readonly findings: readonly Finding[];
  /** Whether apps can connect. */
  readonly isUsable: boolean;
}

/** Sends a handshake with each subprotocol, and one without. */
export async function checkHandshakes(endpoint: Endpoint): Promise<HandshakesResult> {
  const outcomes = new Map<string, HandshakeResult>();
  for (const offer of [...SUBPROTOCOLS, ""]) {
    const outcome = await attempt(endpoint, { offers: offer === "" ? [] : [offer] });
    outcomes.set(offer, outcome);
    if (outcome.type === "accepted") await closeWebSocket(outcome.connection);
  }
  const [first] = outcomes.values();
  if (first && [...outcomes.values()].every((each) => isSameFailure(each, first))) {
    return { findings: [explain(endpoint, first)], isUsable: false };
  }
  const isAccepted = (offer: string) => selects(offer, outcomes.get(offer));
  const isUsable = APP_OFFERS.some(isAccepted);
  const findings = [...outcomes].map(([offer, outcome]) => judge(offer, outcome, isUsable));
  if (!isUsable) {
    findings.push(failed(
      "handshake",
      `Apps cannot connect: they offer only ${APP_OFFERS.join(" and ")}`,
      "let the server select one of these when a client offers it",
    ));
  } else if (!isAccepted("foxglove.sdk.v1")) {
    findings.push(warning(
      "handshake",
      "PlotJuggler cannot connect, because it offers only foxglove.sdk.v1",
      "use a server that supports foxglove.sdk.v1, if you need PlotJuggler",
    ));
  }
  return { findings, isUsable };
}

/** Sends a handshake. A server that takes too long, or that ends the connection, has an invalid answer. */
export async function attempt(endpoint: Endpoint, request: HandshakeRequest): Promise<HandshakeResult> {
  try {
    return await handshake(endpoint, request);
  } catch (error) {
    endpoint.signal.throwIfAborted();
    const isLate = isTimeout(error);
    return {
      type: "invalid",
      problem: isLate ? `does not answer within ${durationText(endpoint.timeoutMs)}` : `fails: ${textOf(error)}`,
    };
  }
}

/** Returns how a server answers, such as `answers 403: Forbidden`. */
export function describe(outcome: HandshakeResult): string {
  switch (outcome.type) {
    case "accepted":
      return outcome.subprotocol === undefined
        ? "accepts, but selects none"
        : `accepts, but selects ${outcome.subprotocol}`;
    case "rejected":
      return `answers ${outcome.status}${outcome.text === "" ? "" : `: ${outcome.text}`}`;
    case "invalid":
      return outcome.problem;
  }
}

/** Whether the server has selected one of the offers, as browsers require. */
export function selects(offer: string | readonly string[], outcome: HandshakeResult | undefined): boolean {
  if (outcome?.type !== "accepted") return false;
  const { subprotocol } = outcome;
  return subprotocol === undefined ? offer === "" : [offer].flat().includes(subprotocol);
}

/** Returns the finding for one subprotocol. Apps need only one of them, so `isUsable` tells whether another works. */
function judge(offer: string, outcome: HandshakeResult, isUsable: boolean): Finding {
  const name = offer === "" ? "no subprotocol" : offer;
  if (selects(offer, outcome)) return passed("handshake", `${name}: accepted`);
  if (isUsable || !APP_OFFERS.includes(offer)) {
    return passed("handshake", `${name}: not supported, the server ${describe(outcome)}`);
  }
  const consequence = outcome.type === "accepted" ? "; browsers then close the connection" : "";
  const cure = "select one of the subprotocols that the client offers";
  return warning("handshake", `${name}: the server ${describe(outcome)}${consequence}`, cure);
}

function isSameFailure(one: HandshakeResult, other: HandshakeResult): boolean {
  if (one.type === "accepted" || one.type !== other.type) return false;
  return one.type === "rejected" ? other.type === "rejected" && one.status === other.status : true;
}

/** Explains an answer that does not depend on the subprotocol. */
function explain({ path, token, isSecure }: Endpoint, outcome: HandshakeResult): Finding {
  const text = `The server ${describe(outcome)}`;
  if (outcome.type !== "rejected") {
    const cure = "check that a Foxglove WebSocket server listens on this port, and read its log";
    return failed("handshake", text, isSecure ? cure : `${cure}; use wss:// if it requires TLS`);
  }
  const { status, location } = outcome;
  if (location !== undefined) {
    const cure = "use that address, because browsers do not follow a redirection of a WebSocket";
    return failed("handshake", `The server redirects to ${location.replace(/\?.*/, "")}, with status ${status}`, cure);
  }
  switch (status) {
    case 400:
      return failed("handshake", text, `let the server select one of ${APP_OFFERS.join(", ")}, which apps offer`);
    case 401: {
      if (token !== undefined) return failed("token", text, "check the token: it may be wrong or expired");
      return failed("token", text, "use --token or FOXGLOVE_WS_TOKEN; in apps, add ?token=… to the address");
    }
    case 403:
      return failed("handshake", text, "check which clients, addresses and hosts the server or its proxy allows");
    case 404:
      return failed("handshake", text, `check the path "${path.replace(/\?.*/, "")}" of the address`);
    case 502:
    case 504:
      return failed("handshake", text, "start the server behind the proxy, and check its address in the proxy");
    case 503:
      return failed("handshake", text, "try again later, close other clients, or raise maxClients of the server");
    default:
      return failed(
        "handshake",
        text,
        "check that this is a Foxglove WebSocket server, and that proxies pass WebSockets",
      );
  }
}

/** Checks whether the server requires the token that the user gave. */
export async function checkToken(endpoint: Endpoint): Promise<readonly Finding[]> {
  if (endpoint.token === undefined) return [];
  const outcome = await attempt(endpoint, { offers: APP_OFFERS, omitsToken: true });
  if (outcome.type === "accepted") {
    await closeWebSocket(outcome.connection);
    return [passed("token", "accepted, but the server also accepts clients without a token")];
  }
  return [passed("token", "accepted; in apps, add ?token=… to the address, because they cannot send a header")];
}
