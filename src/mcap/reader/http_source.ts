// httpSource(): a file on a web server as a source, which is read with range requests.

import { PieceReader } from "./piece_reader.ts";
import type { SeekableSource } from "./seekable_source.ts";

/** Options of {@linkcode httpSource}. */
export interface HttpSourceOptions {
  /**
   * Sends the requests, for example with headers of your own.
   *
   * @default {fetch} The function of the platform.
   */
  readonly fetch?: (url: string | URL, init: { headers: Record<string, string>; signal?: AbortSignal }) => Promise<
    Response
  >;
  /** Aborts the first request. */
  readonly signal?: AbortSignal;
}

/** The facts that must be the same in all responses. */
interface Version {
  readonly size: number;
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/**
 * Opens a file on a web server. Only the parts that are needed are transferred, with range requests. It fails if the
 * file changes meanwhile: its size, `ETag` or `Last-Modified`.
 *
 * A server of another origin must allow browsers to read the header `Content-Range`, with
 * `Access-Control-Expose-Headers`.
 *
 * @example
 * ```ts ignore
 * const reader = await McapReader.open(await httpSource("https://robot.example/drive.mcap"));
 * for await (const message of reader.messages({ topics: ["/odom"] })) console.log(message.logTime);
 * ```
 *
 * @throws {Error} If the response is not successful, or if the server does not support range requests.
 */
export async function httpSource(url: string | URL, options: HttpSourceOptions = {}): Promise<SeekableSource> {
  const { signal } = options;
  const request: Fetch = options.fetch ?? ((target, init) => fetch(target, init));
  const response = await request(url, { headers: { range: "bytes=0-0" }, ...(signal && { signal }) });
  await response.body?.cancel();
  // An empty file has no first byte.
  if (response.status === 416 && contentRange(response)?.size === 0) return emptySource();
  const range = rangeOf(url, response);
  const version = versionOf(response, range.size);
  return {
    size: version.size,
    read: (offset, length, signal) => readRange(request, url, version, offset, length, signal),
  };
}

type Fetch = NonNullable<HttpSourceOptions["fetch"]>;

async function readRange(
  request: Fetch,
  url: string | URL,
  version: Version,
  offset: number,
  length: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  if (length === 0) return new Uint8Array();
  const last = offset + length - 1;
  const response = await request(url, { headers: { range: `bytes=${offset}-${last}` }, ...(signal && { signal }) });
  try {
    const range = rangeOf(url, response);
    const { size, etag, lastModified } = versionOf(response, range.size);
    if (size !== version.size || etag !== version.etag || lastModified !== version.lastModified) {
      throw new Error(`Cannot read ${url}: the file has changed on the server`);
    }
    if (range.first !== offset || range.last !== last) {
      throw new Error(`Cannot read ${url}: bytes ${offset}-${last} were requested, and ${range.text} came`);
    }
  } catch (error) {
    await response.body?.cancel();
    throw error;
  }
  return await bodyOf(url, response, length);
}

/** Reads a body that must have exactly `length` bytes. */
async function bodyOf(url: string | URL, { body }: Response, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  const pieces = new PieceReader(body ?? [], undefined);
  try {
    for (let piece = await pieces.next(); piece; piece = await pieces.next()) {
      if (piece.length > length - filled) throw new Error(`Cannot read ${url}: received more than ${length} bytes`);
      bytes.set(piece, filled);
      filled += piece.length;
    }
  } finally {
    await pieces.close();
  }
  if (filled === length) return bytes;
  throw new Error(`Cannot read ${url}: received ${filled} of ${length} bytes`);
}

/** The part of the file in a response. */
interface Range {
  readonly first: number;
  readonly last: number;
  readonly size: number;
  readonly text: string;
}

function rangeOf(url: string | URL, response: Response): Range {
  const { status } = response;
  if (status === 200) {
    throw new Error(`Cannot read ${url}: the server does not support range requests; download the file first`);
  }
  if (status !== 206) throw new Error(`Cannot read ${url}: the server responded with status ${status}`);
  const range = contentRange(response);
  if (range) return range;
  const value = response.headers.get("content-range");
  const header = value === null ? "no Content-Range header" : `the Content-Range header "${value}"`;
  throw new Error(
    `Cannot read ${url}: the response has ${header}; ` +
      "a server of another origin must expose it with Access-Control-Expose-Headers",
  );
}

function contentRange({ headers }: Response): Range | undefined {
  const text = headers.get("content-range") ?? "";
  const match = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+)$/i.exec(text);
  if (!match) return undefined;
  const [, first, last, size] = match;
  const range = { first: Number(first ?? -1), last: Number(last ?? -1), size: Number(size), text };
  return Number.isSafeInteger(range.size) ? range : undefined;
}

function versionOf({ headers }: Response, size: number): Version {
  return { size, etag: headers.get("etag"), lastModified: headers.get("last-modified") };
}

function emptySource(): SeekableSource {
  return { size: 0, read: () => Promise.resolve(new Uint8Array()) };
}
