// Waits for promises, queued items and DOM events, with a time limit.

/** Scales every time limit of the tests. Use `TEST_MS_SCALE=10` on a slow machine. */
export const MS: number = readScale();

/** A test that waits longer hangs. Programs that tests start may need many seconds before their first output. */
export const LIMIT_MS: number = 30_000 * MS;

/** Waits for `promise`, and rejects after `limitMs` milliseconds. `what` completes "Still waiting for". */
export async function within<T>(promise: PromiseLike<T>, what: string, limitMs: number = LIMIT_MS): Promise<T> {
  const late = Promise.withResolvers<never>();
  // Created here and not in the callback, so that its stack contains the test.
  const error = new Error(`Still waiting for ${what} after ${limitMs} ms`);
  const timer = setTimeout(() => late.reject(error), limitMs);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for the next event of a type, such as `once<CloseEvent>(socket, "close")`. */
export function once<E extends Event>(target: EventTarget, type: string): Promise<E> {
  const event = new Promise<E>((resolve) => {
    target.addEventListener(type, (event) => resolve(event as E), { once: true });
  });
  return within(event, `event "${type}"`);
}

/** Passes items from callbacks to a test that waits for them, in order. */
export class Queue<T> {
  readonly #what: string;
  readonly #items: T[] = [];
  readonly #waiting: ((item: T) => void)[] = [];

  /** `what` names an item in the error of a wait that takes too long. */
  constructor(what = "the next item") {
    this.#what = what;
  }

  /** How many items are in the queue. */
  get size(): number {
    return this.#items.length;
  }

  push(item: T): void {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(item);
    else this.#items.push(item);
  }

  /** Removes and returns the first item, if any. */
  take(): T | undefined {
    return this.#items.shift();
  }

  clear(): void {
    this.#items.length = 0;
  }

  next(): Promise<T> {
    if (this.#items.length > 0) return Promise.resolve(this.#items.shift() as T);
    return within(new Promise<T>((resolve) => this.#waiting.push(resolve)), this.#what);
  }
}

function readScale(): number {
  // The tests of the pure layers run without any permission.
  const { state } = Deno.permissions.querySync({ name: "env", variable: "TEST_MS_SCALE" });
  return state === "granted" ? Number(Deno.env.get("TEST_MS_SCALE") ?? 1) : 1;
}
