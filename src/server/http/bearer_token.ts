// bearerToken(): accepts clients that know a secret.

import { readTokenSubprotocol } from "../../protocol/token_subprotocol.ts";
import { countText } from "../../quantities.ts";
import { membersOf } from "../../session/plain_object.ts";
import { tokens as listed } from "./handshake.ts";
import { textResponse } from "./responses.ts";
import { type Identity, IDENTITY_MEMBERS, identityFrom } from "../identity.ts";

/** A secret, and the identity of the clients that know it. */
export interface BearerToken extends Identity {
  /** At least 16 visible ASCII characters, such as `crypto.randomUUID()`. */
  readonly token: string;
}

/** The minimum number of characters. Random tokens of this length cannot be guessed. */
const MIN_LENGTH = 16;

const UTF8 = new TextEncoder();

/**
 * Returns an `authorize` function that requires a token. If a client sends several tokens, the first of this list
 * counts:
 *
 * - the header `Authorization: Bearer …`, for programs;
 * - an offered subprotocol, see `tokenSubprotocol()` of `./protocol`, for web pages, which cannot set headers;
 * - `?token=…` in the address, for apps whose users can only type an address. Proxies log addresses, and users share
 *   them.
 *
 * Without TLS, everyone who can read the network traffic can read the token. The server does not write it to the log or
 * pass it to hooks.
 *
 * @param tokens Each token as text, or with the identity of the clients that know it.
 * @throws {TypeError} If no token is given, a token is not valid text, or two tokens are equal.
 * @throws {RangeError} If a token is too short.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { bearerToken, FoxgloveServer } from "@x/foxglove-ws";
 *
 * const authorize = bearerToken({ token: "correct-horse-battery", name: "operator" });
 * await using server = new FoxgloveServer({ name: "my robot", port: 0, authorize });
 * const { port } = await server.start();
 *
 * const knock = (path: string) => {
 *   const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
 *   return new Promise((resolve) => {
 *     socket.onerror = () => resolve("refused");
 *     socket.onmessage = () => socket.close();
 *     socket.onclose = () => resolve("welcome");
 *   });
 * };
 * assertEquals(await knock("/"), "refused");
 * assertEquals(await knock("/?token=correct-horse-battery"), "welcome");
 * ```
 */
export function bearerToken(
  ...tokens: readonly (string | BearerToken)[]
): (request: Request) => Promise<Identity | Response> {
  const known = tokens.map(keyFrom);
  if (known.length === 0) throw new TypeError("Cannot require a bearer token: no token is given");
  if (new Set(known.map(({ token }) => token)).size < known.length) {
    throw new TypeError("Cannot require a bearer token: a token is given twice");
  }
  // Computed for the first client, because creating a server must not start anything.
  let digests: Promise<Uint8Array[]> | undefined;
  return async (request) => {
    const given = tokenOf(request);
    if (given === undefined) {
      return unauthorized("A token is missing: send it as Authorization: Bearer, as ?token= or as a subprotocol");
    }
    digests ??= Promise.all(known.map(({ token }) => digestOf(token)));
    const digest = await digestOf(given);
    // Compares all tokens, even after a match, so that the time reveals nothing.
    const matches = (await digests).map((each) => isSame(each, digest));
    const identity = known[matches.indexOf(true)]?.identity;
    return identity ?? unauthorized("The token is not valid", ', error="invalid_token"');
  };
}

/** Checks a token. Its errors never contain the token. */
function keyFrom(entry: string | BearerToken): { token: string; identity: Identity } {
  const members = typeof entry === "string" ? new Map([["token", entry]]) : membersFrom(entry);
  const token = members.get("token");
  members.delete("token");
  if (typeof token !== "string" || !/^[\x21-\x7e]*$/.test(token)) {
    throw new TypeError("Cannot require a bearer token: a token must be text of visible ASCII characters");
  }
  if (token.length < MIN_LENGTH) {
    throw new RangeError(
      `Cannot require a bearer token: a token has ${countText(token.length, "character")}, not ${MIN_LENGTH} or more`,
    );
  }
  return { token, identity: identityFrom(Object.fromEntries(members)) };
}

function membersFrom(entry: BearerToken): Map<string, unknown> {
  // Without "token", an unknown member may be the token itself, and the error text would contain it.
  if (!("token" in Object(entry))) return new Map();
  return membersOf(entry, ["token", ...IDENTITY_MEMBERS], "Cannot require a bearer token");
}

function tokenOf({ headers, url }: Request): string | undefined {
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.get("authorization") ?? "")?.[1];
  if (bearer !== undefined) return bearer;
  for (const subprotocol of listed(headers.get("sec-websocket-protocol"))) {
    const token = readTokenSubprotocol(subprotocol);
    if (token !== undefined) return token;
  }
  return new URL(url).searchParams.get("token") ?? undefined;
}

/**
 * Digests have the same length for all texts and do not help to guess a token. So comparing them reveals nothing about
 * a token.
 */
async function digestOf(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", UTF8.encode(text)));
}

/** Compares every byte, in constant time. */
function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.reduce((difference, byte, index) => difference | (byte ^ (other[index] ?? 0)), 0) === 0;
}

function unauthorized(why: string, parameters = ""): Response {
  return textResponse(401, why, { "www-authenticate": `Bearer realm="foxglove"${parameters}` });
}
