// Texts and errors for the log: no text can look like a line of its own.

import { assertEquals } from "@std/assert/equals";
import { assertStrictEquals } from "@std/assert/strict-equals";
import { onOneLine, safeDetail } from "../../src/server/log_text.ts";

const FORGED = "x\r\n2026-01-01 error: forged\x1b[2J\x9b2J\u2028\u2029\u202e\u2066\x7f\0\t";
const ESCAPED = "x\\r\\n2026-01-01 error: forged\\x1b[2J\\x9b2J\\u2028\\u2029\\u202e\\u2066\\x7f\\x00\\t";

Deno.test("onOneLine() escapes control characters, line breaks and direction marks, and nothing else", () => {
  assertEquals(onOneLine(FORGED), ESCAPED);
  for (let code = 0; code < 0x3000; code++) {
    const character = String.fromCharCode(code);
    const isUnsafe = code < 0x20 || (code >= 0x7f && code < 0xa0) || [0x61c, 0x200e, 0x200f].includes(code) ||
      (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
    assertEquals(onOneLine(character) !== character, isUnsafe, code.toString(16));
    assertEquals(/^[ -~\xa0-\uffff]+$/.test(onOneLine(character)), true, code.toString(16));
  }
  assertEquals(onOneLine('"/odom" \\n 日本語 🤖 é'), '"/odom" \\n 日本語 🤖 é');
  assertEquals(onOneLine("\ud83d"), "\\ud83d");
});

Deno.test("onOneLine() truncates a text that is too long", () => {
  assertEquals(onOneLine("x".repeat(4096)).length, 4096);
  assertEquals(onOneLine(`${"x".repeat(4096)}yz`), `${"x".repeat(4096)}… (2 more characters)`);
  assertEquals(onOneLine("x".repeat(4097)), `${"x".repeat(4096)}… (1 more character)`);
});

Deno.test("safeDetail() returns values and errors that are safe unchanged", () => {
  for (const value of [undefined, null, 5, 5n, true, "text", NaN]) assertStrictEquals(safeDetail(value), value);
  const list = [new Error("a"), "b"];
  const errors = [
    new TypeError("out of order"),
    new Error("", { cause: new RangeError("a", { cause: "b" }) }),
    new AggregateError(list, "both"),
    new DOMException("aborted", "AbortError"),
    Object.assign(new Error("with more"), { code: "ENOENT", where: { line: 5, text: "a\nb" } }),
  ];
  for (const error of errors) assertStrictEquals(safeDetail(error), error);
});

Deno.test("safeDetail() copies an error with unsafe texts: the copy is an error whose stack keeps its lines", () => {
  const where = { line: 5 };
  const error = Object.assign(new TypeError(FORGED, { cause: new RangeError(FORGED, { cause: FORGED }) }), {
    code: FORGED,
    where,
  });
  const copy = safeDetail(error) as typeof error & { cause: Error };
  assertEquals([copy instanceof Error, copy.name, copy.message, copy.code], [true, "TypeError", ESCAPED, ESCAPED]);
  assertStrictEquals(copy.where, where);
  assertEquals([copy.cause.name, copy.cause.message, copy.cause.cause], ["RangeError", ESCAPED, ESCAPED]);
  for (const { stack = "", name } of [copy, copy.cause]) {
    const [first, ...frames] = stack.split("\n");
    assertEquals(first, `${name}: ${ESCAPED}`);
    assertEquals(frames.length > 0 && frames.every((line) => line.startsWith("    at ")), true, stack);
  }
  assertEquals(error.message, FORGED);
});

Deno.test("safeDetail() treats stack frames in a message as text", () => {
  const message = "x\n    at forged (evil.ts:1:1)";
  const { stack = "" } = safeDetail(new Error(message)) as Error;
  assertEquals(stack.startsWith("Error: x\\n    at forged (evil.ts:1:1)\n    at "), true, stack);
});

Deno.test("safeDetail() escapes function names in a stack, and a forged stack", () => {
  const name = "evil\n2026 forged";
  const thrower = {
    [name]() {
      throw new Error("x");
    },
  };
  try {
    thrower[name]?.();
  } catch (error) {
    const { stack = "" } = safeDetail(error) as Error;
    assertEquals(stack.includes("Object.evil\\n2026 forged ("), true, stack);
    assertEquals(stack.split("\n").slice(1).every((line) => line.startsWith("    at ")), true, stack);
  }
  const written = Object.assign(new Error("x"), { stack: "y\nforged\n    at f (a.ts:1:1)\nforged" });
  assertEquals((safeDetail(written) as Error).stack, "y\\nforged\n    at f (a.ts:1:1)\\nforged");
});

Deno.test("safeDetail() escapes the errors of an AggregateError", () => {
  const copy = safeDetail(new AggregateError([new Error(FORGED), FORGED, 5], "all")) as AggregateError;
  assertEquals(copy.errors.map((error) => error instanceof Error ? error.message : error), [ESCAPED, ESCAPED, 5]);
});

Deno.test("safeDetail() ends for errors that refer to themselves or to many others", () => {
  const loop = new Error(FORGED);
  loop.cause = loop;
  let depth = 0;
  for (let cause = safeDetail(loop); cause instanceof Error; cause = cause.cause) depth += 1;
  assertEquals(depth, 20);
  let tree: unknown = FORGED;
  for (let level = 0; level < 10; level++) tree = new AggregateError(Array.from({ length: 10 }, () => tree), "all");
  const count = (error: unknown): number =>
    error instanceof AggregateError || (error instanceof Error && "errors" in error)
      ? 1 + (error.errors as unknown[]).reduce((sum: number, each) => sum + count(each), 0)
      : 0;
  assertEquals(count(safeDetail(tree)), 20);
});

Deno.test("safeDetail() returns a text for any other object, with quoted texts in it", () => {
  assertEquals(safeDetail({ code: 5, text: "a\nb" }), '{ code: 5, text: "a\\nb" }');
  assertEquals(safeDetail(Symbol("a\nb")), 'Symbol("a\\nb")');
  assertEquals(safeDetail(() => {}), "[Function (anonymous)]");
  assertEquals(/\p{Cc}|\u202e/u.test(String(safeDetail([FORGED, new Error(FORGED)]))), false);
});

Deno.test("safeDetail() never throws, and its result can be shown", () => {
  const revoked = Proxy.revocable(new Error("x"), {});
  revoked.revoke();
  const fails = () => {
    throw new Error("a trap");
  };
  const traps = { get: fails, getPrototypeOf: fails, ownKeys: fails, has: fails, getOwnPropertyDescriptor: fails };
  const getters = Object.defineProperty(new Error("x"), "message", { get: fails });
  const odd = Object.assign(new Error("x"), { message: { toString: 5, valueOf: 5 } });
  const shows = { [Symbol.for("Deno.customInspect")]: fails };
  for (const value of [revoked.proxy, new Proxy({}, traps), new Proxy(new Error("x"), traps), getters, odd, shows]) {
    const detail = safeDetail(value);
    assertEquals(typeof detail, "string");
    assertEquals(Deno.inspect(detail).length > 0, true);
  }
  // A value that only behaves at first is copied, so that a logger reads the same values as this code.
  const proxy = new Proxy(new Error("a\nb"), {});
  const copy = safeDetail(proxy) as Error;
  assertEquals([Error.isError(copy), copy === proxy, copy.message], [true, false, "a\\nb"]);
  let reads = 0;
  const changing = Object.defineProperty(new Error(), "message", { get: () => reads++ === 0 ? "safe" : FORGED });
  assertEquals((safeDetail(changing) as Error).message, "safe");
});
