// Rights: what a client may see and do.

/**
 * What a client may see and do; what is left out is not limited.
 *
 * Each list holds names: `"/odom"` is this very one, `"/camera/*"` whatever begins with `/camera/`, `"*"` all. An empty list allows
 * none. What a client may not use it is not told of.
 */
export interface Rights {
  /**
   * Only looks and listens: publishes nothing, calls no service, sets no parameter, steers no playback, whatever the lists say.
   *
   * @default {false}
   */
  readonly readOnly?: boolean;
  /** Topics that it may subscribe to, and see in the connection graph. */
  readonly topics?: readonly string[];
  /** Topics on which it may publish. */
  readonly clientTopics?: readonly string[];
  /** Services that it may call, and see in the connection graph. */
  readonly services?: readonly string[];
  /** Parameters that it may get and watch. */
  readonly readableParameters?: readonly string[];
  /** Parameters that it may set and remove. */
  readonly writableParameters?: readonly string[];
  /** URIs that it may fetch. Where they are limited, none with `.` or `..` between its slashes is allowed. */
  readonly assets?: readonly string[];
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
      if (typeof name !== "string" || name.slice(0, -1).includes("*")) {
        throw new TypeError(`${cannot}: "${name}" in "${member}" is neither a name nor a beginning with "*" after it`);
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
