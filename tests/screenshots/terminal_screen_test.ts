// TerminalScreen: texts, styles, and lines that programs replace.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { TerminalScreen } from "./terminal_screen.ts";

function show(output: string): string[] {
  const screen = new TerminalScreen();
  screen.write(output);
  return screen.lines.map((line) => line.map(({ text, style }) => style === 0 ? text : `<${style}>${text}`).join(""));
}

Deno.test("TerminalScreen.lines has the text with its styles, without empty lines at the end", () => {
  assertEquals(show("\x1b[1mTOPIC  HZ\x1b[0m\r\n/tf    30\r\n\r\n"), ["<1>TOPIC  HZ", "/tf    30"]);
  assertEquals(show("\x1b[32m✓\x1b[0m ok"), ["<32>✓ ok"]);
});

Deno.test("TerminalScreen.write() replaces lines that the cursor returns to", () => {
  assertEquals(show("a 100\r\nb 100\r\n\x1b[2A\ra 5\x1b[K\r\n"), ["a 5", "b 100"]);
  assertEquals(show("note\r\nlist\r\nlist\r\n\x1b[2A\r\x1b[Jend\r\n"), ["note", "end"]);
});

Deno.test("TerminalScreen.write() rejects control sequences that it does not know", () => {
  assertThrows(() => show("\x1b[2J"), Error, String.raw`unknown control sequence "\u001b[2J"`);
});
