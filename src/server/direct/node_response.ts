// Responses: converts a Response for node:http, and sends it.

import type { ServerResponse } from "./node_http.ts";

/** The statuses whose responses have neither a body nor a length. */
const NULL_BODY = new Set([204, 304]);

type Chunk = ReadableStreamReadResult<Uint8Array>;

/**
 * Returns the reason why a response cannot be sent, or `undefined` if it can be sent. `response` is what a handler
 * returned, which may be anything.
 */
export function responseFault(response: unknown): TypeError | undefined {
  const cannot = "Cannot send a response:";
  if (!(response instanceof Response)) return new TypeError(`${cannot} the handler returned ${typeof response}`);
  if (response.type === "error") return new TypeError(`${cannot} it is an error response, like Response.error()`);
  if (response.bodyUsed || response.body?.locked) return new TypeError(`${cannot} its body was already used`);
  return undefined;
}

/**
 * Sends a response for which {@linkcode responseFault} returned `undefined`. Resolves when its end was passed to
 * `target`, or when the client has left; then the body is cancelled. A body whose end arrives within two turns of the
 * event loop is sent with `Content-Length`, and any other body in chunks.
 *
 * @throws {unknown} If the body fails, if it does not have the length that `Content-Length` says, or if a header
 * contains a control character. Then the connection is destroyed, so that the client notices it.
 */
export async function sendResponse(
  target: ServerResponse,
  response: Response,
  method: string,
  nextTurn: () => Promise<void>,
): Promise<void> {
  const reader = response.body?.getReader();
  const cancel = () => void reader?.cancel().catch(() => {});
  target.on("close", cancel);
  try {
    if (target.destroyed) return;
    if (reader && !NULL_BODY.has(response.status)) {
      await sendBody(target, response, new Beginning(reader, nextTurn), method === "HEAD");
    } else {
      writeHead(target, response, NULL_BODY.has(response.status) ? undefined : 0);
      target.end();
    }
  } catch (error) {
    target.destroy();
    throw error;
  } finally {
    target.off("close", cancel);
    // Frees the source of a body that was not sent to its end.
    cancel();
  }
}

/** Resolves when the system has taken all of a response, or when the client has left. */
export async function flushed(target: ServerResponse): Promise<void> {
  if (target.writableFinished || target.destroyed) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  target.on("finish", resolve);
  target.on("close", resolve);
  await promise;
}

/** `length`: the length of the body, if it is known. */
function writeHead(
  target: ServerResponse,
  { status, statusText, headers }: Response,
  length: number | undefined,
): void {
  // Iterating yields each Set-Cookie header on its own.
  const pairs = [...headers].flat();
  // node:http does not add it to a header of the program, such as `Connection: upgrade`.
  if (!target.shouldKeepAlive && headers.has("connection")) pairs.push("connection", "close");
  if (length !== undefined && !headers.has("content-length")) pairs.push("content-length", `${length}`);
  if (statusText === "") target.writeHead(status, pairs);
  else target.writeHead(status, statusText, pairs);
}

async function sendBody(
  target: ServerResponse,
  response: Response,
  beginning: Beginning,
  isHead: boolean,
): Promise<void> {
  const length = new LengthCheck(response.headers.get("content-length"));
  await beginning.read();
  if (target.destroyed) return;
  const { first, rest } = beginning;
  if (first) length.add(first);
  if (isHead || !rest) {
    if (!isHead) length.end();
    writeHead(target, response, rest ? undefined : first?.length ?? 0);
    target.end(isHead ? undefined : first);
    return;
  }
  writeHead(target, response, undefined);
  // A stream of events may send nothing for a long time.
  if (!first) target.flushHeaders();
  else if (!write(target, first)) await drained(target);
  for (let chunk = await rest; !chunk.done && !target.destroyed; chunk = await beginning.reader.read()) {
    length.add(chunk.value);
    if (!write(target, chunk.value)) await drained(target);
  }
  if (target.destroyed) return;
  length.end();
  target.end();
}

/** The beginning of a body, which may be all of it. */
class Beginning {
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  /** The first chunk, if it has arrived. */
  first: Uint8Array | undefined;
  /** The next chunk, or `undefined` if the body has ended. */
  rest: Promise<Chunk> | undefined;
  readonly #nextTurn: () => Promise<void>;

  constructor(reader: ReadableStreamDefaultReader<Uint8Array>, nextTurn: () => Promise<void>) {
    this.reader = reader;
    this.#nextTurn = nextTurn;
  }

  /** Waits for two turns of the event loop, or less. */
  async read(): Promise<void> {
    const first = await this.#readNext();
    this.first = first?.value;
    if (first && !first.done) await this.#readNext();
  }

  /** Returns the next chunk if it arrives within one turn of the event loop. */
  async #readNext(): Promise<Chunk | void> {
    const next = this.reader.read();
    this.rest = next;
    const chunk = await Promise.race([next, this.#nextTurn()]);
    if (chunk?.done) this.rest = undefined;
    return chunk;
  }
}

/** Returns whether more may be written. Writes no empty chunk, which would end the body. */
function write(target: ServerResponse, bytes: Uint8Array): boolean {
  return bytes.length === 0 || target.write(bytes);
}

/** Waits until the buffer of the connection is empty, or until the client has left. */
async function drained(target: ServerResponse): Promise<void> {
  if (target.destroyed) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  target.on("drain", resolve);
  target.on("close", resolve);
  await promise;
  target.off("drain", resolve);
  target.off("close", resolve);
}

/** Compares the length of a body with the header `Content-Length`. Otherwise the next response would be misread. */
class LengthCheck {
  readonly #expected: string | null;
  #bytes = 0;

  constructor(expected: string | null) {
    this.#expected = expected;
  }

  add(bytes: unknown): void {
    if (!(bytes instanceof Uint8Array)) {
      throw new TypeError("Cannot send a response: its body contains other than bytes");
    }
    this.#bytes += bytes.length;
    if (this.#expected !== null && this.#bytes > Number(this.#expected)) this.#fail();
  }

  end(): void {
    if (this.#expected !== null && this.#bytes !== Number(this.#expected)) this.#fail();
  }

  #fail(): never {
    throw new TypeError(`Cannot send a response: Content-Length is ${this.#expected}, but its body has another length`);
  }
}
