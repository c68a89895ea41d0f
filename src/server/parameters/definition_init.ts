// DefinitionInit: reads and checks the members of a parameter's definition.

import { kindOf } from "../../protocol/bytes.ts";
import { isObject } from "../../protocol/json_object.ts";
import type { ParameterType, ParameterValue } from "../../protocol/parameter_values.ts";
import { listed, misfitText, shown } from "./misfit_text.ts";
import type { ParameterDefinition } from "./parameter_definitions.ts";
import { ANY, fit, Misfit, sameValue, type Shape, shapeOf } from "./value_shape.ts";

/** A value that can be an option of `oneOf`. */
export type Scalar = number | bigint | boolean | string;

/** The members of a definition. Other members are errors, because they are probably misspelled. */
const MEMBERS = ["value", "type", "description", "min", "max", "step", "oneOf", "readOnly"] as const;

type Member = typeof MEMBERS[number];
type Range = { -readonly [Bound in "min" | "max" | "step"]?: number | bigint };

/** The shape of the values of each type, and its name in error texts. */
const TYPES: Readonly<Record<ParameterType, { shape: Shape; name: string }>> = {
  byte_array: { shape: { kind: "string" }, name: "base64 text" },
  float64: { shape: { kind: "number" }, name: "a number" },
  float64_array: { shape: { kind: "array", items: [{ kind: "number" }] }, name: "an array of numbers" },
};

/** A definition that a program passes. Each member is read once. */
export class DefinitionInit {
  readonly #cannot: string;
  readonly #members: Partial<Record<Member, unknown>> = {};

  /** Throws a `TypeError` if the definition is not an object, or if it has unknown members. */
  constructor(name: string, definition: unknown) {
    this.#cannot = `Cannot define parameter "${name}"`;
    if (!isObject(definition)) throw this.#wrong(`its definition is ${kindOf(definition)}, not an object`);
    const unknown = Object.keys(definition).find((key) => !MEMBERS.some((member) => member === key));
    if (unknown !== undefined) throw this.#wrong(`unknown member "${unknown}"; it may have ${MEMBERS.join(", ")}`);
    for (const member of MEMBERS) this.#members[member] = definition[member];
  }

  /**
   * Returns the shape of the default, and the frozen definition. Its default and its options are not yet compared with
   * its other members.
   */
  read(): { shape: Shape; definition: ParameterDefinition } {
    const { description, readOnly } = this.#members;
    if (description !== undefined && typeof description !== "string") {
      throw this.#wrong(`its description is ${kindOf(description)}, not text`);
    }
    if (readOnly !== undefined && typeof readOnly !== "boolean") {
      throw this.#wrong(`its readOnly is ${kindOf(readOnly)}, not a boolean`);
    }
    const value = this.#value();
    const type = this.#type();
    const shape = this.#shape(value, type);
    const range = this.#range(shape);
    const oneOf = this.#oneOf(shape);
    const definition = Object.freeze({
      value,
      ...(type !== undefined && { type }),
      ...(description !== undefined && { description }),
      ...range,
      ...(oneOf && { oneOf }),
      ...(readOnly !== undefined && { readOnly }),
    });
    return { shape, definition };
  }

  /** Returns the error for a value of the definition. */
  error(misfit: Misfit, value: unknown): Error {
    return new misfit.ErrorClass(misfitText(this.#cannot, misfit, value));
  }

  #value(): ParameterValue {
    const { value } = this.#members;
    if (value === undefined) throw this.#wrong("its value is missing");
    return this.#fit(ANY, value, "value");
  }

  #type(): ParameterType | undefined {
    const { type } = this.#members;
    if (type === undefined || typeof type === "string" && Object.hasOwn(TYPES, type)) {
      return type as ParameterType | undefined;
    }
    throw this.#wrong(`its type is ${shown(type)}, not one of ${listed(Object.keys(TYPES))}`);
  }

  #shape(value: ParameterValue, type: ParameterType | undefined): Shape {
    if (type === undefined) return shapeOf(value);
    const { shape, name } = TYPES[type];
    const copy = fit(shape, value);
    // A copy with other numbers had bigints.
    if (copy instanceof Misfit || !sameValue(copy, value)) {
      throw this.#wrong(`type "${type}" requires ${name} as its value`);
    }
    return shape;
  }

  #range(shape: Shape): Range {
    const range: Range = {};
    for (const bound of ["min", "max", "step"] as const) {
      const given = this.#members[bound];
      if (given === undefined) continue;
      if (shape.kind !== "number" && shape.kind !== "bigint") {
        throw this.#wrong(`its ${bound} requires a number as its value`);
      }
      range[bound] = this.#fit(shape, given, bound) as number | bigint;
    }
    const { min, max, step } = range;
    if (min !== undefined && max !== undefined && min > max) {
      throw new RangeError(`${this.#cannot}: its min, ${min}, is above its max, ${max}`);
    }
    if (step !== undefined && step <= 0) throw new RangeError(`${this.#cannot}: its step is ${step}, not above 0`);
    return range;
  }

  #oneOf(shape: Shape): readonly Scalar[] | undefined {
    const { oneOf } = this.#members;
    if (oneOf === undefined) return undefined;
    if (shape.kind === "array" || shape.kind === "object") {
      throw this.#wrong("its oneOf requires a number, a boolean or text as its value");
    }
    if (!Array.isArray(oneOf) || oneOf.length === 0) throw this.#wrong("its oneOf is not an array with options");
    const options = Array.from(oneOf, (option: unknown, index) => {
      const kind: string = typeof option;
      if (kind !== shape.kind) {
        throw this.#wrong(`its oneOf[${index}] is ${kindOf(option)}, but its value is a ${shape.kind}`);
      }
      return this.#fit(shape, option, `oneOf[${index}]`) as Scalar;
    });
    return Object.freeze(options);
  }

  #fit(shape: Shape, value: unknown, member: string): ParameterValue {
    const copy = fit(shape, value);
    if (!(copy instanceof Misfit)) return copy;
    throw new copy.ErrorClass(`${this.#cannot}: its ${member}${copy.path} is ${copy.why}`);
  }

  #wrong(why: string): TypeError {
    return new TypeError(`${this.#cannot}: ${why}`);
  }
}
