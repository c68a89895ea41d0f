// The parts of the soak that check its results.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { flatness } from "./flatness.ts";
import { readOptions } from "./soak_options.ts";
import { readPayload, SequenceCheck, writePayload } from "./payload.ts";

function message(sequence: number, bytes = 64): Uint8Array {
  const payload = new Uint8Array(bytes);
  writePayload(payload, sequence);
  return payload;
}

Deno.test("readPayload() reads payloads of writePayload(), and throws if they are truncated", () => {
  assertEquals([readPayload(message(300)), readPayload(message(7, 9))], [300, 7]);
  assertThrows(() => readPayload(message(300).subarray(0, 40)), Error, "Message 300 is incomplete");
  assertThrows(() => readPayload(new Uint8Array()), Error, "incomplete");
});

Deno.test("SequenceCheck.take() counts missing messages, and throws if a message is repeated or late", () => {
  const check = new SequenceCheck();
  for (const sequence of [5, 6, 9]) check.take(1, message(sequence));
  check.take(2, message(0));
  assertEquals([check.received, check.missing], [4, 2]);
  assertThrows(() => check.take(1, message(9)), Error, "Channel 1: message 9 came after 9");
  assertThrows(() => check.take(2, message(0)), Error, "Channel 2: message 0 came after 0");
});

Deno.test("flatness() compares the medians of the first and the last quarter", () => {
  const rising = Array.from({ length: 40 }, (_, index) => 100 + index);
  assertEquals(flatness(rising, { factor: 1.1, plus: 0 }), { first: 104.5, last: 134.5, isFlat: false });
  assertEquals(flatness(rising, { factor: 1.1, plus: 20 }).isFlat, true);
  assertEquals(flatness(rising.toReversed(), { factor: 1, plus: 0 }).isFlat, true);
  // One outlier does not count.
  assertEquals(flatness([1, 1, 1, 1, 1, 1, 1, 1, 1, 900, 1, 1], { factor: 1, plus: 0 }).isFlat, true);
  assertThrows(() => flatness([1, 2, 3], { factor: 1, plus: 0 }), RangeError);
});

Deno.test("the soak's readOptions() reads the duration and the transport, and has defaults for both", () => {
  assertEquals(readOptions(["--minutes", "1.5", "--transport", "direct"]), { minutes: 1.5, transport: "direct" });
  assertEquals(readOptions([]), { minutes: 2, transport: "native" });
});

Deno.test("the soak's readOptions() returns the help text if it is requested or an option is invalid", () => {
  const isMistake = (...args: string[]) => {
    const options = readOptions(args);
    return "help" in options && options.help.includes("--transport") ? options.isMistake : undefined;
  };
  assertEquals(isMistake("--help"), false);
  const mistakes = [["--minutes", "0.5"], ["--minutes", "x"], ["--transport", "tcp"], ["--transport"], ["more"]];
  for (const args of mistakes) assertEquals(isMistake(...args), true, args.join(" "));
});
