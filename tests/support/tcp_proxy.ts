// TcpProxy: passes on TCP connections to a port of this machine, and can stop passing on anything.

/** While it is stalled, connections stay open, but no byte passes: a partition of the network. */
export class TcpProxy implements AsyncDisposable {
  readonly #targetPort: number;
  readonly #listener: Deno.TcpListener;
  readonly #connections = new Set<Deno.TcpConn>();
  readonly #pumps = new Set<Promise<void>>();
  #stall: PromiseWithResolvers<void> | undefined;
  #isClosed = false;

  /** Listens on a free port. */
  constructor(targetPort: number) {
    this.#targetPort = targetPort;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#track(this.#accept());
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  /** Passes nothing on until `resume()`. */
  stall(): void {
    this.#stall ??= Promise.withResolvers();
  }

  /** Passes everything on that has arrived in the meantime. */
  resume(): void {
    this.#stall?.resolve();
    this.#stall = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.resume();
    this.#listener.close();
    for (const connection of this.#connections) close(connection);
    await Promise.all(this.#pumps);
  }

  async #accept(): Promise<void> {
    for await (const client of this.#listener) {
      const server = await Deno.connect({ hostname: "127.0.0.1", port: this.#targetPort }).catch(() => undefined);
      if (!server || this.#isClosed) {
        client.close();
        if (server) close(server);
        continue;
      }
      this.#connections.add(client).add(server);
      this.#track(this.#pump(client, server));
      this.#track(this.#pump(server, client));
    }
  }

  async #pump(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(65536);
    try {
      for (;;) {
        await this.#stall?.promise;
        const length = await from.read(buffer);
        if (length === null) break;
        await this.#stall?.promise;
        let written = 0;
        while (written < length) written += await to.write(buffer.subarray(written, length));
      }
    } catch {
      // One of the two has closed the connection.
    }
    close(from);
    close(to);
    this.#connections.delete(from);
    this.#connections.delete(to);
  }

  #track(pump: Promise<void>): void {
    const tracked = pump.catch(() => {});
    this.#pumps.add(tracked);
    void tracked.then(() => this.#pumps.delete(tracked));
  }
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // The other pump has closed it.
  }
}
