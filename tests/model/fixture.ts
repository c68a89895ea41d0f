// The fixture of the model tests: settings of the server under test that the model also needs.

/** How many requests of one kind the hooks process at a time for each client. For assets it is one. */
export const MAX_PENDING = 2;

/**
 * The next asset is read although an earlier one has not been answered for this many operations. An operation takes a
 * second.
 */
export const OVERDUE_AFTER = 2;

/** How many more requests of one kind may be queued. */
export const MAX_QUEUED = 2;

/**
 * Stand for parameter values that JSON cannot represent, because lists of operations are JSON. NaN is a valid value
 * that is not sent to clients. A `Date` is not a valid value.
 */
export const NAN = "NaN";
export const UNSENDABLE = "a Date";

/** Whether the server sends a parameter with this value to clients. */
export function isSent(value: unknown): boolean {
  return value !== undefined && value !== NAN && value !== UNSENDABLE;
}

/** The encodings in which clients may publish and call services. */
export const ENCODINGS: readonly string[] = ["json", "cdr"];

/** `onClientSubscribe` sends this message to the new subscriber. */
export const WELCOME = "welcome";

/** Whether a client sees a channel. */
export function maySee(topic: string, sdk: boolean): boolean {
  return sdk || topic !== "/hidden";
}

/** Whether a client may publish on a topic. */
export function mayPublish(topic: string): boolean {
  return topic !== "/forbidden";
}
