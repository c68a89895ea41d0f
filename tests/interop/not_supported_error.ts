// NotSupportedError: a peer has no means for what a case needs.

/** Ends a case that a peer cannot take part in. */
export class NotSupportedError extends Error {
  override readonly name = "NotSupportedError";

  /** `what` was asked of it. */
  constructor(what: string) {
    super(`The peer has no means for "${what}"`);
  }
}
