// Waiting in tests: for promises, queued items and DOM events, never for longer than one limit.

/** Scales every time limit of the tests; `TEST_MS_SCALE=10` suits a slow machine. */
export const MS: number = readScale();

const LIMIT_MS = 5000 * MS;

/** Waits for `promise`, and rejects when it takes too long; `what` completes "Still waiting for". */
export async function within<T>(promise: PromiseLike<T>, what: string, limitMs: number = LIMIT_MS): Promise<T> {
  const late = Promise.withResolvers<never>();
  // Made here and not in the callback, so that its stack leads to the test.
  const error = new Error(`Still waiting for ${what} after ${limitMs} ms`);
  const timer = setTimeout(() => late.reject(error), limitMs);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** The next event of the type, such as `once<CloseEvent>(socket, "close")`. */
export function once<E extends Event>(target: EventTarget, type: string): Promise<E> {
  const event = new Promise<E>((resolve) => {
    target.addEventListener(type, (event) => resolve(event as E), { once: true });
  });
  return within(event, `event "${type}"`);
}

/** Hands over what callbacks push to the test that waits for it, in order. */
export class Queue<T> {
  readonly #what: string;
  readonly #items: T[] = [];
  readonly #waiting: ((item: T) => void)[] = [];

  /** `what` names an item where the wait for it fails. */
  constructor(what = "the next item") {
    this.#what = what;
  }

  /** How many items nobody has taken. */
  get size(): number {
    return this.#items.length;
  }

  push(item: T): void {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(item);
    else this.#items.push(item);
  }

  /** An item that is there already. */
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
  // Asked first: the tests of the pure layers run without any permission.
  const { state } = Deno.permissions.querySync({ name: "env", variable: "TEST_MS_SCALE" });
  return state === "granted" ? Number(Deno.env.get("TEST_MS_SCALE") ?? 1) : 1;
}
