// Identity: who a client is, as the option `authorize` says.

import { foreignMember, type Rights, rightsFrom } from "../session/rights.ts";

/** A client that was let in. */
export interface Identity {
  /** Stands in the log, and tells hooks who asks: no secret. Default: nobody in particular. */
  readonly name?: string;
  /** What it may see and do. Default: everything. */
  readonly rights?: Rights;
}

const MEMBERS: readonly string[] = ["name", "rights"] satisfies (keyof Identity)[];

/**
 * A copy of what `authorize` returned, checked: what is misspelt or misplaced must not let anybody do more than was meant.
 *
 * @throws {TypeError} When it is no identity.
 */
export function identityFrom(value: unknown): Identity {
  const cannot = "Cannot tell who a client is";
  if (typeof value !== "object" || value === null) {
    throw new TypeError(`${cannot}: "authorize" returned neither an identity nor a Response`);
  }
  const foreign = foreignMember(value, MEMBERS);
  if (foreign !== undefined) throw new TypeError(`${cannot}: an identity has no member "${foreign}"`);
  const { name, rights } = value as Identity;
  if (name !== undefined && typeof name !== "string") throw new TypeError(`${cannot}: its name is ${typeof name}`);
  return Object.freeze({
    ...(name === undefined ? {} : { name }),
    ...(rights === undefined ? {} : { rights: rightsFrom(rights) }),
  });
}
