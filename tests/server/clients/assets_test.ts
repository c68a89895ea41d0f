// Assets: files that clients fetch through the server.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { assertThrows } from "@std/assert/throws";
import { StatusLevel } from "../../../src/protocol/status.ts";
import type { FoxgloveServerListener } from "../../../src/server/listener.ts";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import { bytes as hex } from "../../protocol/hex.ts";
import { bytes, type Conversation, conversation, type FakeClient, settled } from "../../support/conversation.ts";

const URI = "package://arm/meshes/base.stl";

type FetchHook = NonNullable<FoxgloveServerListener["onFetchAsset"]>;

/** Returns a conversation whose server answers fetches with this hook. With `undefined`, the server has no hook. */
function serving(hook: FetchHook | undefined, options: Partial<FoxgloveServerOptions> = {}): Conversation {
  const listener: FoxgloveServerListener = hook ? { onFetchAsset: hook } : {};
  return conversation({ capabilities: ["assets"], listener, ...options });
}

function fetches(client: FakeClient, requestId: number, uri = URI): void {
  client.says({ op: "fetchAsset", uri, requestId });
}

/** Expects the asset as the next message. */
async function hearsAsset(client: FakeClient, requestId: number, data: Uint8Array): Promise<void> {
  assertEquals(await client.next(), { op: "fetchAssetResponse", requestId, status: "success", data });
}

/** Expects a failure as the next message and returns its text. */
async function hearsFailure(client: FakeClient, requestId: number, ...parts: string[]): Promise<string> {
  const message = await client.next();
  const error = message.op === "fetchAssetResponse" && message.status === "error" ? message.error : "";
  assertEquals(message, { op: "fetchAssetResponse", requestId, status: "error", error });
  assert(error !== "", "a failure has a text");
  for (const part of parts) assertStringIncludes(error, part);
  return error;
}

Deno.test("A01 onFetchAsset returns the bytes for a uri, and gets the client and the uri as arguments", async () => {
  const asked: unknown[] = [];
  const { server, client } = serving((...all) => {
    asked.push(...all);
    return Uint8Array.of(0xca, 0xfe);
  });
  const [app, other] = [client(), client()];
  fetches(app, 17);
  await hearsAsset(app, 17, Uint8Array.of(0xca, 0xfe));
  assertEquals(app.wire.at(-1), hex("04 11000000 00 00000000 cafe"));
  assertEquals(asked.length, 4);
  assert(asked[0] === server);
  assertEquals(asked.slice(1, 3), [URI, 17]);
  const context = asked[3] as { client: unknown; signal: AbortSignal };
  assert(context.client === server.clients.values().next().value);
  assertEquals(context.signal.aborted, false);
  other.hearsNothing();
  app.hearsNothing();
});

const ASSETS: Readonly<Record<string, Uint8Array | Promise<Uint8Array>>> = {
  "at once": bytes("mesh"),
  "later": Promise.resolve(bytes("mesh")),
  "as a view of a larger buffer": bytes("a mesh in a heap").subarray(2, 6),
};

for (const [how, asset] of Object.entries(ASSETS)) {
  Deno.test(`A01 onFetchAsset may return the bytes ${how}`, async () => {
    const { client } = serving(() => asset);
    const app = client();
    fetches(app, 0xffff_ffff);
    await hearsAsset(app, 0xffff_ffff, bytes("mesh"));
  });
}

Deno.test("A01 FoxgloveServer sends an empty asset as a success without bytes", async () => {
  const { client } = serving(() => new Uint8Array());
  const app = client();
  fetches(app, 0);
  await hearsAsset(app, 0, new Uint8Array());
  assertEquals(app.wire.at(-1), hex("04 00000000 00 00000000"));
});

Deno.test("A01 onFetchAsset may reuse its buffer after the bytes were sent", async () => {
  const buffer = bytes("mesh 1");
  const { client } = serving(() => buffer);
  const app = client();
  fetches(app, 1);
  await settled();
  buffer.fill(0);
  await hearsAsset(app, 1, bytes("mesh 1"));
});

Deno.test("A01 onFetchAsset gets the uri exactly as the client sent it", async () => {
  const { client } = serving((_server, uri) => bytes(uri));
  const app = client();
  for (const [requestId, uri] of ["", "__proto__", "file:///../etc/passwd", "package://ü/\u{1f916}"].entries()) {
    fetches(app, requestId, uri);
    await hearsAsset(app, requestId, bytes(uri));
  }
});

const THROWN: Readonly<Record<string, { error: unknown; text: string }>> = {
  "an Error": { error: new Deno.errors.NotFound("no such mesh"), text: "no such mesh" },
  "a text": { error: "no such mesh", text: "no such mesh" },
  "nothing": { error: undefined, text: URI },
  "null": { error: null, text: URI },
  "a symbol": { error: Symbol("no such mesh"), text: "no such mesh" },
};

for (const [what, { error, text }] of Object.entries(THROWN)) {
  for (const [how, hook] of throwers(error)) {
    Deno.test(`A02 FoxgloveServer fails a fetch with the error text and logs it when the hook ${how} ${what}`, async () => {
      const { client, log } = serving(hook);
      const [app, other] = [client(), client()];
      fetches(app, 5);
      await hearsFailure(app, 5, URI, text);
      app.hearsNothing();
      other.hearsNothing();
      assertEquals(log.filter((line) => line.startsWith("error: ")), ["error: Client 1: onFetchAsset failed"]);
    });
  }
}

function throwers(error: unknown): [string, FetchHook][] {
  return [
    ["throws", () => {
      throw error;
    }],
    ["rejects with", () => Promise.reject(error)],
  ];
}

Deno.test("A02 FoxgloveServer sends a failure without bytes after its text", async () => {
  const { client } = serving(() => Promise.reject(new Error("nope")));
  const app = client();
  fetches(app, 12);
  const text = bytes(await hearsFailure(app, 12));
  assertEquals(app.wire.at(-1), Uint8Array.of(4, 12, 0, 0, 0, 1, text.length, 0, 0, 0, ...text));
});

Deno.test("A02 FoxgloveServer fails a fetch if there is no hook", async () => {
  const { client } = serving(undefined);
  const app = client();
  fetches(app, 5);
  await hearsFailure(app, 5, URI);
  const { client: without } = conversation({ capabilities: ["assets"] });
  const unhandled = without();
  fetches(unhandled, 6);
  await hearsFailure(unhandled, 6, URI);
});

Deno.test("A02 FoxgloveServer fails a fetch above maxAssetBytes, and sends an asset of exactly that size", async () => {
  const { client } = serving((_server, uri) => new Uint8Array(Number(uri)), { maxAssetBytes: 100 });
  const app = client();
  fetches(app, 1, "101");
  await hearsFailure(app, 1, "101 bytes", "allows (100)");
  fetches(app, 2, "100");
  await hearsAsset(app, 2, new Uint8Array(100));
});

Deno.test("A02 FoxgloveServer sends assets of up to 32 MiB by default", async () => {
  const { client } = serving((_server, uri) => new Uint8Array(Number(uri)));
  const app = client();
  fetches(app, 1, String(32 * 1024 * 1024 + 1));
  await hearsFailure(app, 1, "33554433 bytes");
  fetches(app, 2, String(32 * 1024 * 1024));
  const message = await app.next();
  assertEquals(message.op === "fetchAssetResponse" && message.status, "success");
});

Deno.test("A02 FoxgloveServer fails a fetch after requestTimeoutMs, and ignores the late result of the hook", async () => {
  const late = Promise.withResolvers<Uint8Array>();
  const { client, log } = serving(() => late.promise, { requestTimeoutMs: 1 });
  const app = client();
  fetches(app, 1);
  await hearsFailure(app, 1, "no answer within 1 ms");
  late.resolve(bytes("mesh"));
  await settled();
  app.hearsNothing();
  assertEquals(log.filter((line) => line.startsWith("error: ")), ["error: Client 1: onFetchAsset failed"]);
});

Deno.test("A03 FoxgloveServer fails a fetch without the capability, and does not call the hook", async () => {
  let calls = 0;
  const { client } = serving(() => {
    calls += 1;
    return bytes("mesh");
  }, { capabilities: ["services"] });
  const app = client();
  fetches(app, 9);
  await hearsFailure(app, 9, URI, 'no capability "assets"');
  await settled();
  app.hearsNothing();
  assertEquals(calls, 0);
});

/** A hook that answers when the test resolves it, with a list of the pending fetches. */
function slowHook(): { hook: FetchHook; waiting: Map<number, PromiseWithResolvers<Uint8Array>> } {
  const waiting = new Map<number, PromiseWithResolvers<Uint8Array>>();
  const hook: FetchHook = (_server, _uri, requestId) => {
    const answer = Promise.withResolvers<Uint8Array>();
    waiting.set(requestId, answer);
    return answer.promise;
  };
  return { hook, waiting };
}

Deno.test("A04 FoxgloveServer fetches the assets of one client one at a time, in order, whether or not one fails", async () => {
  const { hook, waiting } = slowHook();
  const { client } = serving(hook);
  const app = client();
  for (let requestId = 1; requestId <= 100; requestId++) fetches(app, requestId);
  for (let requestId = 1; requestId <= 100; requestId++) {
    while (!waiting.has(requestId)) await settled();
    assertEquals([...waiting.keys()].at(-1), requestId);
    if (requestId % 10 === 0) {
      waiting.get(requestId)!.reject(new Error("gone"));
      await hearsFailure(app, requestId, "gone");
    } else {
      waiting.get(requestId)!.resolve(bytes(`${requestId}`));
      await hearsAsset(app, requestId, bytes(`${requestId}`));
    }
  }
  app.hearsNothing();
});

Deno.test("A04 FoxgloveServer handles different clients and kinds of requests independently", async () => {
  const { hook, waiting } = slowHook();
  const { client } = conversation({
    capabilities: ["assets", "parameters"],
    listener: { onFetchAsset: hook, onGetParameters: () => [{ name: "rate", value: 5 }] },
  });
  const [app, other] = [client(), client()];
  fetches(app, 1);
  fetches(app, 2);
  fetches(other, 4);
  assertEquals([...waiting.keys()], [1, 4]);
  app.says({ op: "getParameters", parameterNames: [], id: "q" });
  assertEquals(await app.next(), { op: "parameterValues", parameters: [{ name: "rate", value: 5 }], id: "q" });
  waiting.get(4)!.resolve(bytes("mesh"));
  await hearsAsset(other, 4, bytes("mesh"));
});

Deno.test("A04 FoxgloveServer rejects a maxPendingRequests below 1", () => {
  for (const maxPendingRequests of [0, -1, 1.5, NaN, Infinity]) {
    assertThrows(
      () => serving(undefined, { maxPendingRequests }),
      RangeError,
      `"maxPendingRequests" is ${maxPendingRequests}`,
    );
  }
});

Deno.test("A01 FoxgloveServer aborts the signal of the hook when the client disconnects, and ignores the result", async () => {
  const { promise, resolve } = Promise.withResolvers<Uint8Array>();
  let signal: AbortSignal | undefined;
  const { client, log } = serving((_server, _uri, _requestId, context) => {
    signal = context.signal;
    return promise;
  });
  const [app, other] = [client(), client()];
  fetches(app, 1);
  assertEquals(signal?.aborted, false);
  app.leaves();
  assertEquals(signal?.aborted, true);
  resolve(bytes("mesh"));
  await settled();
  app.hearsNothing();
  other.hearsNothing();
  assertEquals(log.filter((line) => /^(warn|error)/.test(line)), []);
});

Deno.test("A02 FoxgloveServer logs no error when a hook rejects because its client disconnected", async () => {
  const { client, log } = serving((_server, _uri, _requestId, { signal }) => {
    const { promise, reject } = Promise.withResolvers<Uint8Array>();
    signal.addEventListener("abort", () => reject(signal.reason));
    return promise;
  });
  const app = client();
  fetches(app, 1);
  app.leaves();
  await settled();
  app.hearsNothing();
  assertEquals(log.filter((line) => /^(warn|error)/.test(line)), []);
});

Deno.test("A02 FoxgloveServer sends an ERROR for a fetch with invalid members, and does not call the hook", () => {
  let calls = 0;
  const { client } = serving(() => {
    calls += 1;
    return bytes("mesh");
  });
  const app = client();
  for (const members of [{ uri: URI }, { requestId: 1 }, { uri: 5, requestId: 1 }, { uri: URI, requestId: -1 }]) {
    app.saysRaw(JSON.stringify({ op: "fetchAsset", ...members }));
    app.hearsStatus(StatusLevel.ERROR, '"fetchAsset"');
  }
  app.hearsNothing();
  assertEquals(calls, 0);
});
