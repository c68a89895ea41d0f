// Errors for values that callers pass for encoding.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { encodeClientMessage } from "../../src/protocol/encode.ts";
import type { ClientMessage } from "../../src/protocol/messages.ts";
import { writeError, writeFaultOf } from "../../src/protocol/write_error.ts";

Deno.test("writeFaultOf() returns the field and the rule of an error that encoding has thrown", () => {
  const message = { op: "setParameters", parameters: [{ name: "a" }, { name: 5 }] } as unknown as ClientMessage;
  const error = assertThrows(() => encodeClientMessage(message), TypeError);
  assertEquals(error.message, 'Cannot write "setParameters": parameters[1].name must be a string');
  assertEquals(writeFaultOf(error), { path: "parameters[1].name", rule: "a string" });
});

Deno.test("writeFaultOf() returns nothing for other values", () => {
  const others = [new TypeError('Cannot write "x": y must be a string'), "text", undefined, null];
  assertEquals(others.map(writeFaultOf), [undefined, undefined, undefined, undefined]);
});

Deno.test("writeError() creates an error of the class, and says what was given", () => {
  const error = writeError("time", "timestamp", "a bigint", RangeError, "a number");
  assertEquals(
    [error instanceof RangeError, error.message],
    [true, 'Cannot write "time": timestamp must be a bigint, not a number'],
  );
});
