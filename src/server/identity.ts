// Identity: who a client is, as the option `authorize` says.

/** A client that was let in. */
export interface Identity {
  /** Stands in the log, and tells hooks who asks: no secret. Default: nobody in particular. */
  readonly name?: string;
}

const MEMBERS: readonly string[] = ["name"] satisfies (keyof Identity)[];

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
  const stranger = Object.keys(value).find((member) => !MEMBERS.includes(member));
  if (stranger !== undefined) throw new TypeError(`${cannot}: an identity has no member "${stranger}"`);
  const { name } = value as Identity;
  if (name !== undefined && typeof name !== "string") throw new TypeError(`${cannot}: its name is ${typeof name}`);
  return Object.freeze({ ...(name === undefined ? {} : { name }) });
}
