// PendingResponses: HTTP requests that wait for an answer. A closing server answers them itself.

import { explainClosing } from "./responses.ts";

/** Tracks unanswered HTTP requests, and answers them when the server closes. */
export class PendingResponses {
  /** The pending answer to each request, keyed by the function that resolves the request with another response. */
  readonly #answers = new Map<(response: Response) => void, Promise<Response>>();

  /** The pending answers. */
  get answers(): Promise<Response>[] {
    return [...this.#answers.values()];
  }

  /** Returns the answer to a request, or a response with 503 if `abandon()` is called first. */
  track(answer: Response | Promise<Response>): Response | Promise<Response> {
    return answer instanceof Response ? answer : this.#hold(answer);
  }

  /** Answers all requests with 503. Until then Deno's server cannot shut down, and keeps the process alive. */
  abandon(): void {
    for (const resolve of this.#answers.keys()) resolve(explainClosing());
  }

  async #hold(answer: Promise<Response>): Promise<Response> {
    // Each request has its own promise: a race with a shared promise would keep every request in memory.
    const { promise: given, resolve } = Promise.withResolvers<Response>();
    this.#answers.set(resolve, answer);
    try {
      return await Promise.race([answer, given]);
    } finally {
      this.#answers.delete(resolve);
    }
  }
}
