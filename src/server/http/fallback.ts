// Fallback: the program's answers to requests that the server does not answer itself.

import type { RequestInfo } from "../address.ts";
import type { FailureLog } from "../failure_log.ts";
import { explainFailure } from "./responses.ts";

/** Answers the requests that the server does not answer itself. */
export type Fallback = (request: Request, info?: RequestInfo) => Response | Promise<Response>;

/**
 * Answers a request with the option `fallback`, or with status 500 if that fails. Returns `undefined` without this
 * option. Never throws or rejects.
 */
export function answerByFallback(
  fallback: Fallback | undefined,
  failures: FailureLog,
  request: Request,
  info: RequestInfo | undefined,
): Response | Promise<Response> | undefined {
  if (!fallback) return undefined;
  const fail = (error: unknown): Response => {
    failures.note("fallback", 'Option "fallback"', error);
    return explainFailure();
  };
  try {
    const answer = fallback(request, info);
    return answer instanceof Response ? answer : Promise.resolve(answer).then(checked).catch(fail);
  } catch (error) {
    return fail(error);
  }
}

function checked(answer: unknown): Response {
  if (answer instanceof Response) return answer;
  throw new TypeError(`Cannot answer a request: "fallback" returned ${typeof answer}, not a Response`);
}
