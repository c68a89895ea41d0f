// A direct listener with a test clock and recorded calls, and clients that send any bytes.

import type { RequestInfo } from "../../../src/server/address.ts";
import type { RequestTarget } from "../../../src/server/http/request_target.ts";
import { DirectListener, type DirectListenerOptions } from "../../../src/server/direct/direct_listener.ts";
import type { DirectHandlers } from "../../../src/server/direct/direct_requests.ts";
import { settled } from "../../support/conversation.ts";
import { within } from "../../support/events.ts";
import { TestClock } from "../../support/test_clock.ts";
import { recordingLogger } from "../../support/test_server.ts";

/** The time limit for the head of the first request. */
export const HANDSHAKE_MS = 10_000;

/** A listener and what it has reported. */
export interface DirectFixture extends AsyncDisposable {
  listener: DirectListener;
  clock: TestClock;
  /** The lines of its log. */
  lines: string[];
  /** The errors that `onError()` has got. */
  errors: unknown[];
  port: number;
}

/** Starts a listener on a free port, whose handlers answer every request with 200 and its path. */
export async function openDirect(
  handlers: Partial<DirectHandlers> = {},
  options: Partial<DirectListenerOptions> = {},
): Promise<DirectFixture> {
  const clock = new TestClock();
  const { logger, lines } = recordingLogger();
  const errors: unknown[] = [];
  const listener = await DirectListener.open({
    address: { hostname: "127.0.0.1", port: 0 },
    isLoopback: true,
    handshakeTimeoutMs: HANDSHAKE_MS,
    clock,
    logger,
    ...options,
  }, {
    onRequest: ({ url }: Request) => new Response(new URL(url).pathname),
    onUpgrade: () => new Response("no", { status: 403 }),
    onInvalidTarget: (_target: RequestTarget, _info: RequestInfo) => new Response("invalid", { status: 400 }),
    onError(error: unknown) {
      errors.push(error);
      return new Response("failed", { status: 500 });
    },
    ...handlers,
  });
  return {
    listener,
    clock,
    lines,
    errors,
    port: listener.addr.port,
    [Symbol.asyncDispose]: () => within(listener.shutdown(), "the end of the listener"),
  };
}

/** A connection that sends and reads text, one character for each byte. */
export class RawClient implements Disposable {
  readonly #conn: Deno.Conn;
  #unread = "";
  #isClosed = false;

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  static async connect(port: number): Promise<RawClient> {
    return new RawClient(await Deno.connect({ hostname: "127.0.0.1", port }));
  }

  async send(text: string): Promise<void> {
    for (let rest = latin1(text); rest.length > 0;) rest = rest.subarray(await this.#conn.write(rest));
  }

  /** Reads until the text received so far ends with `end`, and returns the text. */
  async readUntil(end: string): Promise<string> {
    while (!this.#unread.includes(end)) {
      if (!await this.#fill()) throw new Error(`The connection ended after ${JSON.stringify(this.#unread)}`);
    }
    const length = this.#unread.indexOf(end) + end.length;
    const text = this.#unread.slice(0, length);
    this.#unread = this.#unread.slice(length);
    return text;
  }

  /** Reads until the server has closed the connection. */
  async readAll(): Promise<string> {
    while (await this.#fill());
    return this.#unread;
  }

  /** Sends FIN, and can still read. */
  halfClose(): Promise<void> {
    return this.#conn.closeWrite();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#conn.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #fill(): Promise<boolean> {
    const buffer = new Uint8Array(65_536);
    try {
      const length = await within(this.#conn.read(buffer), "bytes of the server");
      if (length === null) return false;
      this.#unread += String.fromCharCode(...buffer.subarray(0, length));
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionReset) return false;
      throw error;
    }
  }
}

/** Sends bytes on a new connection, and returns what the server sends until it closes the connection. */
export async function exchange(port: number, text: string): Promise<string> {
  using client = await RawClient.connect(port);
  await client.send(text);
  return await client.readAll();
}

/** Returns the statuses of all responses in a text. */
export function statusesOf(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.[01] (\d{3})/g)].map(([, status]) => Number(status));
}

/** Waits until a condition is true. */
export async function until(isTrue: () => boolean, what: string): Promise<void> {
  const poll = async () => {
    while (!isTrue()) await settled();
  };
  await within(poll(), what);
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
