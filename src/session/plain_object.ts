// membersOf(): reads the members of a plain object that limits a client; refuses every other kind of object.

/**
 * Reads an object such as `{ readOnly: true }`, each member once.
 *
 * These objects hold limits, and a limit must not get lost because the object is odd. So every member must be the object's own, known
 * and not `undefined`, and the prototype must be `null` or the `Object.prototype` of any realm.
 *
 * @param cannot How the error begins, such as "Cannot do X".
 * @throws {TypeError} When it is anything else.
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
      // Proxies may answer for members that they do not list.
      throw new TypeError(`${cannot}: "${name}" is not a member of the object itself`);
    }
  }
  return members;
}

function isPlain(value: object): boolean {
  const prototype: object | null = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || isObjectPrototype(prototype);
}

/** Whether it is the `Object.prototype` of another realm: it holds nothing that ours does not hold as well. */
function isObjectPrototype(prototype: object): boolean {
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "hasOwnProperty") &&
    Reflect.ownKeys(prototype).every((key) => Object.hasOwn(Object.prototype, key));
}
