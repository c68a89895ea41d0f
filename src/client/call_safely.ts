// callSafely(): calls a function of the program, which may throw.

/**
 * Calls a function of the program. If it throws, or returns a promise that rejects, passes the error to `onError`: in
 * TypeScript an async function may be used where the result is `void`.
 */
export function callSafely<T>(
  callback: (argument: T) => unknown,
  argument: T,
  onError: (error: unknown) => void,
): void {
  try {
    const result = callback(argument);
    if (result instanceof Promise) result.catch(onError);
  } catch (error) {
    onError(error);
  }
}
