// isObject(): whether a value is a JSON object.

/** Whether `value` is a JSON object: not an array, not `null`, and not an object such as a `Date` or a `Map`. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return Object.prototype.toString.call(value) === "[object Object]";
}
