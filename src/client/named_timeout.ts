// namedTimeout(): an error that says what has timed out.

/**
 * Returns an error with this text if `error` is the reason of an `AbortSignal.timeout()`, which says nothing about what
 * was waited for. It has the same name, and the reason as its `cause`. Returns all other errors unchanged.
 */
export function namedTimeout(error: unknown, text: () => string): unknown {
  const { name } = (error ?? {}) as { name?: unknown };
  return name === "TimeoutError" ? Object.assign(new Error(text(), { cause: error }), { name }) : error;
}
