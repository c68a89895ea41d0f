// isJsonObject(): whether a decoded value is an object, as handlers of typed services and topics expect.

/** JSON that clients send may also be `null`, a number, text or an array. */
export function isJsonObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
