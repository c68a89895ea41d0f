// Rights: what a client may see and do.

import { type NamePattern, namePatternsFrom } from "../name_patterns.ts";
import { canonicalAssetUri } from "./asset_uri.ts";
import { membersOf } from "./plain_object.ts";

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
  const patterns = namePatternsFrom(CANNOT, list, value);
  for (const pattern of list === "assets" ? patterns : []) {
    if (typeof pattern !== "string" || canonicalAssetUri(pattern.replace(/\*$/, "")) !== undefined) continue;
    throw new TypeError(`${CANNOT}: "${list}" contains "${pattern}", which is not UTF-8 or has control characters`);
  }
  return patterns;
}
