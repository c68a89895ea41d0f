// JsonFields: reads and checks the fields of a JSON object, which was received from a peer or which a caller passes for
// encoding.

import { isObject } from "./json_object.ts";
import { ProtocolError } from "./protocol_error.ts";
import { isUint32, UINT32_RULE } from "./wire_types.ts";
import { writeError } from "./write_error.ts";

/** The type of a field, with the check for its values. */
export interface FieldType<T> {
  /** Whether `value` has this type. */
  is(value: unknown): value is T;
  /** What the value must be, as error texts state it after "must be". */
  rule: string;
  /** If true, a caller's number that is rejected throws a `RangeError` instead of a `TypeError`. */
  numeric?: boolean;
}

/** Any text. */
export const STRING: FieldType<string> = { is: (value) => typeof value === "string", rule: "a string" };
/** A uint32. All ids are uint32, except those of a server's channels. */
export const UINT32: FieldType<number> = { is: isUint32, rule: UINT32_RULE, numeric: true };
/** The ids of a server's channels. The spec does not limit them; this is the limit for exact integers in JSON. */
export const SAFE_INTEGER: FieldType<number> = {
  is: (value): value is number => Number.isSafeInteger(value) && (value as number) >= 0,
  rule: "an integer from 0 to 9007199254740991",
  numeric: true,
};

/**
 * Called for a list entry or an optional field that is left out because of `error`. `label` is the topic or name of the
 * entry, if it has one.
 */
export type ReportInvalid = (error: unknown, label?: string) => void;

/**
 * The fields of a JSON object. `Name` lists the names that may be read.
 *
 * Objects from a peer are read leniently: `null` counts as absent, and unknown fields are ignored. Invalid fields throw
 * a `ProtocolError` with the code `invalid-field`.
 *
 * A caller's message passes the same checks before it is written. There, a number out of range throws a `RangeError`,
 * and other invalid values throw a `TypeError`, because the caller made the error.
 *
 * By default, one invalid field makes the whole message invalid. With a `report`, list entries and optional fields that
 * are invalid are reported and left out, where the methods say so.
 */
export class JsonFields<Name extends string = string> {
  /** The op of the message. It is the same for objects inside the message. */
  readonly op: string;
  /** `"read"` checks a peer's message. `"write"` checks a caller's message before it is written. */
  readonly mode: "read" | "write";
  readonly #members: Readonly<Record<string, unknown>>;
  readonly #report: ReportInvalid | undefined;
  // The path is built only for errors, because a list may have thousands of entries.
  readonly #parent: JsonFields | undefined;
  readonly #name: string;
  readonly #index: number | undefined;

  /** For an object inside a message, `parent`, `name` and `index` are its position in the message. */
  constructor(
    op: string,
    members: Readonly<Record<string, unknown>>,
    mode: "read" | "write" = "read",
    report?: ReportInvalid,
    parent?: JsonFields,
    name = "",
    index?: number,
  ) {
    this.op = op;
    this.mode = mode;
    this.#members = members;
    this.#report = report;
    this.#parent = parent;
    this.#name = name;
    this.#index = index;
  }

  /** Returns the field without a check, or `undefined` if it is absent. */
  raw(name: Name): unknown {
    return this.#members[name] ?? undefined;
  }

  /** Reads a required field. */
  get<T>(name: Name, type: FieldType<T>): T {
    return this.#checked(this.#members[name], name, type);
  }

  /** Reads an optional field. */
  optional<T>(name: Name, type: FieldType<T>): T | undefined {
    const value = this.raw(name);
    return value === undefined ? undefined : this.#checked(value, name, type);
  }

  /** Returns the length of an array, or 0 if the field is not an array. */
  count(name: Name): number {
    const value = this.#members[name];
    return Array.isArray(value) ? value.length : 0;
  }

  /** Reads a required array. With a `report`, entries of another type are reported and left out. */
  list<T>(name: Name, type: FieldType<T>): T[] {
    return this.#entries(name, (value, index) => this.#checked(value, name, type, index));
  }

  /** Reads an optional array. Throws if an entry is of another type, also with a `report`. */
  optionalList<T>(name: Name, type: FieldType<T>): T[] | undefined {
    if (this.raw(name) === undefined) return undefined;
    return this.#array(name).map((value, index) => this.#checked(value, name, type, index));
  }

  /** Reads a required array of objects. Throws if an entry is not an object, also with a `report`. */
  objects(name: Name): JsonFields[] {
    return this.#array(name).map((value, index) => this.#object(value, name, index));
  }

  /**
   * Reads a required array of objects. With a `report`, entries that are not objects or for which `read` throws are
   * reported and left out. The report contains the field `label` of the entry.
   */
  readObjects<T>(name: Name, label: string, read: (fields: JsonFields) => T): T[] {
    return this.#entries(name, (value, index) => read(this.#object(value, name, index)), label);
  }

  /**
   * Reads an optional field by calling `read`. With a `report`, errors of `read` are reported, and the field counts as
   * absent.
   */
  readOrReport<T>(read: () => T): T | undefined {
    if (!this.#report) return read();
    try {
      return read();
    } catch (error) {
      this.#report(error);
      return undefined;
    }
  }

  /** Reads an optional object. */
  optionalObject(name: Name): JsonFields | undefined {
    const value = this.raw(name);
    return value === undefined ? undefined : this.#object(value, name);
  }

  /**
   * Reads an optional object of strings. In a caller's message, an empty object counts as absent. Names such as
   * `__proto__` are treated like any other name.
   */
  optionalStrings(name: Name): Record<string, string> | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (!isObject(value)) throw this.error(name, "an object");
    const entries = Object.entries(value).filter(([, text]) => this.mode === "write" || text !== null);
    if (!entries.every(([, text]) => typeof text === "string")) throw this.error(name, "an object of strings");
    if (this.mode === "write" && entries.length === 0) return undefined;
    // Unlike an assignment, this also creates a member with the name `__proto__`.
    return Object.fromEntries(entries) as Record<string, string>;
  }

  /** Returns the error for a field. `rule` is the part of the text after "must be". */
  error(name: string, rule: string, CallersError: typeof TypeError | typeof RangeError = TypeError): Error {
    const path = this.#path + name;
    if (this.mode === "write") return writeError(this.op, path, rule, CallersError);
    return new ProtocolError("invalid-field", `Cannot read "${this.op}": ${path} must be ${rule}`, { op: this.op });
  }

  /** The path of these fields in the message, such as `channels[2].`. */
  get #path(): string {
    return this.#parent ? `${this.#parent.#path}${withIndex(this.#name, this.#index)}.` : "";
  }

  #array(name: Name): unknown[] {
    const value = this.#members[name];
    if (!Array.isArray(value)) throw this.error(name, "an array");
    // A copy, because a caller's array may have holes, which map() would skip.
    return this.mode === "write" ? [...value] : value;
  }

  #object(value: unknown, name: string, index?: number): JsonFields {
    if (!isObject(value)) throw this.error(withIndex(name, index), "an object");
    return new JsonFields(this.op, value, this.mode, this.#report, this, name, index);
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

  #checked<T>(value: unknown, name: string, type: FieldType<T>, index?: number): T {
    if (type.is(value)) return value;
    const CallersError = type.numeric && typeof value === "number" ? RangeError : TypeError;
    throw this.error(withIndex(name, index), type.rule, CallersError);
  }
}

/** Returns the fields of a caller's message to be written. */
export function fieldsToWrite<Message extends { op: string }>(
  message: Message,
  report?: ReportInvalid,
): JsonFields<keyof Message & string> {
  return new JsonFields(message.op, message as Message & Readonly<Record<string, unknown>>, "write", report);
}

/** Sets a member of a message unless the value is `undefined`: absent members must not exist. */
export function setIfPresent<Message, Name extends keyof Message>(
  message: Message,
  name: Name,
  value: Message[Name] | undefined,
): void {
  if (value !== undefined) message[name] = value;
}

/**
 * Returns the topic or name of an entry, if it is a string. Never throws, even if a getter of a caller's object throws.
 */
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
