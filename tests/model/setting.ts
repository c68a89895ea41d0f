// Setting: how the server under test is set up, as far as the model has to know.

/** How many requests of a kind a client may have open. */
export const MAX_PENDING = 2;

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
