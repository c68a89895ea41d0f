// closePayload() and readClosePayload(): codes and reasons of close frames.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { closePayload, isWireCloseCode, readClosePayload } from "../../src/websocket/close_payload.ts";
import { bytes, hex } from "../protocol/hex.ts";

Deno.test("closePayload() writes the code and the reason", () => {
  assertEquals(hex(closePayload(1000, "")), "03e8");
  assertEquals(hex(closePayload(4999, "ok")), "13876f6b");
});

Deno.test("closePayload() cuts a reason after the last character that fits into 123 bytes", () => {
  for (
    const [reason, kept] of [
      ["x".repeat(123), "x".repeat(123)],
      ["x".repeat(124), "x".repeat(123)],
      ["x".repeat(122) + "\u00e9", "x".repeat(122)],
      ["x".repeat(121) + "\u00e9", "x".repeat(121) + "\u00e9"],
      ["\u20ac".repeat(42), "\u20ac".repeat(41)],
      ["x" + "\u{1f916}".repeat(31), "x" + "\u{1f916}".repeat(30)],
    ] as const
  ) {
    const payload = closePayload(1001, reason);
    assertEquals(readClosePayload(payload), { type: "valid", code: 1001, reason: kept });
    assertEquals([payload.length, payload.buffer.byteLength], [
      2 + new TextEncoder().encode(kept).length,
      payload.length,
    ]);
  }
});

Deno.test("closePayload() replaces lone surrogates", () => {
  assertEquals(readClosePayload(closePayload(1001, "\ud800")), { type: "valid", code: 1001, reason: "\ufffd" });
});

Deno.test("isWireCloseCode() accepts the codes that frames may have", () => {
  const ranges: [number, number][] = [];
  for (let code = 0; code <= 65_535; code++) {
    if (!isWireCloseCode(code)) continue;
    if (ranges.at(-1)?.[1] === code - 1) ranges.at(-1)![1] = code;
    else ranges.push([code, code]);
  }
  assertEquals(ranges, [[1000, 1003], [1007, 1014], [3000, 4999]]);
  assertEquals([1000.5, NaN].map(isWireCloseCode), [false, false]);
});

for (const code of [1005, 1006, 1015, 0, 5000, NaN]) {
  Deno.test(`closePayload() throws for the code ${code}`, () => {
    assertThrows(() => closePayload(code, ""), RangeError, `Cannot close: code ${code} is not one of`);
  });
}

Deno.test("readClosePayload() reads an empty payload as a close frame without a code", () => {
  assertEquals(readClosePayload(new Uint8Array()), { type: "valid", code: undefined, reason: "" });
});

Deno.test("readClosePayload() rejects half a code, invalid codes and reasons that are not UTF-8", () => {
  assertEquals(readClosePayload(bytes("03")), { type: "invalid", reason: "The close frame has half a code" });
  assertEquals(readClosePayload(bytes("03ed")), { type: "invalid", reason: "The close code 1005 is invalid" });
  assertEquals(readClosePayload(bytes("03e8ff")), { type: "notUtf8" });
});
