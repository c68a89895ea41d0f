// RawConnection: a TCP or TLS connection, on which doctor sees what a WebSocket hides.

import net from "node:net";
import tls from "node:tls";
import type { Endpoint } from "./endpoint.ts";

/** Part of the received bytes that has been understood. */
export interface Parsed<T> {
  /** The meaning of the bytes. */
  readonly value: T;
  /** How many bytes it takes. */
  readonly length: number;
}

/** A connection. Its steps reject with a `TimeoutError` when the server takes too long. */
export class RawConnection implements Disposable {
  readonly #socket: net.Socket | tls.TLSSocket;
  readonly #endpoint: Endpoint;
  #bytes: Uint8Array = new Uint8Array(0);
  #hasEnded = false;
  #failure: Error | undefined;
  #onChange: () => void = () => {};

  /** Listens to a socket that may still be opening. */
  private constructor(socket: net.Socket | tls.TLSSocket, endpoint: Endpoint) {
    this.#socket = socket;
    this.#endpoint = endpoint;
    const end = () => {
      this.#hasEnded = true;
      this.#onChange();
    };
    socket.on("data", (chunk: Uint8Array) => {
      this.#bytes = joined(this.#bytes, chunk);
      this.#onChange();
    });
    socket.on("end", end);
    socket.on("close", end);
    // A server may reset the connection after its answer, so the bytes are read first.
    socket.on("error", (error: Error) => {
      this.#failure = error;
      end();
    });
  }

  /**
   * Opens a connection, by default as the URL says. Accepts every certificate: `checkTls()` judges it.
   *
   * @throws The error of the socket, a `TimeoutError`, or the reason of the endpoint's signal.
   */
  static async open(endpoint: Endpoint, isSecure: boolean = endpoint.isSecure): Promise<RawConnection> {
    const limit = limitOf(endpoint);
    limit.throwIfAborted();
    const { hostname: host, port } = endpoint;
    const servername = net.isIP(host) === 0 ? { servername: host } : {};
    const socket = isSecure
      ? tls.connect({ host, port, rejectUnauthorized: false, ...servername })
      : net.connect({ host, port });
    // It listens at once, because the first bytes may arrive together with the event.
    const connection = new RawConnection(socket, endpoint);
    try {
      await opened(socket, isSecure ? "secureConnect" : "connect", limit);
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** The socket, if it uses TLS. */
  get tls(): tls.TLSSocket | undefined {
    return this.#socket instanceof tls.TLSSocket ? this.#socket : undefined;
  }

  /** Sends bytes or text. */
  write(data: string | Uint8Array): void {
    this.#socket.write(data);
  }

  /**
   * Reads until `parse` understands the bytes. `isEnd`: whether the server has ended the connection. Returns
   * `undefined` if it ends before. `limit`: ends the wait, by default after the time for a step.
   */
  async read<T>(
    parse: (bytes: Uint8Array, isEnd: boolean) => Parsed<T> | undefined,
    limit: AbortSignal = limitOf(this.#endpoint),
  ): Promise<T | undefined> {
    for (;;) {
      const parsed = parse(this.#bytes, this.#hasEnded);
      if (parsed) {
        this.#bytes = this.#bytes.subarray(parsed.length);
        return parsed.value;
      }
      if (this.#hasEnded) {
        if (this.#failure && this.#bytes.length === 0) throw this.#failure;
        return undefined;
      }
      await this.#changed(limit);
    }
  }

  /** Closes the connection at once. */
  close(): void {
    this.#socket.destroy();
  }

  /** Same as `close()`. */
  [Symbol.dispose](): void {
    this.close();
  }

  async #changed(limit: AbortSignal): Promise<void> {
    limit.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = () => reject(limit.reason);
    limit.addEventListener("abort", abort);
    this.#onChange = resolve;
    try {
      await promise;
    } finally {
      limit.removeEventListener("abort", abort);
      this.#onChange = () => {};
    }
  }
}

/** Returns a signal for one step. */
function limitOf({ signal, timeoutMs }: Endpoint): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
}

/** Waits until a socket is open. */
async function opened(socket: net.Socket, event: "connect" | "secureConnect", limit: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = () => reject(limit.reason);
  limit.addEventListener("abort", abort);
  socket.once(event, resolve);
  socket.once("error", reject);
  socket.once("close", () => reject(new Error("the server has closed the connection")));
  try {
    await promise;
  } finally {
    limit.removeEventListener("abort", abort);
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(one.length + other.length);
  bytes.set(one);
  bytes.set(other, one.length);
  return bytes;
}

/** Whether a step took longer than the time limit. */
export function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}
