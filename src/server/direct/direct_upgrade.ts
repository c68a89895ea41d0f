// DirectUpgrade: a handshake whose connection waits for a decision, and the switch to the WebSocket protocol.

import type { IncomingMessage, RawSocket } from "./node_http.ts";
import type { NodePlatform } from "./node_platform.ts";
import { RawHeaders } from "./node_request.ts";

/** RFC 6455, section 1.3. */
const ACCEPT_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
/** Visible characters of ISO 8859-1, with spaces and tabs between them. */
const HEADER_VALUE = /^(?![\t ])[\t\x20-\x7e\x80-\xff]*(?<![\t ])$/;

/** How much a client may send before the handshake is complete. A client that follows RFC 6455 sends nothing. */
const MAX_EARLY_BYTES = 65_536;

/** A connection that has left HTTP. */
export interface TakenSocket {
  /**
   * The connection, in flowing mode. The new owner must attach its listeners for `data`, `end`, `error` and `close`
   * before the current turn of the event loop ends, and must close the connection. With TLS, it is the decrypted one.
   */
  readonly socket: RawSocket;
  /** What the client has sent after its request. Belongs to the new owner. */
  readonly head: Uint8Array<ArrayBuffer>;
}

/** Lets the program switch the connection of a handshake to the WebSocket protocol. */
export interface DirectUpgrade {
  /**
   * Accepts the handshake: sends status 101 with these headers, and with `Upgrade`, `Connection` and
   * `Sec-WebSocket-Accept`. Returns the connection, or `undefined` if the client has left.
   *
   * @throws {TypeError} If the handshake was already answered, has no `Sec-WebSocket-Key`, or if a header is not valid.
   */
  take(headers: Record<string, string>): TakenSocket | undefined;
}

/**
 * A handshake that waits for a decision. Until then it reads the connection, because FIN is noticed only by reading,
 * and destroys it when the client ends it. Otherwise each client that leaves early would keep a descriptor.
 */
export class PendingUpgrade implements DirectUpgrade {
  readonly #crypto: NodePlatform["crypto"];
  readonly #socket: RawSocket;
  readonly #key: string | null;
  readonly #onTake: () => void;
  readonly #early: Uint8Array<ArrayBuffer>[];
  #earlyBytes: number;
  #state: "waiting" | "taken" | "refused" = "waiting";

  /** `onTake` is called before the connection is returned. Call this within the event `upgrade`. */
  constructor(
    crypto: NodePlatform["crypto"],
    message: IncomingMessage,
    socket: RawSocket,
    head: Uint8Array<ArrayBuffer>,
    onTake: () => void,
  ) {
    this.#crypto = crypto;
    this.#socket = socket;
    this.#key = new RawHeaders(message.rawHeaders).get("sec-websocket-key");
    this.#onTake = onTake;
    this.#early = [head];
    this.#earlyBytes = head.length;
    socket.on("end", this.#leave);
    socket.on("data", this.#collect);
  }

  /** Whether `take()` has returned the connection. */
  get isTaken(): boolean {
    return this.#state === "taken";
  }

  /** See {@linkcode DirectUpgrade.take}. */
  take(headers: Record<string, string>): TakenSocket | undefined {
    const cannot = "Cannot accept a handshake:";
    if (this.#state !== "waiting") throw new TypeError(`${cannot} it was already answered`);
    if (this.#key === null) throw new TypeError(`${cannot} it has no Sec-WebSocket-Key`);
    const lines = linesOf(headers);
    if (this.#socket.destroyed) return undefined;
    this.#state = "taken";
    this.#onTake();
    const accept = this.#crypto.createHash("sha1").update(this.#key + ACCEPT_GUID).digest("base64");
    // The first frames follow in the same turn. One system call is enough for all.
    this.#socket.cork();
    queueMicrotask(() => queueMicrotask(() => this.#socket.uncork()));
    this.#socket.write(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        `Sec-WebSocket-Accept: ${accept}\r\n${lines}\r\n`,
    );
    // No event can occur before the new owner attaches its listeners, because it does so in the same turn.
    this.#socket.off("end", this.#leave);
    this.#socket.off("data", this.#collect);
    return { socket: this.#socket, head: joined(this.#early) };
  }

  /** Must be called before a response is sent instead. What the client sends from now on is discarded. */
  refuse(): void {
    if (this.#state !== "waiting") return;
    this.#state = "refused";
    this.#early.length = 0;
  }

  #leave = (): void => {
    this.#socket.destroy();
  };

  #collect = (bytes: Uint8Array<ArrayBuffer>): void => {
    if (this.#state !== "waiting") return;
    this.#early.push(bytes);
    this.#earlyBytes += bytes.length;
    if (this.#earlyBytes > MAX_EARLY_BYTES) this.#socket.destroy();
  };
}

/**
 * Returns the lines of headers. Does not create `Headers`, whose iteration is slow.
 *
 * @throws {TypeError} If a header is not valid: RFC 9110, section 5.
 */
function linesOf(headers: Record<string, string>): string {
  let lines = "";
  for (const [name, value] of Object.entries(headers)) {
    if (!HEADER_NAME.test(name) || !HEADER_VALUE.test(value)) {
      throw new TypeError(`Cannot accept a handshake: the header ${JSON.stringify(`${name}: ${value}`)} is not valid`);
    }
    lines += `${name}: ${value}\r\n`;
  }
  return lines;
}

function joined(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
