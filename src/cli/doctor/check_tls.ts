// checkTls(): whether browsers trust the certificate of a server.

import tls from "node:tls";
import { textOf } from "../../error_text.ts";
import { isDeno } from "../../platform.ts";
import { countText } from "../../quantities.ts";
import { type Endpoint, labelOf } from "./endpoint.ts";
import { failed, type Finding, problemsOr, warning } from "../../app_checks/finding.ts";
import { RawConnection } from "./raw_connection.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** A certificate that expires earlier gets a warning. */
const SOON_DAYS = 14;

/** The result of {@linkcode checkTls}. */
export interface TlsResult {
  /** The problems, or that there are none. */
  readonly findings: readonly Finding[];
  /** Whether a connection with TLS is possible at all. */
  readonly isOpen: boolean;
  /** Whether this machine trusts the certificate. */
  readonly isTrusted: boolean;
}

/** Connects with TLS, and checks the chain, the dates and the names of the certificate. */
export async function checkTls(endpoint: Endpoint): Promise<TlsResult> {
  try {
    using connection = await RawConnection.open(endpoint, true);
    const socket = connection.tls!;
    const certificate = socket.getPeerCertificate();
    const problems = [
      ...dateProblems(certificate),
      ...nameProblems(endpoint.hostname, certificate),
      ...chainProblems(endpoint, socket.authorized ? undefined : socket.authorizationError),
    ];
    const days = Math.floor((Date.parse(certificate.valid_to) - Date.now()) / DAY_MS);
    const findings = problemsOr(
      problems,
      "tls",
      `The certificate is valid for ${endpoint.hostname}, for ${countText(days, "day")}`,
    );
    return { findings, isOpen: true, isTrusted: !problems.some(({ level }) => level === "error") };
  } catch (error) {
    endpoint.signal.throwIfAborted();
    const text = `The TLS handshake with ${labelOf(endpoint)} fails: ${textOf(error)}`;
    const cure = "use ws:// if the server has no TLS; otherwise check its certificate and its key";
    const findings = [failed("tls", text, cure)];
    return { findings, isOpen: false, isTrusted: false };
  }
}

function dateProblems({ valid_from, valid_to }: tls.PeerCertificate): Finding[] {
  const begin = Date.parse(valid_from);
  const end = Date.parse(valid_to);
  const cure = "renew the certificate, and check the clock of this machine";
  if (end < Date.now()) {
    return [failed("tls", `The certificate expired on ${dateText(end)} (browsers: ERR_CERT_DATE_INVALID)`, cure)];
  }
  if (begin > Date.now()) {
    const text = `The certificate is not valid before ${dateText(begin)} (browsers: ERR_CERT_DATE_INVALID)`;
    return [failed("tls", text, "check the clocks of this machine and of the one that made the certificate")];
  }
  const days = Math.floor((end - Date.now()) / DAY_MS);
  return days < SOON_DAYS
    ? [warning("tls", `The certificate expires in ${countText(days, "day")}`, "renew the certificate")]
    : [];
}

function nameProblems(hostname: string, certificate: tls.PeerCertificate): Finding[] {
  if (tls.checkServerIdentity(hostname, certificate) === undefined) return [];
  const names = certificate.subjectaltname?.replaceAll(/\b(DNS|IP Address):/g, "") ?? certificate.subject?.CN ??
    "no name";
  return [failed(
    "tls",
    `The certificate is for ${names}, not for ${hostname} (browsers: ERR_CERT_COMMON_NAME_INVALID)`,
    `connect by a name of the certificate, or add "${hostname}" to its subjectAltName`,
  )];
}

function chainProblems(endpoint: Endpoint, error: unknown): Finding[] {
  const code = error === undefined || error === null ? "" : textOf(error);
  // The other checks report dates and names.
  if (code === "" || /EXPIRED|NOT_YET_VALID|ALTNAME/.test(code)) return [];
  const isSelfSigned = code === "DEPTH_ZERO_SELF_SIGNED_CERT";
  const text = isSelfSigned
    ? "The certificate is self-signed"
    : `No trusted authority has signed the certificate: ${code}`;
  return [failed(
    "tls",
    `${text} (browsers: ERR_CERT_AUTHORITY_INVALID)`,
    `add the ${
      isSelfSigned ? "certificate" : "certificate of the authority"
    } to the trusted ones of each machine with ` +
      `an app, or open https://${labelOf(endpoint)}/ in the browser once and accept it`,
  )];
}

function dateText(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

/** The finding about all that a client cannot check, because it rejects the certificate. */
export const NOT_TRUSTED: Finding = warning(
  "server",
  "Channels and messages were not checked, because this machine does not trust the certificate",
  isDeno() ? "let Deno trust it with: deno run --cert FILE" : "trust it with the variable NODE_EXTRA_CA_CERTS=FILE",
);
