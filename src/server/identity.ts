// Identity: who a client is, as the option `authorize` says.

import { membersOf } from "../session/plain_object.ts";
import { type Rights, rightsFrom } from "../session/rights.ts";

/**
 * A client that was let in. Must be a plain object without other members, and without members that are `undefined`: anything else keeps
 * the client out.
 */
export interface Identity {
  /** Stands in the log, and tells hooks who asks: no secret. Default: nobody in particular. */
  readonly name?: string;
  /** What it may see and do. Default: everything. */
  readonly rights?: Rights;
}

/** The members of {@linkcode Identity}. */
export const IDENTITY_MEMBERS: readonly (keyof Identity)[] = ["name", "rights"];

/**
 * A copy of the identity that `authorize` returned, checked: what is misspelt or misplaced must not let a client do more than was meant.
 *
 * @throws {TypeError} When it is not an identity.
 */
export function identityFrom(value: unknown): Identity {
  const cannot = "Cannot tell who a client is";
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
  if (typeof value !== "string") throw new TypeError(`${cannot}: its name is ${typeof value}`);
  return value;
}
