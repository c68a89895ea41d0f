// Rights: what a client may see and do.

/** Names by one of them, by how they begin, or by a pattern: `"/odom"`, `"/camera/*"`, `/^\/camera\/\d+$/`. */
export type NamePattern = string | RegExp;

/**
 * What a client may see and do; what is left out is not limited.
 *
 * Each list holds names: `"/odom"` is this very one, `"/camera/*"` whatever begins with `/camera/`, `"*"` all. A `RegExp` allows what
 * it finds something in: `^` and `$` make it the whole name. An empty list allows none. What a client may not use it is not told of.
 */
export interface Rights {
  /**
   * Only looks and listens: publishes nothing, calls no service, sets no parameter, steers no playback, whatever the lists say.
   *
   * @default {false}
   */
  readonly readOnly?: boolean;
  /** Topics that it may subscribe to, and see in the connection graph. */
  readonly topics?: readonly NamePattern[];
  /** Topics on which it may publish. */
  readonly clientTopics?: readonly NamePattern[];
  /** Services that it may call, and see in the connection graph. */
  readonly services?: readonly NamePattern[];
  /** Parameters that it may get and watch. */
  readonly readableParameters?: readonly NamePattern[];
  /** Parameters that it may set and remove. */
  readonly writableParameters?: readonly NamePattern[];
  /** URIs that it may fetch. Where they are limited, none with `.` or `..` between its slashes is allowed. */
  readonly assets?: readonly NamePattern[];
}

/** A member of {@linkcode Rights} that lists names. */
export type NameList = Exclude<keyof Rights, "readOnly">;

const LISTS: readonly string[] = [
  "topics",
  "clientTopics",
  "services",
  "readableParameters",
  "writableParameters",
  "assets",
] satisfies NameList[];

/**
 * A copy of what somebody gave as rights, checked: a limit that is misspelt would be none.
 *
 * @throws {TypeError} When they are no rights.
 */
export function rightsFrom(value: unknown): Rights {
  const cannot = "Cannot limit a client's rights";
  if (typeof value !== "object" || value === null) throw new TypeError(`${cannot}: they are ${value}`);
  const foreign = foreignMember(value, [...LISTS, "readOnly"]);
  if (foreign !== undefined) throw new TypeError(`${cannot}: there is no "${foreign}"`);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const checked = members.map(([member, limit]) => {
    if (member === "readOnly") {
      if (typeof limit !== "boolean") throw new TypeError(`${cannot}: "readOnly" is ${typeof limit}`);
      return [member, limit];
    }
    if (!Array.isArray(limit)) throw new TypeError(`${cannot}: "${member}" is no list`);
    for (const name of limit) {
      if (name instanceof RegExp) continue;
      if (typeof name !== "string" || name.slice(0, -1).includes("*")) {
        throw new TypeError(`${cannot}: "${name}" in "${member}" is no name, beginning with "*" after it, or RegExp`);
      }
    }
    return [member, Object.freeze([...limit])];
  });
  return Object.freeze(Object.fromEntries(checked));
}

/** A member that has no meaning. */
export function foreignMember(value: object, known: readonly string[]): string | undefined {
  return Object.keys(value).find((member) => !known.includes(member));
}
