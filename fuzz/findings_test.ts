// What the fuzzer found once, and what is so rare that a short run of it finds nothing: replayed each time.

import { assert } from "@std/assert/assert";
import type { Reproduction } from "./finding.ts";
import { replay } from "./replay.ts";

const FOLDER = new URL("findings/", import.meta.url);

const files = Array.from(Deno.readDirSync(FOLDER), ({ name }) => name).sort();

for (const file of files) {
  Deno.test(`finding ${file} is borne`, async () => {
    const reproduction: Reproduction = JSON.parse(await Deno.readTextFile(new URL(file, FOLDER)));
    await replay(reproduction);
  });
}

Deno.test("there are findings of each part", () => {
  for (const part of ["codec", "model", "live"]) assert(files.some((file) => file.startsWith(`${part}_`)), part);
});
