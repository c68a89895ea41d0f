// Generates self-signed certificates for TLS tests. A stored one expires, and secret scanners report its key.

const DAY_MS = 24 * 60 * 60 * 1000;

/** Content octets of object identifiers. */
const OID = {
  commonName: [0x55, 0x04, 0x03],
  subjectAltName: [0x55, 0x1d, 0x11],
  ecdsaWithSha256: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02],
} as const;

/** DER tags. `CONTEXT + n` is alternative n of a choice. `CONSTRUCTED` marks a value that contains other values. */
const TAG = {
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  OID: 0x06,
  UTF8_STRING: 0x0c,
  UTC_TIME: 0x17,
  SEQUENCE: 0x30,
  SET: 0x31,
  CONTEXT: 0x80,
  CONSTRUCTED: 0x20,
} as const;

/** Options of {@linkcode selfSignedCertificate}. */
export interface CertificateOptions {
  /** The only name in the certificate. Default: `localhost` and `127.0.0.1`. */
  hostname?: string;
  /** How many days the certificate is valid from now; negative if it has expired. Default: ten years. */
  days?: number;
}

/**
 * Generates a key and a certificate. Both are PEM, valid from two days ago.
 *
 * A client trusts it with `caCerts: [cert]`. The certificate is not marked as a CA, because clients reject a server
 * certificate with that mark (`CaUsedAsEndEntity`), and a trust anchor does not need it.
 */
export async function selfSignedCertificate(
  options: CertificateOptions = {},
): Promise<{ cert: string; key: string }> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const body = certificateBody(new Uint8Array(await crypto.subtle.exportKey("spki", publicKey)), options);
  const signature = new Uint8Array(await crypto.subtle.sign(algorithm, privateKey, body));
  const cert = sequence(body, signatureAlgorithm(), bitString(ecdsaSignature(signature)));
  const key = new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey));
  return { cert: pem("CERTIFICATE", cert), key: pem("PRIVATE KEY", key) };
}

/** Encodes `TBSCertificate` of RFC 5280, section 4.1. */
function certificateBody(
  publicKey: Uint8Array,
  { hostname, days = 3650 }: CertificateOptions,
): Uint8Array<ArrayBuffer> {
  const now = Date.now();
  const name = sequence(
    der(TAG.SET, sequence(der(TAG.OID, OID.commonName), der(TAG.UTF8_STRING, ascii(hostname ?? "localhost")))),
  );
  const address = hostname === undefined ? [der(TAG.CONTEXT + 7, [127, 0, 0, 1])] : [];
  const altNames = sequence(der(TAG.CONTEXT + 2, ascii(hostname ?? "localhost")), ...address);
  const extension = sequence(der(TAG.OID, OID.subjectAltName), der(TAG.OCTET_STRING, altNames));
  return sequence(
    der(TAG.CONTEXT + TAG.CONSTRUCTED + 0, integer([2])), // version 3
    integer(crypto.getRandomValues(new Uint8Array(8))), // serial number
    signatureAlgorithm(),
    name, // issuer
    sequence(utcTime(now - 2 * DAY_MS), utcTime(now + days * DAY_MS)),
    name, // subject
    publicKey,
    der(TAG.CONTEXT + TAG.CONSTRUCTED + 3, sequence(extension)),
  );
}

function signatureAlgorithm(): Uint8Array {
  return sequence(der(TAG.OID, OID.ecdsaWithSha256));
}

/** Converts a signature: WebCrypto concatenates r and s, a certificate has them as two integers. */
function ecdsaSignature(raw: Uint8Array): Uint8Array {
  return sequence(integer(raw.subarray(0, raw.length / 2)), integer(raw.subarray(raw.length / 2)));
}

/** Encodes a positive big-endian integer without leading zeros, except one zero if the sign bit would be set. */
function integer(bytes: ArrayLike<number>): Uint8Array {
  const digits = Array.from(bytes);
  while (digits.length > 1 && digits[0] === 0) digits.shift();
  return der(TAG.INTEGER, (digits[0] ?? 0) < 0x80 ? digits : [0, ...digits]);
}

function bitString(bytes: Uint8Array): Uint8Array {
  return der(TAG.BIT_STRING, [0], bytes); // no unused bits
}

/** Encodes two digits for each part from year to second. Valid until 2050. */
function utcTime(timeMs: number): Uint8Array {
  return der(TAG.UTC_TIME, ascii(new Date(timeMs).toISOString().replace(/\D/g, "").slice(2, 14) + "Z"));
}

function sequence(...parts: ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  return der(TAG.SEQUENCE, ...parts);
}

function der(tag: number, ...parts: ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  const content = parts.flatMap((part) => Array.from(part));
  return Uint8Array.from([tag, ...lengthOctets(content.length), ...content]);
}

/** Encodes a length in as few bytes as possible, because TLS libraries reject longer encodings. */
function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function pem(label: string, bytes: Uint8Array): string {
  const lines = btoa(String.fromCharCode(...bytes)).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
