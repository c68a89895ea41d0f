// Replays earlier findings of the fuzzer, and inputs that are too rare for short runs.

import { assert } from "@std/assert/assert";
import { TRANSPORTS } from "../tests/support/transports.ts";
import type { Reproduction } from "./finding.ts";
import { PARTS } from "./options.ts";
import { replay } from "./replay.ts";

const FOLDER = new URL("findings/", import.meta.url);

const files = Array.from(Deno.readDirSync(FOLDER), ({ name }) => name).sort();

for (const file of files) {
  Deno.test(`finding ${file} causes no failure`, async () => {
    const reproduction: Reproduction = JSON.parse(await Deno.readTextFile(new URL(file, FOLDER)));
    if (reproduction.part !== "live") return await replay(reproduction);
    for (const transport of TRANSPORTS) await replay({ ...reproduction, transport });
  });
}

Deno.test("each part has a saved finding", () => {
  for (const part of PARTS) {
    assert(files.some((file) => file.startsWith(`${part}_`)), part);
  }
});
