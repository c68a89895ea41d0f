// Checks of the options that a program passes: neither `deno run` nor Node checks types.

import { kindOf } from "../protocol/bytes.ts";
import { nearName } from "../near_name.ts";

/**
 * Checks that `options` is an object with no other members than `names`. `rule`: see {@linkcode checkIsObject}.
 *
 * @throws {TypeError} When it is not. The text names the member, and the one that was probably meant.
 */
export function checkOptions(
  action: string,
  options: unknown,
  names: readonly string[],
  rule?: string,
): void {
  checkIsObject(action, options, rule);
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const similar = nearName(unknown, names);
  const advice = similar
    ? `did you mean "${similar}"?`
    : /^on[A-Z]/.test(unknown)
    ? 'hooks belong to the option "listener" of connect()'
    : `the options are ${names.join(", ")}`;
  throw new TypeError(`Cannot ${action}: unknown option "${unknown}"; ${advice}`);
}

/**
 * Checks that `options` is an object.
 *
 * @param rule Begins the error text.
 * @throws {TypeError} When it is not.
 */
export function checkIsObject(
  action: string,
  options: unknown,
  rule = "the options must be an object",
): asserts options is object {
  if (typeof options !== "object" || !options || Array.isArray(options)) {
    throw new TypeError(`Cannot ${action}: ${rule}, not ${kindOf(options)}`);
  }
}
