// Output: lines that are replaced on a terminal.

import { assertEquals } from "@std/assert/equals";
import { Output, toJson } from "../../src/cli/output.ts";

function fakeOutput(rows: number): { output: Output; texts: string[] } {
  const texts: string[] = [];
  const write = (text: string) => void texts.push(text);
  const sink = { isTerminal: true, columns: 10, rows, write, drained: () => Promise.resolve() };
  return { output: new Output({ stdout: sink, stderr: sink, hasColor: false }), texts };
}

Deno.test("Output.refresh() replaces the lines of the last call", () => {
  const { output, texts } = fakeOutput(24);
  output.refresh(["a", "0123456789ab"]);
  output.refresh(["b"]);
  assertEquals(texts, ["\ra\x1b[K\n012345678…\x1b[K\n\x1b[J", "\x1b[2A\rb\x1b[K\n\x1b[J"]);
});

Deno.test("Output.refresh() leaves out lines that do not fit", () => {
  const { output, texts } = fakeOutput(4);
  output.refresh(["a", "b", "c"]);
  output.refresh(["a", "b", "c", "d"]);
  assertEquals(texts, [
    "\ra\x1b[K\nb\x1b[K\nc\x1b[K\n\x1b[J",
    "\x1b[3A\ra\x1b[K\nb\x1b[K\n… 2 more …\x1b[K\n\x1b[J",
  ]);
});

Deno.test("Output.note() removes the lines of refresh(), which follow it", () => {
  const { output, texts } = fakeOutput(24);
  output.refresh(["a"]);
  output.note("note");
  output.refresh(["b"]);
  assertEquals(texts, ["\ra\x1b[K\n\x1b[J", "\x1b[1A\r\x1b[J", "note\n", "\rb\x1b[K\n\x1b[J"]);
});

Deno.test("Output.note() replaces control characters, because servers choose names and texts", () => {
  const { output, texts } = fakeOutput(24);
  output.note("topic \x1b[2J\x9b2J\nnext line");
  assertEquals(texts, ["topic \ufffd[2J\ufffd2J\nnext line\n"]);
});

Deno.test("toJson() writes values that JSON does not have as protobuf does", () => {
  assertEquals(toJson([1n, NaN, -Infinity, new Uint8Array([1])]), '["1","NaN","-Infinity","AQ=="]');
});
