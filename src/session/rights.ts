// Rights: what a client may see and do.

import { canonicalAssetUri } from "./asset_uri.ts";
import { membersOf } from "./plain_object.ts";

/** Names by one of them, by how they begin, or by a pattern: `"/odom"`, `"/camera/*"`, `/^\/camera\/\d+$/`. */
export type NamePattern = string | RegExp;

/**
 * What a client may see and do; what is left out is not limited.
 *
 * Each list holds names: `"/odom"` is this very one, `"/camera/*"` whatever begins with `/camera/`, `"*"` all. A `RegExp` allows what
 * it finds something in: `^` and `$` make it the whole name. An empty list allows none. What a client may not use it is not told of.
 *
 * Must be a plain object without other members, and without members that are `undefined`: anything else keeps the client out.
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
  /**
   * URIs that it may fetch. They are compared without percent-encoding: `/secret/` matches `package://arm/%73ecret` as well.
   * Percent-encoding in string patterns is undone, too.
   *
   * If there is a list, URIs with `.`, `..` or nothing between two slashes are denied, and so are those with control characters or with
   * bytes that are not UTF-8.
   */
  readonly assets?: readonly NamePattern[];
}

/** A member of {@linkcode Rights} that lists names. */
export type NameList = Exclude<keyof Rights, "readOnly">;

/** The members of {@linkcode Rights} that list names. */
export const NAME_LISTS: readonly NameList[] = [
  "topics",
  "clientTopics",
  "services",
  "readableParameters",
  "writableParameters",
  "assets",
];

const CANNOT = "Cannot limit a client's rights";

/**
 * A copy of the rights that a program gave, checked: a limit that is misspelt, or lost in an odd object, would be no limit.
 *
 * @throws {TypeError} When they are not rights.
 */
export function rightsFrom(value: unknown): Rights {
  const members = [...membersOf(value, ["readOnly", ...NAME_LISTS], CANNOT)];
  return Object.freeze(Object.fromEntries(
    members.map(([member, limit]) => [member, member === "readOnly" ? flagFrom(limit) : patternsFrom(member, limit)]),
  ));
}

function flagFrom(value: unknown): boolean {
  if (typeof value !== "boolean") throw new TypeError(`${CANNOT}: "readOnly" is ${typeof value}`);
  return value;
}

function patternsFrom(list: NameList, value: unknown): readonly NamePattern[] {
  if (!isPlainArray(value)) throw new TypeError(`${CANNOT}: "${list}" is not a plain array without holes`);
  // By index: its iterator is the caller's.
  return Object.freeze(Array.from({ length: value.length }, (_, index) => patternFrom(list, value[index])));
}

function patternFrom(list: NameList, pattern: unknown): NamePattern {
  if (typeof pattern === "string" && !pattern.slice(0, -1).includes("*")) {
    if (list !== "assets" || canonicalAssetUri(pattern.replace(/\*$/, "")) !== undefined) return pattern;
    throw new TypeError(`${CANNOT}: "${list}" holds "${pattern}", not text in UTF-8 without control characters`);
  }
  // Copied, because compile() changes an expression.
  if (isPlainRegExp(pattern)) return new RegExp(pattern.source, pattern.flags);
  const what = typeof pattern === "string" ? `"${pattern}"` : typeof pattern;
  throw new TypeError(
    `${CANNOT}: "${list}" holds ${what}, not a name, a beginning with "*" after it, or a plain RegExp`,
  );
}

/** Whether it has its elements and nothing else: a hole, a subclass or an own iterator could yield other names. */
function isPlainArray(value: unknown): value is unknown[] {
  // The prototype of arrays is an array itself, in every realm; that of a subclass is not.
  if (!Array.isArray(value) || !Array.isArray(Object.getPrototypeOf(value))) return false;
  const { length } = value;
  const keys = Reflect.ownKeys(value);
  return keys.length === length + 1 && keys.every((key, index) => key === (index < length ? `${index}` : "length"));
}

/** Whether it matches by its source and its flags alone: a subclass or an own method could match less. */
function isPlainRegExp(value: unknown): value is RegExp {
  if (!(value instanceof RegExp) || Object.getPrototypeOf(value) !== RegExp.prototype) return false;
  const keys = Reflect.ownKeys(value);
  return keys.length === 1 && keys[0] === "lastIndex";
}
