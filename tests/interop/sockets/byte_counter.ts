// ByteCounter: passes TCP connections on to a server, and counts the bytes in both directions.

/** A relay on a free port of 127.0.0.1. Disposal stops it, when its connections have ended. */
export class ByteCounter implements AsyncDisposable {
  /** Bytes from clients to the server. */
  upBytes = 0;
  /** Bytes from the server to clients. */
  downBytes = 0;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #serverPort: number;
  readonly #done: Promise<void>;

  constructor(serverPort: number) {
    this.#serverPort = serverPort;
    this.#done = this.#accept();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#done;
  }

  async #accept(): Promise<void> {
    const connections: Promise<void>[] = [];
    for await (const client of this.#listener) connections.push(this.#relay(client));
    await Promise.all(connections);
  }

  async #relay(client: Deno.TcpConn): Promise<void> {
    const server = await Deno.connect({ hostname: "127.0.0.1", port: this.#serverPort });
    const up = counting((length) => this.upBytes += length);
    const down = counting((length) => this.downBytes += length);
    // Each direction ends by itself. A reset ends both, which is not an error here.
    await Promise.allSettled([
      client.readable.pipeThrough(up).pipeTo(server.writable),
      server.readable.pipeThrough(down).pipeTo(client.writable),
    ]);
  }
}

function counting(count: (length: number) => void): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream({
    transform(chunk, controller) {
      count(chunk.length);
      controller.enqueue(chunk);
    },
  });
}
