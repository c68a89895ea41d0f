// toPlainJson(): converts a value to plain data that JSON.stringify() writes as it is, or finds the member that JSON
// cannot express.

import { bytesOf, isUint8Array, kindOf } from "../protocol/bytes.ts";
import { encodeBase64 } from "../protocol/base64.ts";
import { memberPath } from "./member_path.ts";

/** How deeply objects and arrays may be nested. Bounds the recursion, here and in all users of plain data. */
const MAX_DEPTH = 100;
const MAX_PATH_CHARS = 200;

/** Objects that have enumerable members, but whose content is elsewhere. */
const NOT_DATA: readonly string[] = ["Error", "Map", "Set", "String"];
const BIGINT = "which JSON cannot express: use { sec, nsec } for times, or Number()";

/**
 * Returns plain data: objects, arrays, strings, booleans, numbers and `null`. Members that JSON leaves out are absent
 * or have a value that `JSON.stringify()` ignores. Returns `root` itself if it is plain data already.
 *
 * Calls `toJSON()`. Buffers and views of them become base64 text (`Uint8Array`, `DataView`, `ArrayBuffer`) or arrays of
 * numbers (all other typed arrays).
 *
 * @param buffers "keep" returns buffers and views of them unchanged, to find out their type.
 * @throws {TypeError} If JSON cannot express a member. The text begins with its path, such as `"pose.x" is a Map`. An
 * error that a getter or `toJSON()` throws is the `cause`.
 */
export function toPlainJson(root: unknown, buffers: "convert" | "keep" = "convert"): object {
  try {
    if (isObject(root) && !Array.isArray(root) && isPlain(root, 0)) return root;
  } catch {
    // A getter threw. The conversion finds out where.
  }
  return new Conversion(buffers).convert(root);
}

/** Returns the kind of a buffer or a view of one, or `undefined` for every other value. */
export function bufferKind(value: unknown): "bytes" | "numbers" | undefined {
  if (!isObject(value) || !isBuffer(value)) return undefined;
  return !ArrayBuffer.isView(value) || isUint8Array(value) || tagOf(value) === "DataView" ? "bytes" : "numbers";
}

/**
 * Whether an object is plain data. Runs for each message, and most messages are plain: so it allocates nothing, and
 * finds numbers without a call. It does not look for the path of a fault.
 */
function isPlain(value: object, depth: number): boolean {
  // This also ends cycles.
  if (depth >= MAX_DEPTH) return false;
  if (Array.isArray(value)) {
    if (value.constructor !== Array && "toJSON" in value) return false;
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index];
      if (typeof item === "number") continue;
      if (typeof item === "object" ? item !== null && !isPlain(item, depth + 1) : !isPlainPrimitive(item)) return false;
    }
    return true;
  }
  // Reading the constructor is faster than reading the prototype. A member with this name only costs a second look.
  if (value.constructor !== Object && !isInstance(value)) return false;
  for (const name in value) {
    const member: unknown = value[name as keyof typeof value];
    if (typeof member === "number") continue;
    if (typeof member === "object" ? member !== null && !isPlain(member, depth + 1) : !isPlainPrimitive(member)) {
      return false;
    }
  }
  return true;
}

/** Functions need a second look because they may be called `toJSON`. */
function isPlainPrimitive(value: unknown): boolean {
  return typeof value !== "bigint" && typeof value !== "function";
}

/** Whether an object is an instance of a class of the program, or has no prototype, and has its data in its members. */
function isInstance(value: object): boolean {
  return tagOf(value) === "Object" && !("toJSON" in value);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isBuffer(value: object): boolean {
  if (ArrayBuffer.isView(value)) return true;
  // Most objects need only the first test.
  return value.constructor !== Object && /^(Shared)?ArrayBuffer$/.test(tagOf(value));
}

/** Returns the built-in type of an object, such as "Map", of any realm. */
function tagOf(value: object): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}

/** One conversion. It knows the path of the current member, for error texts. */
class Conversion {
  readonly #keepBuffers: boolean;
  /** The names and indices that lead to the current value. */
  readonly #keys: (string | number)[] = [];
  /** The objects and arrays that contain the current value. */
  readonly #ancestors: object[] = [];
  #fault: TypeError | undefined;

  constructor(buffers: "convert" | "keep") {
    this.#keepBuffers = buffers === "keep";
  }

  convert(root: unknown): object {
    try {
      const plain = this.#convert(root, false);
      if (isObject(plain) && !Array.isArray(plain) && !bufferKind(plain)) return plain;
    } catch (error) {
      throw error === this.#fault ? error : this.#faultOf("threw an error while it was read", { cause: error });
    }
    const kind = bufferKind(root);
    const actual = kind === "bytes" ? kind : kind === "numbers" ? "a typed array" : kindOf(root);
    throw this.#faultOf(`must be an object such as { value: 5 }, not ${actual}`);
  }

  #convert(value: unknown, isItem: boolean): unknown {
    let data = value;
    // Buffers first, because Node's Buffer has a toJSON().
    if (isObject(data) && !isBuffer(data)) data = this.#callToJson(data);
    switch (typeof data) {
      case "bigint":
        throw this.#faultOf(`is a bigint, ${BIGINT}`);
      case "function":
      case "symbol":
        return undefined;
      case "object":
        return data && (isBuffer(data) ? this.#convertBuffer(data, isItem) : this.#convertObject(data));
      default:
        return data;
    }
  }

  #callToJson(value: object): unknown {
    if (!("toJSON" in value) || typeof value.toJSON !== "function") return value;
    return value.toJSON(String(this.#keys.at(-1) ?? ""));
  }

  #convertBuffer(buffer: object, isItem: boolean): unknown {
    const tag = tagOf(buffer);
    if (tag.startsWith("Big")) throw this.#faultOf(`is a ${tag}, ${BIGINT}`);
    const bytes = bytesOf(buffer);
    if (!bytes) throw this.#faultOf(`is ${kindOf(buffer)}`);
    const isBytes = bufferKind(buffer) === "bytes";
    if (isBytes && isItem) throw this.#faultOf("is bytes in an array, which apps cannot read");
    if (this.#keepBuffers) return buffer;
    return isBytes ? encodeBase64(bytes) : numbersOf(buffer as unknown as ArrayLike<number>);
  }

  #convertObject(data: object): object {
    if (this.#ancestors.includes(data)) throw this.#faultOf("contains itself, which JSON cannot express");
    if (this.#ancestors.length >= MAX_DEPTH) throw this.#faultOf(`is nested more than ${MAX_DEPTH} levels deep`);
    this.#ancestors.push(data);
    const plain = Array.isArray(data) ? this.#convertItems(data) : this.#convertMembers(data);
    this.#ancestors.pop();
    return plain;
  }

  #convertItems(items: readonly unknown[]): unknown[] {
    const plain: unknown[] = [];
    for (let index = 0; index < items.length; index++) {
      const item = items[index];
      plain.push(typeof item === "number" ? item : this.#at(index, () => this.#convert(item, true)));
    }
    return plain;
  }

  #convertMembers(data: object): object {
    const names = Object.keys(data);
    const tag = tagOf(data);
    // An object of another type without members, such as a Promise, has its content elsewhere as well.
    if (tag !== "Object" && (names.length === 0 || NOT_DATA.includes(tag))) {
      throw this.#faultOf(`is ${kindOf(data)}, which JSON cannot express`);
    }
    const plain: Record<string, unknown> = {};
    for (const name of names) {
      const member = this.#at(name, () => this.#convert((data as Record<string, unknown>)[name], false));
      if (member === undefined) continue;
      // An assignment to `__proto__` would set the prototype.
      if (name === "__proto__") Object.defineProperty(plain, name, { value: member, enumerable: true });
      else plain[name] = member;
    }
    return plain;
  }

  /** The path keeps its last key if `convert` throws, so that an error of the program's code gets the right path. */
  #at<T>(key: string | number, convert: () => T): T {
    this.#keys.push(key);
    const result = convert();
    this.#keys.pop();
    return result;
  }

  #faultOf(reason: string, options?: ErrorOptions): TypeError {
    const path = this.#keys.reduce<string>(
      (path, key) => typeof key === "number" ? `${path}[${key}]` : memberPath(path, key),
      "",
    );
    const shown = path.length > MAX_PATH_CHARS ? `${path.slice(0, MAX_PATH_CHARS)}…` : path;
    this.#fault = new TypeError(`${path === "" ? "the value" : `"${shown}"`} ${reason}`, options);
    return this.#fault;
  }
}

/** Copies a typed array to an array. 20 times as fast as `Array.from()`. */
function numbersOf(typed: ArrayLike<number>): number[] {
  const numbers = new Array<number>(typed.length);
  for (let index = 0; index < numbers.length; index++) numbers[index] = typed[index]!;
  return numbers;
}
