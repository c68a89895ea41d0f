// Rights: what a client may see and do.

import { canonicalAssetUri } from "./asset_uri.ts";
import { membersOf } from "./plain_object.ts";

/**
 * Selects names: an exact name (`"/odom"`), a prefix with `*` (`"/camera/*"`), or a regular expression
 * (`/^\/camera\/\d+$/`).
 */
export type NamePattern = string | RegExp;

/**
 * The topics, services, parameters and assets that a client may use. An absent member allows everything.
 *
 * Each list contains name patterns: `"/odom"` allows exactly this name, `"/camera/*"` allows every name that begins
 * with `/camera/`, `"*"` allows all names. A `RegExp` allows every name that it matches anywhere; use `^` and `$` to
 * match the whole name. An empty list allows no name. The server hides topics, services and parameters from clients
 * that may not use them.
 *
 * Must be a plain object without other members, and without members that are `undefined`. Otherwise the client is
 * rejected.
 */
export interface Rights {
  /**
   * The client may not publish, call services, set parameters or control playback, even if the lists allow it.
   *
   * @default {false}
   */
  readonly readOnly?: boolean;
  /** Topics that the client may subscribe to, and see in the connection graph. */
  readonly topics?: readonly NamePattern[];
  /** Topics to which the client may publish. */
  readonly clientTopics?: readonly NamePattern[];
  /** Services that the client may call, and see in the connection graph. */
  readonly services?: readonly NamePattern[];
  /** Parameters that the client may get and watch. */
  readonly readableParameters?: readonly NamePattern[];
  /** Parameters that the client may set and remove. */
  readonly writableParameters?: readonly NamePattern[];
  /**
   * Asset URIs that the client may fetch. URIs and string patterns are percent-decoded before they are compared:
   * `/secret/` also matches `package://arm/%73ecret`.
   *
   * If this list is present, the server denies URIs with `.`, `..` or empty path segments. It also denies URIs with
   * control characters or with bytes that are not valid UTF-8.
   */
  readonly assets?: readonly NamePattern[];
}

/** The name of a member of {@linkcode Rights} that is a list. */
export type NameList = Exclude<keyof Rights, "readOnly">;

/** The names of all members of {@linkcode Rights} that are lists. */
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
 * Checks and copies the rights that a program gave. A misspelt limit, or a limit in an unusual object, must not be
 * ignored.
 *
 * @throws {TypeError} If `value` is not a valid `Rights` object.
 */
export function rightsFrom(value: unknown): Rights {
  const members = [...membersOf(value, ["readOnly", ...NAME_LISTS], CANNOT)];
  return Object.freeze(Object.fromEntries(
    members.map(([member, limit]) => [member, member === "readOnly" ? flagFrom(limit) : patternsFrom(member, limit)]),
  ));
}

function flagFrom(value: unknown): boolean {
  if (typeof value !== "boolean") throw new TypeError(`${CANNOT}: "readOnly" must be a boolean, not ${typeof value}`);
  return value;
}

function patternsFrom(list: NameList, value: unknown): readonly NamePattern[] {
  if (!isPlainArray(value)) throw new TypeError(`${CANNOT}: "${list}" is not a plain array without holes`);
  // Reads by index, because the caller may have replaced the iterator.
  return Object.freeze(Array.from({ length: value.length }, (_, index) => patternFrom(list, value[index])));
}

function patternFrom(list: NameList, pattern: unknown): NamePattern {
  if (typeof pattern === "string" && !pattern.slice(0, -1).includes("*")) {
    if (list !== "assets" || canonicalAssetUri(pattern.replace(/\*$/, "")) !== undefined) return pattern;
    throw new TypeError(`${CANNOT}: "${list}" contains "${pattern}", which is not UTF-8 or has control characters`);
  }
  // Copied, because `compile()` can change a RegExp later.
  if (isPlainRegExp(pattern)) return new RegExp(pattern.source, pattern.flags);
  const what = typeof pattern === "string" ? `"${pattern}"` : typeof pattern;
  throw new TypeError(
    `${CANNOT}: "${list}" contains ${what}, which is not a name, a prefix followed by "*", or a plain RegExp`,
  );
}

/** Whether `value` is a plain array without holes. A hole, a subclass or an own iterator could yield other names. */
function isPlainArray(value: unknown): value is unknown[] {
  // `Array.prototype` is itself an array, in every realm. The prototype of a subclass is not.
  if (!Array.isArray(value) || !Array.isArray(Object.getPrototypeOf(value))) return false;
  const { length } = value;
  const keys = Reflect.ownKeys(value);
  return keys.length === length + 1 && keys.every((key, index) => key === (index < length ? `${index}` : "length"));
}

/**
 * Whether `value` is a plain RegExp. A subclass or an own method could match other names than the source and flags do.
 */
function isPlainRegExp(value: unknown): value is RegExp {
  if (!(value instanceof RegExp) || Object.getPrototypeOf(value) !== RegExp.prototype) return false;
  const keys = Reflect.ownKeys(value);
  return keys.length === 1 && keys[0] === "lastIndex";
}
