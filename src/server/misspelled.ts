// warnOfMisspelled(): reports members of an object that the program probably misspelled.

import type { Logger } from "../logger.ts";
import { nearName } from "../near_name.ts";

/** The names of all members of a type. */
export type MemberNames<T> = Readonly<Record<keyof T, true>>;

/**
 * Warns of each member of `init` that is not known, but similar to a known one. `deno check` finds them as well, but
 * `deno run` and Node do not check types. Others may be there on purpose, for example those of a program's own object.
 *
 * @param where What the members belong to, such as `of the server`.
 */
export function warnOfMisspelled<T>(logger: Logger, where: string, init: object, known: MemberNames<T>): void {
  for (const name of Object.keys(init)) {
    if (Object.hasOwn(known, name)) continue;
    const meant = nearName(name, Object.keys(known));
    if (meant !== undefined) logger.warn(`The option "${name}" ${where} is ignored; did you mean "${meant}"?`);
  }
}

/** Warns of each method of a listener that is not a hook, but similar to one, such as `on_client_message`. */
export function warnOfMisspelledHooks<T>(logger: Logger, listener: object, known: MemberNames<T>): void {
  for (let object = listener; object && object !== Object.prototype; object = Object.getPrototypeOf(object)) {
    for (const name of Object.getOwnPropertyNames(object)) {
      if (Object.hasOwn(known, name) || !/^on(_|[A-Z])/.test(name)) continue;
      const meant = nearName(name, Object.keys(known));
      if (meant !== undefined) logger.warn(`The hook "${name}" is never called; did you mean "${meant}"?`);
    }
  }
}
