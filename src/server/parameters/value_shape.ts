// Shape: the kind of a parameter's value, with the kinds of its items and members. fit() checks and copies values.

import { isObject } from "../../protocol/json_object.ts";
import { addMember, isInRange, MAX_DEPTH, type ParameterValue } from "../../protocol/parameter_values.ts";

/** What all values of a parameter have in common. */
export type Shape =
  | { readonly kind: "number" | "bigint" | "boolean" | "string" | "any" }
  /** Each item has one of the shapes `items`. */
  | { readonly kind: "array"; readonly items: readonly Shape[] }
  /** The object has exactly these members; `undefined` means any members. */
  | { readonly kind: "object"; readonly members: ReadonlyMap<string, Shape> | undefined };

/** The shape of all values that can be sent. */
export const ANY: Shape = { kind: "any" };

/** Longer names of a client's members are cut in texts. In UTF-16 units. */
const MAX_NAME_CHARS = 40;

/** The name of each kind in error texts, after "not". */
const KIND_NAMES: Readonly<Record<Shape["kind"], string>> = {
  number: "a number",
  bigint: "an integer",
  boolean: "a boolean",
  string: "text",
  any: "a parameter value",
  array: "an array",
  object: "an object",
};

/** The reason why a value is not allowed. */
export class Misfit {
  /** The rule that the value violates, as texts state it after "is". */
  readonly why: string;
  /** The error for a program that sets the value. */
  readonly ErrorClass: typeof TypeError | typeof RangeError;
  /** The part of the value that violates the rule, such as `[2]` or `.x`. `""` means the whole value. */
  readonly path: string;

  constructor(why: string, ErrorClass: typeof TypeError | typeof RangeError = TypeError, path = "") {
    this.why = why;
    this.ErrorClass = ErrorClass;
    this.path = path;
  }

  /** The same reason, seen from the array or object that contains the value. */
  within(step: string): Misfit {
    return new Misfit(this.why, this.ErrorClass, step + this.path);
  }
}

/** Returns the shape of a value that {@linkcode fit} has checked. */
export function shapeOf(value: ParameterValue): Shape {
  if (Array.isArray(value)) {
    const shapes = new Map(value.map((item) => shapeOf(item)).map((shape) => [keyOf(shape), shape]));
    return { kind: "array", items: shapes.size === 0 ? [ANY] : [...shapes.values()] };
  }
  if (typeof value === "object") {
    const members = Object.entries(value).map(([name, member]) => [name, shapeOf(member)] as const);
    return { kind: "object", members: members.length === 0 ? undefined : new Map(members) };
  }
  return { kind: typeof value as "number" | "bigint" | "boolean" | "string" };
}

/** Whether all values of this shape are arrays of numbers. */
export function isNumbers(shape: Shape): boolean {
  return shape.kind === "array" && shape.items.every(({ kind }) => kind === "number");
}

/**
 * Returns a frozen copy of the value if it has the shape. Integers are converted to the shape's kind of number, if that
 * is exact.
 */
export function fit(shape: Shape, value: unknown, depth = 0): ParameterValue | Misfit {
  switch (shape.kind) {
    case "number":
      return fitNumber(value);
    case "bigint":
      return fitInteger(value);
    case "boolean":
      return typeof value === "boolean" ? value : new Misfit(`not ${KIND_NAMES.boolean}`);
    case "string":
      return typeof value === "string" ? value : new Misfit(`not ${KIND_NAMES.string}`);
    case "array":
      return Array.isArray(value) ? fitItems(shape.items, value, depth) : new Misfit(`not ${KIND_NAMES.array}`);
    case "object":
      return isObject(value) ? fitMembers(shape.members, value, depth) : new Misfit(`not ${KIND_NAMES.object}`);
    case "any":
      return fitAny(value, depth);
    default:
      return shape satisfies never;
  }
}

/** Whether two values of the same shape are equal. */
export function sameValue(one: ParameterValue, other: ParameterValue): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object") return false;
  const members = one as Readonly<Record<string, ParameterValue>>;
  const others = other as Readonly<Record<string, ParameterValue>>;
  const names = Object.keys(members);
  return Array.isArray(one) === Array.isArray(other) && names.length === Object.keys(others).length &&
    names.every((name) =>
      Object.hasOwn(others, name) && sameValue(members[name] as ParameterValue, others[name] as ParameterValue)
    );
}

function fitAny(value: unknown, depth: number): ParameterValue | Misfit {
  if (typeof value === "number") return fitNumber(value);
  if (typeof value === "bigint") return fitInteger(value);
  if (typeof value === "boolean" || typeof value === "string") return value;
  if (Array.isArray(value)) return fitItems([ANY], value, depth);
  return isObject(value) ? fitMembers(undefined, value, depth) : new Misfit(`not ${KIND_NAMES.any}`);
}

function fitNumber(value: unknown): number | Misfit {
  if (typeof value === "number") return Number.isFinite(value) ? value : new Misfit("not finite", RangeError);
  if (typeof value !== "bigint") return new Misfit(`not ${KIND_NAMES.number}`);
  const number = Number(value);
  return Number.isFinite(number) && BigInt(number) === value ? number : new Misfit("not exact as a number", RangeError);
}

function fitInteger(value: unknown): bigint | Misfit {
  if (typeof value !== "bigint" && !Number.isInteger(value)) return new Misfit(`not ${KIND_NAMES.bigint}`);
  const integer = BigInt(value as number | bigint);
  return isInRange(integer) ? integer : new Misfit("not an int64 or a uint64", RangeError);
}

function fitItems(shapes: readonly Shape[], items: readonly unknown[], depth: number): ParameterValue | Misfit {
  if (depth === MAX_DEPTH) return tooDeep();
  const copies: ParameterValue[] = [];
  for (let index = 0; index < items.length; index++) {
    const copy = fitOneOf(shapes, items[index], depth + 1);
    if (copy instanceof Misfit) return copy.within(`[${index}]`);
    copies.push(copy);
  }
  return Object.freeze(copies);
}

function fitOneOf(shapes: readonly Shape[], value: unknown, depth: number): ParameterValue | Misfit {
  if (shapes.length === 1) return fit(shapes[0] as Shape, value, depth);
  // The same kind first, because an integer also fits the other kind of number.
  const kind = Array.isArray(value) ? "array" : typeof value;
  const likely = shapes.filter((shape) => shape.kind === kind);
  const misfits: Misfit[] = [];
  for (const shape of new Set([...likely, ...shapes])) {
    const copy = fit(shape, value, depth);
    if (!(copy instanceof Misfit)) return copy;
    misfits.push(copy);
  }
  if (likely.length === 1) return misfits[0] as Misfit;
  return new Misfit(`not ${[...new Set(shapes.map((shape) => KIND_NAMES[shape.kind]))].join(" or ")}`);
}

function fitMembers(
  shapes: ReadonlyMap<string, Shape> | undefined,
  members: Readonly<Record<string, unknown>>,
  depth: number,
): ParameterValue | Misfit {
  if (depth === MAX_DEPTH) return tooDeep();
  const copies: Record<string, ParameterValue> = {};
  for (const name of Object.keys(members)) {
    const shape = shapes ? shapes.get(name) : ANY;
    const copy = shape ? fit(shape, members[name], depth + 1) : new Misfit("unknown");
    if (copy instanceof Misfit) return copy.within(stepTo(name));
    addMember(copies, name, copy);
  }
  const missing = [...shapes?.keys() ?? []].find((name) => !Object.hasOwn(copies, name));
  return missing === undefined ? Object.freeze(copies) : new Misfit("missing", TypeError, stepTo(missing));
}

function tooDeep(): Misfit {
  return new Misfit(`nested deeper than ${MAX_DEPTH} levels`, RangeError);
}

function stepTo(name: string): string {
  return `.${name.length > MAX_NAME_CHARS ? `${name.slice(0, MAX_NAME_CHARS)}…` : name}`;
}

/** Returns a text that is equal for equal shapes. */
function keyOf(shape: Shape): string {
  if (shape.kind === "array") return `[${shape.items.map(keyOf).toSorted().join(",")}]`;
  if (shape.kind !== "object") return shape.kind;
  const members = [...shape.members ?? []].map(([name, member]) => `${JSON.stringify(name)}:${keyOf(member)}`);
  return `{${members.toSorted().join(",")}}`;
}
