// Sources of McapReader: paths, blobs, bytes and web servers.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { httpSource, type HttpSourceOptions } from "../../../src/mcap/reader/http_source.ts";
import { McapReader } from "../../../src/mcap/reader/mcap_reader.ts";
import type { McapInput } from "../../../src/mcap/reader/seekable_source.ts";
import { makeFile, message, type Part } from "../support/make_file.ts";
import { readAll, timesOf } from "../support/read_all.ts";

const PARTS: Part[] = [1, 2, 3].map((time) => ({ chunk: [message(time, 1, 0, 100_000)] }));
const { bytes: BYTES, places: PLACES } = makeFile(PARTS);

Deno.test("McapReader.open() reads any kind of source", async () => {
  const shared = new Uint8Array(new SharedArrayBuffer(BYTES.length + 3), 3);
  shared.set(BYTES);
  const inputs: McapInput[] = [BYTES, BYTES.buffer, new DataView(BYTES.buffer), new Blob([BYTES]), shared];
  for (const input of inputs) {
    const reader = await McapReader.open(input);
    assertEquals(timesOf(await readAll(reader.batches())), [1, 2, 3]);
  }
});

Deno.test("McapReader.open() reads a path and a file: URL, and closes the file", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/a b#1.mcap`;
    await Deno.writeFile(path, BYTES);
    const url = new URL(`file://${folder}/a%20b%231.mcap`);
    for (const input of [path, url, url.href]) {
      await using reader = await McapReader.open(input);
      assertEquals(timesOf(await readAll(reader.batches({ reverse: true }))), [3, 2, 1]);
    }
    await assertRejects(() => McapReader.open(folder), Error);
    await assertRejects(() => McapReader.open(`${folder}/none.mcap`), Error, "ENOENT");
    await Deno.writeFile(path, BYTES.subarray(1));
    // The file is closed after an error, too: the test would leak it.
    await assertRejects(() => McapReader.open(path), Error, "the magic bytes");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** A web server in memory, with every way to be wrong. */
class FakeServer {
  body = BYTES;
  etag: string | null = '"1"';
  ranges: string[] = [];
  /** Replaces a response. */
  respond?: (range: string) => Response;

  readonly fetch: NonNullable<HttpSourceOptions["fetch"]> = (_, { headers, signal }) => {
    signal?.throwIfAborted();
    const range = headers["range"]!;
    this.ranges.push(range);
    return Promise.resolve(this.respond?.(range) ?? this.range(range));
  };

  range(range: string, headers: Record<string, string> = {}): Response {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range)!.map(Number) as [number, number, number];
    const { length } = this.body;
    if (first >= length) {
      return new Response(null, { status: 416, headers: { "content-range": `bytes */${length}` } });
    }
    const body = this.body.slice(first, last + 1);
    return new Response(body, {
      status: 206,
      headers: {
        "content-range": `bytes ${first}-${first + body.length - 1}/${length}`,
        ...(this.etag && { etag: this.etag }),
        ...headers,
      },
    });
  }
}

Deno.test("httpSource() transfers only the parts that are needed", async () => {
  const server = new FakeServer();
  const reader = await McapReader.open(await httpSource("http://robot/a.mcap", server));
  // The size, the header and the end.
  assertEquals([server.ranges.length, server.ranges[0]], [3, "bytes=0-0"]);
  server.ranges.length = 0;
  assertEquals(timesOf(await readAll(reader.batches({ start: 2n, end: 3n }))), [2]);
  assertEquals(server.ranges, [`bytes=${PLACES[1]!.start}-${PLACES[1]!.end - 1}`]);
});

Deno.test("httpSource() rejects servers without ranges, and other failures", async () => {
  const cases: [(server: FakeServer, range: string) => Response, string][] = [
    [() => new Response(BYTES), "does not support range requests"],
    [() => new Response(null, { status: 404 }), "status 404"],
    [() => new Response("x", { status: 206 }), "the response has no Content-Range header"],
    [() => new Response("x", { status: 206, headers: { "content-range": "bytes 0-0/*" } }), '"bytes 0-0/*"'],
  ];
  for (const [respond, text] of cases) {
    const server = new FakeServer();
    server.respond = (range) => respond(server, range);
    await assertRejects(() => httpSource("http://robot/a.mcap", server), Error, text);
  }
});

Deno.test("httpSource() fails if the file changes, or if the server sends another part", async () => {
  const cases: [(server: FakeServer, range: string) => Response | void, string][] = [
    [(server) => void (server.etag = '"2"'), "has changed"],
    [(server) => void (server.body = BYTES.slice(0, -1)), "has changed"],
    [(server, range) => server.range(range, { "last-modified": "now" }), "has changed"],
    [(server) => server.range("bytes=5-9"), "5-9"],
    [(server, range) => withBody(server.range(range), new Uint8Array(3)), "received 3 of 50 bytes"],
    [(server, range) => withBody(server.range(range), new Uint8Array(51)), "received more than 50 bytes"],
    [() => new Response(BYTES), "does not support range requests"],
    [() => new Response(null, { status: 503 }), "status 503"],
  ];
  for (const [respond, text] of cases) {
    const server = new FakeServer();
    const source = await httpSource("http://robot/a.mcap", server);
    server.respond = (range) => respond(server, range) ?? server.range(range);
    await assertRejects(() => source.read(10, 50), Error, text);
  }
});

Deno.test("httpSource() passes signals on, and reads an empty file", async () => {
  const server = new FakeServer();
  const reason = new Error("enough");
  const source = await httpSource("http://robot/a.mcap", server);
  assertEquals(await source.read(0, 5, AbortSignal.abort(reason)).catch((error) => error), reason);
  assertEquals(await source.read(0, 0), new Uint8Array());
  server.body = new Uint8Array();
  const empty = await httpSource("http://robot/a.mcap", server);
  assertEquals([empty.size, await empty.read(0, 0)], [0, new Uint8Array()]);
});

Deno.test("httpSource() reads from a real server", async () => {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    return new FakeServer().range(request.headers.get("range")!);
  });
  try {
    const reader = await McapReader.open(await httpSource(`http://127.0.0.1:${server.addr.port}/a.mcap`));
    assertEquals(timesOf(await readAll(reader.batches({ reverse: true }))), [3, 2, 1]);
    for await (const _ of reader.messages()) break;
  } finally {
    await server.shutdown();
  }
});

function withBody({ status, headers }: Response, body: Uint8Array<ArrayBuffer>): Response {
  return new Response(body, { status, headers });
}
