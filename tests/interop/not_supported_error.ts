// NotSupportedError: an implementation lacks a feature that a scenario requires.

/** Ends a scenario that the implementation cannot run. */
export class NotSupportedError extends Error {
  override readonly name = "NotSupportedError";

  /** `feature` is the missing feature. */
  constructor(feature: string) {
    super(`Not supported: "${feature}"`);
  }
}
