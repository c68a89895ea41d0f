// ParameterRule: the checked definition of one parameter, which decides which values it may have.

import type { ParameterType, ParameterValue } from "../../protocol/parameter_values.ts";
import { isBase64 } from "../../protocol/base64.ts";
import { DefinitionInit, type Scalar } from "./definition_init.ts";
import { listed } from "./misfit_text.ts";
import type { ParameterDefinition } from "./parameter_definitions.ts";
import { fit, isNumbers, Misfit, type Shape } from "./value_shape.ts";

/** The rules for the values of one parameter. */
export class ParameterRule {
  /** The name of the parameter. */
  readonly name: string;
  /** The definition: a frozen copy. */
  readonly definition: ParameterDefinition;
  /** The type that clients receive. */
  readonly type: ParameterType | undefined;
  readonly #shape: Shape;

  /**
   * Checks and copies a definition.
   *
   * @throws {TypeError | RangeError} If the definition is not valid.
   */
  constructor(name: string, given: unknown) {
    if (name === "") throw new TypeError("Cannot define a parameter: its name is empty");
    const init = new DefinitionInit(name, given);
    const { shape, definition } = init.read();
    this.name = name;
    this.definition = definition;
    this.#shape = shape;
    this.type = definition.type ?? floatTypeOf(definition, shape);
    for (const value of [...definition.oneOf ?? [], definition.value]) {
      const misfit = this.check(value);
      if (misfit instanceof Misfit) throw init.error(misfit, value);
    }
  }

  /** Returns a frozen copy of the value, or the reason why the parameter may not have it. */
  check(value: unknown): ParameterValue | Misfit {
    const copy = fit(this.#shape, value);
    if (copy instanceof Misfit) return copy;
    const { type, oneOf, min, max } = this.definition;
    if (type === "byte_array" && !isBase64(copy as string)) return new Misfit("not base64");
    if (oneOf && !oneOf.includes(copy as Scalar)) return new Misfit(`not one of ${listed(oneOf)}`);
    if (min !== undefined && (copy as number | bigint) < min) return new Misfit(`below ${min}`, RangeError);
    if (max !== undefined && (copy as number | bigint) > max) return new Misfit(`above ${max}`, RangeError);
    return copy;
  }
}

/** Returns the type of a number or of an array of numbers if its definition contains a fraction. */
function floatTypeOf({ value, min, max, step, oneOf }: ParameterDefinition, shape: Shape): ParameterType | undefined {
  const hasFraction = (all: readonly unknown[]) => all.some((each) => typeof each === "number" && each % 1 !== 0);
  if (shape.kind === "number") return hasFraction([value, min, max, step, ...oneOf ?? []]) ? "float64" : undefined;
  return isNumbers(shape) && hasFraction(value as readonly number[]) ? "float64_array" : undefined;
}
