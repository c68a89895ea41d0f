// toJsonText(): the JSON text of a message.

import { toPlainJson } from "./plain_json.ts";

/**
 * Returns the JSON text of a message, which must be an object. Like `JSON.stringify()`, except:
 *
 * - A `Uint8Array`, `DataView` or `ArrayBuffer` that is a member of an object becomes base64 text. In an array it is an
 *   error.
 * - Every other typed array becomes an array of numbers.
 * - Objects whose content JSON would lose are errors: `Map`, `Set`, `Error`, `Promise` and the like.
 *
 * As with `JSON.stringify()`, `NaN`, infinities and invalid dates become `null`, and `-0` becomes `0`. Getters may be
 * called twice.
 *
 * @throws {TypeError} If JSON cannot express the value. The text begins with the path of the member, such as
 * `"pose.x" is a Map, which JSON cannot express`. The caller puts what failed before it. An error of a getter or of
 * `toJSON()` is the `cause`.
 */
export function toJsonText(value: unknown): string {
  return JSON.stringify(toPlainJson(value));
}
