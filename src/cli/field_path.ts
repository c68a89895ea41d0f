// FieldPath: a member of a message that a user names, such as `pose.position.x` or `ranges[0]`.

import { usageError } from "./failure.ts";

/** A member of a message. */
export interface FieldPath {
  /** As the user has written it. */
  readonly text: string;
  /** Names of members and indexes of lists. */
  readonly steps: readonly (string | number)[];
}

const SEGMENT = /^([^.[\]]*)((?:\[\d+\])*)$/;

/**
 * Reads paths that are separated by commas.
 *
 * @throws {Failure} If one of them is not a path.
 */
export function parseFieldPaths(text: string): FieldPath[] {
  return text.split(",").map((each) => parseFieldPath(each.trim()));
}

function parseFieldPath(text: string): FieldPath {
  const steps: (string | number)[] = [];
  text.split(".").forEach((segment, position) => {
    const [, name, indexes = ""] = SEGMENT.exec(segment) ?? [];
    // A message may be a list, so only the first segment may be an index without a name.
    if (name === undefined || name === "" && (position > 0 || indexes === "")) {
      throw usageError(`--field requires paths such as pose.x or ranges[0], not "${text}"`);
    }
    if (name !== "") steps.push(name);
    for (const [index] of indexes.matchAll(/\d+/g)) steps.push(Number(index));
  });
  return { text, steps };
}

/** Returns a member, or `undefined` if the value does not have it. */
export function fieldOf(value: unknown, { steps }: FieldPath): unknown {
  return steps.reduce(memberOf, value);
}

/** The members beside a path that does not exist. */
export interface FieldsBeside {
  /** The path before the missing member, with a dot at its end unless it is empty. */
  readonly parent: string;
  /** The name of the missing member. */
  readonly missing: string;
  /** The names of the members that exist. */
  readonly names: readonly string[];
}

/** Returns the members where a path that does not exist ends. */
export function fieldsBeside(value: unknown, { steps }: FieldPath): FieldsBeside {
  let parent = value;
  let path = "";
  for (const step of steps) {
    const member = memberOf(parent, step);
    if (member === undefined) return { parent: path && `${path}.`, missing: `${step}`, names: namesOf(parent) };
    parent = member;
    path += typeof step === "number" ? `[${step}]` : `${path && "."}${step}`;
  }
  return { parent: path, missing: "", names: [] };
}

function namesOf(parent: unknown): string[] {
  if (typeof parent !== "object" || parent === null) return [];
  if (!Array.isArray(parent) && !(parent instanceof Uint8Array)) return Object.keys(parent);
  return parent.length === 0 ? [] : [`[0] to [${parent.length - 1}]`];
}

function memberOf(value: unknown, step: string | number): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
  return (value as Record<string | number, unknown>)[step];
}
