// docs/interop.md matches the scenarios and known issues of the matrix.

import { assertEquals } from "@std/assert/equals";
import { runInfoOf, toPage } from "./page.ts";

Deno.test("docs/interop.md is up to date; `deno task interop` writes it", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/interop.md", import.meta.url));
  assertEquals(page, await formatted(toPage(runInfoOf(page) ?? "")));
});

/** Returns the text as `deno fmt` formats it. */
async function formatted(text: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "md", "-"],
    // `deno fmt` finds deno.json there.
    cwd: new URL("../../", import.meta.url),
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { stdout } = await child.output();
  return new TextDecoder().decode(stdout);
}
