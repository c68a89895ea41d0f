// Unanswered: the HTTP requests whose answer takes its time, so that a server can close without them.

import { explainClosing } from "./handshake.ts";

/** Answers in the place of those who never do. */
export class Unanswered {
  /** The answer that is to come to each of them, by what answers in its place. */
  readonly #answers = new Map<(response: Response) => void, Promise<Response>>();

  /** The answers that are to come. */
  get answers(): Promise<Response>[] {
    return [...this.#answers.values()];
  }

  /** The answer to a request: as it comes, or that the server is closing, when `giveUp()` comes first. */
  hold(answer: Response | Promise<Response>): Response | Promise<Response> {
    return answer instanceof Response ? answer : this.#hold(answer);
  }

  /** Ends the wait for all of them. Deno's server cannot shut down before, and keeps the process alive. */
  giveUp(): void {
    for (const resolve of this.#answers.keys()) resolve(explainClosing());
  }

  async #hold(answer: Promise<Response>): Promise<Response> {
    // Of its own: a race with one promise that all requests share would keep each of them in memory.
    const { promise: given, resolve } = Promise.withResolvers<Response>();
    this.#answers.set(resolve, answer);
    try {
      return await Promise.race([answer, given]);
    } finally {
      this.#answers.delete(resolve);
    }
  }
}
