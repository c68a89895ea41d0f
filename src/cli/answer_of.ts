// answerOf(): waits for the answer to a request, but not longer than a person does.

import { Failure } from "./failure.ts";

/** Some servers do not answer requests that they cannot carry out. */
const LIMIT_S = 5;

/**
 * Sends a request, and returns the answer.
 *
 * @throws {Failure} If the server does not answer. `what` names the answer, such as "the parameters".
 */
export async function answerOf<T>(
  what: string,
  signal: AbortSignal,
  request: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = AbortSignal.timeout(LIMIT_S * 1000);
  try {
    return await request(AbortSignal.any([signal, limit]));
  } catch (error) {
    if (!limit.aborted || signal.aborted || error !== limit.reason) throw error;
    throw new Failure(`the server has not sent ${what} within ${LIMIT_S} s; it may be overloaded`);
  }
}
