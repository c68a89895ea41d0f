// ListenerUsers: counts the requests and clients that depend on a listener.

/** A count of users, and a promise that waits until the last one has ended. */
export class ListenerUsers {
  readonly #unused = Promise.withResolvers<void>();
  #count = 0;
  #isRetired = false;

  /** Counts a request or a client. Call the returned function when it has ended. Further calls have no effect. */
  add(): () => void {
    this.#count += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#count -= 1;
      this.#check();
    };
  }

  /** Resolves when no user is left. */
  async none(): Promise<void> {
    this.#isRetired = true;
    this.#check();
    await this.#unused.promise;
  }

  #check(): void {
    if (this.#isRetired && this.#count === 0) this.#unused.resolve();
  }
}
