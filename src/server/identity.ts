// Identity: the name and the rights of a client, as `authorize` returns them.

import { kindOf } from "../protocol/bytes.ts";
import { membersOf } from "../session/plain_object.ts";
import { type Rights, rightsFrom } from "../session/rights.ts";

/**
 * The identity of an accepted client. It must be a plain object without other members, and without members that are
 * `undefined`. Otherwise the client is rejected.
 */
export interface Identity {
  /**
   * The client's name, which appears in the log and which hooks can read. It must not be a secret. Default: no name.
   */
  readonly name?: string;
  /** What the client may see and do. Default: everything. */
  readonly rights?: Rights;
}

/** The members of {@linkcode Identity}. */
export const IDENTITY_MEMBERS: readonly (keyof Identity)[] = ["name", "rights"];

/**
 * Returns a checked copy of the identity that `authorize` returned. A misspelled or misplaced member must not give a
 * client more rights than intended.
 *
 * @throws {TypeError} If it is not an identity.
 */
export function identityFrom(value: unknown): Identity {
  const cannot = "Cannot identify a client";
  if (typeof value !== "object" || value === null) {
    throw new TypeError(`${cannot}: "authorize" returned neither an identity nor a Response`);
  }
  const members = membersOf(value, IDENTITY_MEMBERS, cannot);
  const identity: { name?: string; rights?: Rights } = {};
  if (members.has("name")) identity.name = nameFrom(members.get("name"), cannot);
  if (members.has("rights")) identity.rights = rightsFrom(members.get("rights"));
  return Object.freeze(identity);
}

function nameFrom(value: unknown, cannot: string): string {
  if (typeof value !== "string") throw new TypeError(`${cannot}: "name" is ${kindOf(value)}, not text`);
  return value;
}
