// Setting: how the server under test is set up, as far as the model has to know.

/** How many requests of a kind hooks work on at a time for a client. Of assets it is one. */
export const MAX_PENDING = 2;

/** After how many operations, each of which takes a second, the next asset no longer waits for one that does not come. */
export const OVERDUE = 2;

/** How many requests of a kind may wait beside these. */
export const MAX_QUEUED = 2;

/**
 * Values of the owner's parameters that a list of operations, which is JSON, cannot hold. NaN is a value that no client is sent; the other
 * cannot be a value at all.
 */
export const NAN = "NaN";
export const UNSENDABLE = "a Date";

/** Whether clients are sent a parameter of the owner's with this value. */
export function isSent(value: unknown): boolean {
  return value !== undefined && value !== NAN && value !== UNSENDABLE;
}

/** What clients may publish and call services in. */
export const ENCODINGS: readonly string[] = ["json", "cdr"];

/** What the hook sends to whoever subscribes. */
export const WELCOME = "welcome";

/** Whether a client sees a channel. */
export function maySee(topic: string, sdk: boolean): boolean {
  return sdk || topic !== "/hidden";
}

/** Whether a client may publish on a topic. */
export function mayPublish(topic: string): boolean {
  return topic !== "/forbidden";
}
