// checkOptions(): finds mistakes in the options that a program passes. Neither `deno run` nor Node checks types.

import { kindOf } from "../protocol/bytes.ts";
import { nearName } from "../near_name.ts";

/**
 * Checks that `options` is an object with no other members than `names`.
 *
 * @param rule Begins the error text for a value that is not an object.
 * @throws {TypeError} When it is not. The text names the member, and the one that was probably meant.
 */
export function checkOptions(
  action: string,
  options: unknown,
  names: readonly string[],
  rule = "the options must be an object",
): void {
  if (typeof options !== "object" || !options || Array.isArray(options)) {
    throw new TypeError(`Cannot ${action}: ${rule}, not ${kindOf(options)}`);
  }
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
