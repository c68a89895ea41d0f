import { assertEquals } from "@std/assert/equals";
import { Decoders } from "../../src/client/decoders.ts";
import type { Channel } from "../../src/protocol/channels.ts";
import { bytes, channel } from "../support/conversation.ts";

const A: Channel = { id: channel(1), topic: "/a", encoding: "count", schemaName: "", schema: "" };

Deno.test("Decoders.decode() creates one decoder for each channel, even if two have the same id", () => {
  const made: string[] = [];
  const decoders = new Decoders({
    count: ({ topic }) => {
      made.push(topic);
      return (payload) => `${topic} ${payload.length}`;
    },
  });
  // Messages from before and after a reconnect may be queued together.
  const other = { ...A, topic: "/other" };
  const values = [A, other, A, other].map((each) => decoders.decode(each, bytes("xy")));
  assertEquals(values, ["/a 2", "/other 2", "/a 2", "/other 2"].map((value) => ({ value })));
  assertEquals(made, ["/a", "/other"]);
});

Deno.test("Decoders.decode() returns the error of a channel without a decoder once", () => {
  let made = 0;
  const error = new Error("no schema");
  const decoders = new Decoders({
    count: () => {
      made += 1;
      throw error;
    },
  });
  assertEquals(decoders.decode(A, bytes("x")), { error });
  assertEquals([decoders.decode(A, bytes("x")), made], [undefined, 1]);
});

Deno.test("Decoders.load() loads a module once, before the first message of its encoding", async () => {
  let loads = 0;
  const decoders = new Decoders({
    count: {
      load() {
        loads += 1;
        return Promise.resolve(() => (payload: Uint8Array) => payload.length);
      },
    },
    text: () => () => "text",
  });
  assertEquals(decoders.load({ ...A, encoding: "text" }), undefined);
  await Promise.all([decoders.load(A), decoders.load({ ...A, topic: "/b" })]);
  assertEquals([decoders.load(A), loads, decoders.decode(A, bytes("xyz"))], [undefined, 1, { value: 3 }]);
});

Deno.test("Decoders.load() never rejects, and messages whose decoder cannot be loaded are undecodable", async () => {
  const cause = new TypeError("no such file");
  const decoders = new Decoders({ count: { load: () => Promise.reject(cause) } });
  await decoders.load(A);
  const decoded = decoders.decode(A, bytes("x"));
  const error = decoded && "error" in decoded ? decoded.error as Error : undefined;
  assertEquals(error?.message, 'Cannot decode "/a": the decoder for "count" cannot be loaded');
  assertEquals([error?.cause, decoders.decode(A, bytes("x"))], [cause, undefined]);
});

Deno.test("Decoders.decode() names each channel whose decoder cannot be loaded", async () => {
  const decoders = new Decoders({ count: { load: () => Promise.reject(new Error("no such file")) } });
  await decoders.load(A);
  const texts = ["/a", "/b"].map((topic) => {
    const decoded = decoders.decode({ ...A, topic }, bytes("x"));
    return decoded && "error" in decoded ? String(decoded.error) : "decoded";
  });
  assertEquals(texts, [
    'TypeError: Cannot decode "/a": the decoder for "count" cannot be loaded',
    'TypeError: Cannot decode "/b": the decoder for "count" cannot be loaded',
  ]);
});
