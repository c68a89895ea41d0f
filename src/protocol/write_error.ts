// Write errors: errors for values that callers pass for encoding, with the field and the rule that its value violates.

/** A field of a message that cannot be written. */
export interface WriteFault {
  /** The path of the field in the message, such as `parameters[2].value`. */
  readonly path: string;
  /** The rule that the value violates, as error texts state it after "must be". */
  readonly rule: string;
}

/** Kept beside the errors, because they are plain `TypeError`s and `RangeError`s for the caller. */
const FAULTS = new WeakMap<Error, WriteFault>();

/** Returns the error for an invalid value. `given`: what the value is, if the text should say so. */
export function writeError(
  op: string,
  path: string,
  rule: string,
  ErrorClass: typeof TypeError | typeof RangeError = TypeError,
  given?: string,
): Error {
  const not = given === undefined ? "" : `, not ${given}`;
  const error = new ErrorClass(`Cannot write "${op}": ${path} must be ${rule}${not}`);
  FAULTS.set(error, { path, rule });
  return error;
}

/** Returns the fault of an error that {@linkcode writeError} has created, or `undefined` for any other value. */
export function writeFaultOf(error: unknown): WriteFault | undefined {
  return FAULTS.get(error as Error);
}
