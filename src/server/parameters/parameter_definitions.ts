// ParameterDefinition: how a program describes a parameter, and the type of the values that follows from it.

import type { ParameterType, ParameterValue } from "../../protocol/parameter_values.ts";

/**
 * A parameter of a {@linkcode ParameterStore}: its default value, and the rules for other values.
 *
 * Every later value has the shape of the default:
 *
 * - A number, a `bigint`, a boolean or a string stays one. Clients may send an integer as either kind of number. It is
 *   converted if that is exact, and refused otherwise. NaN and infinities are refused.
 * - The length of an array may change. Each item must have the shape of an item of the default. If the default is an
 *   empty array, all items are allowed.
 * - An object keeps its members, and each member keeps its shape. If the default is an empty object, all members are
 *   allowed.
 */
export interface ParameterDefinition {
  /** The default. It is copied. */
  readonly value: ParameterValue;
  /**
   * How clients read the value. `byte_array`: the value is bytes as base64 text. `float64` and `float64_array`: apps
   * based on Foxglove's SDK read numbers as floats, even if they look like integers.
   *
   * Default: `float64` if `value`, `min`, `max`, `step` or an option of `oneOf` has a fraction. `float64_array` if
   * `value` is an array of numbers, and one of them has a fraction. Otherwise none. Set it for a float with an integer
   * as its default, such as `1.0`.
   */
  readonly type?: ParameterType;
  /** What the parameter does, for people. It is not sent to clients. */
  readonly description?: string;
  /** The smallest allowed number. Default: no limit. */
  readonly min?: number | bigint;
  /** The largest allowed number. Default: no limit. */
  readonly max?: number | bigint;
  /** The distance between two values, as a hint for user interfaces. Values between two steps are allowed. */
  readonly step?: number | bigint;
  /** The only values that are allowed: numbers, strings or booleans, of the same kind as `value`. Default: no limit. */
  readonly oneOf?: readonly (number | bigint | boolean | string)[];
  /**
   * Whether clients may only read the parameter. The program can still set it.
   *
   * @default {false}
   */
  readonly readOnly?: boolean;
}

/** The parameters of a {@linkcode ParameterStore}, by name. */
export interface ParameterDefinitions {
  /** The definition of the parameter with this name. */
  readonly [name: string]: ParameterDefinition;
}

/**
 * The type of a parameter's values: the union of `oneOf`, or the type of the default `value` without its literals.
 *
 * For example `number` for `{ value: 1.5 }`, and `"auto" | "manual"` for
 * `{ value: "auto", oneOf: ["auto", "manual"] }`.
 */
export type ParameterValueOf<Definition extends ParameterDefinition> = Definition extends
  { readonly oneOf: readonly (infer Option)[] } ? Option : WidenedValue<Definition["value"]>;

/** The type of values with the shape of `Value`: `number` for `1.5`, `readonly number[]` for `[1, 2]`. */
export type WidenedValue<Value> = [ParameterValue] extends [Value]
  // `{}` also accepts every value.
  ? [Value] extends [object] ? { readonly [key: string]: ParameterValue } : ParameterValue
  : Value extends number ? number
  : Value extends bigint ? bigint
  : Value extends boolean ? boolean
  : Value extends string ? string
  : Value extends readonly [] ? readonly ParameterValue[]
  : Value extends readonly (infer Item)[] ? readonly WidenedValue<Item>[]
  : keyof Value extends never ? { readonly [key: string]: ParameterValue }
  : { readonly [Name in keyof Value]: WidenedValue<Value[Name]> };
