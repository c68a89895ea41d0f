// membersOf(): reads the members of a plain object that limits a client. Rejects every other kind of object.

/**
 * Reads an object such as `{ readOnly: true }`. Reads each member once.
 *
 * These objects contain limits, and an unusual object must not cause a limit to be ignored. So every member must be an
 * own member, known and not `undefined`. The prototype must be `null` or the `Object.prototype` of any realm.
 *
 * @param cannot The beginning of the error text, such as "Cannot do X".
 * @throws {TypeError} If `value` does not meet these conditions.
 */
export function membersOf<Name extends string>(
  value: unknown,
  known: readonly Name[],
  cannot: string,
): Map<Name, unknown> {
  if (typeof value !== "object" || value === null || !isPlain(value)) {
    throw new TypeError(`${cannot}: not a plain object`);
  }
  const own = Reflect.ownKeys(value);
  const unknown = own.find((key) => !known.some((name) => name === key));
  if (unknown !== undefined) throw new TypeError(`${cannot}: unknown member "${String(unknown)}"`);
  const members = new Map<Name, unknown>();
  for (const name of known) {
    const member = (value as Record<string, unknown>)[name];
    if (own.includes(name)) {
      if (member === undefined) throw new TypeError(`${cannot}: "${name}" is undefined`);
      members.set(name, member);
    } else if (member !== undefined) {
      // A Proxy may return a value for a member that it does not list.
      throw new TypeError(`${cannot}: "${name}" is not a member of the object itself`);
    }
  }
  return members;
}

function isPlain(value: object): boolean {
  const prototype: object | null = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || isObjectPrototype(prototype);
}

/** Whether `prototype` is the `Object.prototype` of another realm. It may only have members that ours has as well. */
function isObjectPrototype(prototype: object): boolean {
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "hasOwnProperty") &&
    Reflect.ownKeys(prototype).every((key) => Object.hasOwn(Object.prototype, key));
}
