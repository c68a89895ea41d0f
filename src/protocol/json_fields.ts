// Taking a JSON object apart member by member, each one checked: a peer's that was read, or a caller's to be written.

import { ProtocolError } from "./protocol_error.ts";
import { isUint32, UINT32_RULE, unwritable } from "./wire_types.ts";

/** What a member may be. */
export interface Kind<T> {
  /** The test. */
  is(value: unknown): value is T;
  /** Completes "must be". */
  rule: string;
  /** Then a number that is refused is out of range rather than of the wrong type. */
  numeric?: boolean;
}

/** Any text. */
export const STRING: Kind<string> = { is: (value) => typeof value === "string", rule: "a string" };
/** Ids other than those of a server's channels. */
export const UINT32: Kind<number> = { is: isUint32, rule: UINT32_RULE, numeric: true };
/** The spec gives the ids of a server's channels no upper limit; this one is JSON's own. */
export const SAFE_INTEGER: Kind<number> = {
  is: (value): value is number => Number.isSafeInteger(value) && (value as number) >= 0,
  rule: "an integer of 0 to 9007199254740991",
  numeric: true,
};

/**
 * Called for an entry of a list, or an optional member, that is left out because of `error`. `label` is the topic or name of the entry, if
 * it has one.
 */
export type ReportUnusable = (error: unknown, label?: string) => void;

/** Whether `value` is an object as JSON knows it: no array, no `null`, and nothing like a `Date` or a `Map`. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return Object.prototype.toString.call(value) === "[object Object]";
}

/**
 * The members of a JSON object; `Name` lists those that may be asked for.
 *
 * What a peer sent is read leniently: `null` counts as absent, members that nobody asks for are ignored. What is wrong
 * even so is a `ProtocolError` of category `invalid-field`. A caller's message goes through the same checks before it
 * is written, and its faults are the caller's: `RangeError` for a number out of range, `TypeError` for the rest.
 *
 * By default one fault spoils the message. With a `report`, an entry of a list that cannot be used is reported and left out.
 */
export class JsonFields<Name extends string = string> {
  /** Of the message that this object is, or is a part of. */
  readonly op: string;
  /** Whether this is a caller's message. */
  readonly strict: boolean;
  readonly #members: Readonly<Record<string, unknown>>;
  readonly #report: ReportUnusable | undefined;
  // The path is put together only for an error: a list may have thousands of entries.
  readonly #parent: JsonFields | undefined;
  readonly #name: string;
  readonly #index: number | undefined;

  /** `strict`: see {@linkcode fieldsToWrite}. A part of a message has a `parent`, and a place in it. */
  constructor(
    op: string,
    members: Readonly<Record<string, unknown>>,
    strict = false,
    report?: ReportUnusable,
    parent?: JsonFields,
    name = "",
    index?: number,
  ) {
    this.op = op;
    this.strict = strict;
    this.#members = members;
    this.#report = report;
    this.#parent = parent;
    this.#name = name;
    this.#index = index;
  }

  /** The member as it is; `undefined` when it is absent. */
  raw(name: Name): unknown {
    return this.#members[name] ?? undefined;
  }

  /** The member, which must be there. */
  get<T>(name: Name, kind: Kind<T>): T {
    return this.#checked(this.#members[name], name, kind);
  }

  /** The member, or `undefined`. */
  optional<T>(name: Name, kind: Kind<T>): T | undefined {
    const value = this.raw(name);
    return value === undefined ? undefined : this.#checked(value, name, kind);
  }

  /** How many entries an array has; 0 if the member is not an array. */
  count(name: Name): number {
    const value = this.#members[name];
    return Array.isArray(value) ? value.length : 0;
  }

  /** An array, which must be there. With a `report`, entries of another kind are left out. */
  list<T>(name: Name, kind: Kind<T>): T[] {
    return this.#entries(name, (value, index) => this.#checked(value, name, kind, index));
  }

  /** An array, or `undefined`. One entry of another kind spoils it. */
  optionalList<T>(name: Name, kind: Kind<T>): T[] | undefined {
    if (this.raw(name) === undefined) return undefined;
    return this.#array(name).map((value, index) => this.#checked(value, name, kind, index));
  }

  /** An array of objects, which must be there. */
  objects(name: Name): JsonFields[] {
    return this.#array(name).map((value, index) => this.#object(value, name, index));
  }

  /**
   * Reads an array of objects, which must be there. With a `report`, entries that `read` refuses are left out; the report names them by
   * their member `label`.
   */
  each<T>(name: Name, label: string, read: (fields: JsonFields) => T): T[] {
    return this.#entries(name, (value, index) => read(this.#object(value, name, index)), label);
  }

  /** Reads an optional member. With a `report`, a member that `read` refuses is reported and counts as absent. */
  unlessUnusable<T>(read: () => T): T | undefined {
    if (!this.#report) return read();
    try {
      return read();
    } catch (error) {
      this.#report(error);
      return undefined;
    }
  }

  /** An object, or `undefined`. */
  optionalObject(name: Name): JsonFields | undefined {
    const value = this.raw(name);
    return value === undefined ? undefined : this.#object(value, name);
  }

  /**
   * An object with strings for members, or `undefined`, which stands for an empty one when it is to be written.
   * A name like `__proto__` is a name like any other.
   */
  optionalStrings(name: Name): Record<string, string> | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (!isObject(value)) throw this.error(name, "an object");
    const entries = Object.entries(value).filter(([, text]) => this.strict || text !== null);
    if (!entries.every(([, text]) => typeof text === "string")) throw this.error(name, "an object of strings");
    if (this.strict && entries.length === 0) return undefined;
    // Unlike an assignment, this makes a member of `__proto__` as well.
    return Object.fromEntries(entries) as Record<string, string>;
  }

  /** The error about a member; `rule` completes "must be". */
  error(name: string, rule: string, CallersError: typeof TypeError | typeof RangeError = TypeError): Error {
    const path = this.#path + name;
    if (this.strict) return new CallersError(unwritable(this.op, path, rule));
    return new ProtocolError("invalid-field", `Cannot read "${this.op}": ${path} must be ${rule}`, { op: this.op });
  }

  /** What leads to these members, such as `channels[2].`. */
  get #path(): string {
    return this.#parent ? `${this.#parent.#path}${withIndex(this.#name, this.#index)}.` : "";
  }

  #array(name: Name): unknown[] {
    const value = this.#members[name];
    if (!Array.isArray(value)) throw this.error(name, "an array");
    // A copy, for map() passes over the holes that a caller's array may have.
    return this.strict ? [...value] : value;
  }

  #object(value: unknown, name: string, index?: number): JsonFields {
    if (!isObject(value)) throw this.error(withIndex(name, index), "an object");
    return new JsonFields(this.op, value, this.strict, this.#report, this, name, index);
  }

  #entries<T>(name: Name, read: (value: unknown, index: number) => T, label?: string): T[] {
    const values = this.#array(name);
    const report = this.#report;
    if (!report) return values.map(read);
    const entries: T[] = [];
    values.forEach((value, index) => {
      try {
        entries.push(read(value, index));
      } catch (error) {
        report(error, label === undefined ? undefined : labelOf(value, label));
      }
    });
    return entries;
  }

  #checked<T>(value: unknown, name: string, kind: Kind<T>, index?: number): T {
    if (kind.is(value)) return value;
    const CallersError = kind.numeric && typeof value === "number" ? RangeError : TypeError;
    throw this.error(withIndex(name, index), kind.rule, CallersError);
  }
}

/** The members of a message that is to be written. */
export function fieldsToWrite<Message extends { op: string }>(
  message: Message,
  report?: ReportUnusable,
): JsonFields<keyof Message & string> {
  return new JsonFields(message.op, message as Message & Readonly<Record<string, unknown>>, true, report);
}

/** The member of an entry that names it. Never throws, whatever a caller's object does. */
function labelOf(entry: unknown, member: string): string | undefined {
  try {
    const label: unknown = (entry as Readonly<Record<string, unknown>>)[member];
    return typeof label === "string" ? label : undefined;
  } catch {
    return undefined;
  }
}

function withIndex(name: string, index: number | undefined): string {
  return index === undefined ? name : `${name}[${index}]`;
}
