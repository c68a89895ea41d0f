// Programs of the pages in docs/coming_from/ that use this package, on each runtime.

import { DocProgram } from "../support/doc_blocks.ts";
import { testWith } from "../support/needed_programs.ts";
import { SERVER_RUNTIMES } from "../support/server_runtimes.ts";
import { programOf } from "./old_program.ts";

/** Starts the program of a test. `change` may replace its port. */
export type StartProgram = (change?: (code: string) => string) => Promise<DocProgram>;

/**
 * Adds a test for Deno, Node and Bun. Each runs the same program, as the file `robot.ts`.
 *
 * `page`: its name in docs/coming_from/. `text`: only this program of the page contains it.
 */
export function testOnRuntimes(
  page: string,
  text: string,
  name: string,
  run: (start: StartProgram) => Promise<void>,
): void {
  const read = async (change: (code: string) => string = String) => change(await programOf(page, "ts", text));
  Deno.test(`${name} on Deno`, async () => {
    await run(async (change) => await DocProgram.start(await read(change)));
  });
  for (const [runtime, needed] of SERVER_RUNTIMES) {
    testWith(needed, `${name} on ${runtime}`, async (_t, path) => {
      await run(async (change) => await DocProgram.startOn(runtime, path, await read(change), "robot.ts"));
    });
  }
}
