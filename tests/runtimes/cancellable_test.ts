// runCancellable() in Node and Bun: child processes that get signals.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { once } from "../support/events.ts";
import { testWith } from "../support/needed_programs.ts";
import { Program, type ProgramEnd } from "../support/program.ts";
import { SERVER_RUNTIMES } from "../support/server_runtimes.ts";
import { bundleForNode } from "./node_process.ts";

/** Starts one of the programs of a bundle. */
type Start = (name: string) => Program;

/** Asserts how a program ended, without a word on stderr. */
function assertEnd(end: ProgramEnd, code: number, ...lines: string[]): void {
  assertEquals([end.code, end.signal, end.lines, end.stderr], [code, null, lines, ""]);
}

/** Tests of the programs in `fixtures/cancellable.ts`. */
const CANCELLABLE: Record<string, (start: Start) => Promise<void>> = {
  async "lets main unwind"(start) {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      await using program = start("unwinds");
      assertEquals(await program.line(), "ready");
      program.kill(signal);
      assertEnd(await program.ended(), 0, "finally", "cleaned up", "result undefined");
    }
  },

  async "returns the result of main after the abort"(start) {
    await using program = start("finishes");
    assertEquals(await program.line(), "ready");
    program.kill("SIGINT");
    assertEnd(await program.ended(), 0, "result finished all the same");
  },

  async "lets errors of main end the process"(start) {
    await using fails = start("fails");
    const end = await fails.ended();
    assertEquals(end.code, 1);
    assertStringIncludes(end.stderr, "no such robot");
    await using program = start("failsToCleanUp");
    assertEquals(await program.line(), "ready");
    program.kill("SIGINT");
    const { code, stderr } = await program.ended();
    assertEquals(code, 1);
    assertStringIncludes(stderr, "cannot clean up");
  },

  async "ends the process at the second signal"(start) {
    for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
      await using program = start("ignores");
      assertEquals(await program.line(), "ready");
      program.kill("SIGINT");
      assertEquals([await program.line(), await program.line()], ["aborted", "still here"]);
      program.kill(signal);
      assertEnd(await program.ended(), code);
    }
  },

  async "treats a signal that arrives twice as one"(start) {
    await using during = start("hearsEcho");
    assertEquals(await during.line(), "ready");
    during.kill("SIGINT");
    assertEnd(await during.ended(), 0, "cleaned up", "result undefined");
    await using afterwards = start("endsBeforeEcho");
    assertEquals(await afterwards.line(), "ready");
    afterwards.kill("SIGINT");
    assertEnd(await afterwards.ended(), 0, "ended", "second run 5", "still alive");
  },

  async "ends the process when the grace time is over"(start) {
    await using program = start("exceedsGrace");
    assertEquals(await program.line(), "ready");
    program.kill("SIGTERM");
    const { code, stderr } = await program.ended();
    assertEquals(code, 143);
    assertStringIncludes(stderr, "main has not ended: pass its signal to everything that it waits for");
  },

  async "leaves no signal handler behind"(start) {
    await using program = start("staysAfterwards");
    assertEquals(await program.line(), "ready");
    program.kill("SIGINT");
    assertEquals((await program.ended()).signal, "SIGINT");
  },

  async "can be called again"(start) {
    await using program = start("runsTwice");
    assertEquals(await program.line(), "ready");
    program.kill("SIGINT");
    assertEquals([await program.line(), await program.line()], ["first ended", "ready"]);
    program.kill("SIGINT");
    assertEnd(await program.ended(), 0, "second ended");
  },

  async "does not close the servers of a main that uses the signal"(start) {
    await using program = start("ownsServer");
    assertEquals(await program.line(), "ready");
    program.kill("SIGINT");
    assertEnd(await program.ended(), 0, "still listening true");
  },
};

/** Tests of the programs in `fixtures/unaware.ts`. */
const UNAWARE: typeof CANCELLABLE = {
  async "closes the servers of a main that ignores the signal"(start) {
    for (
      const [name, ...lines] of [
        ["waitsForClosed", "closed resolved", "end of the run"],
        ["loops", "end of the run"],
        ["sendsFromTimers", "closed resolved", "end of the run"],
      ] as const
    ) {
      await using program = start(name);
      const socket = new WebSocket(`ws://127.0.0.1:${await program.line()}`);
      await once(socket, "message");
      const closed = once<CloseEvent>(socket, "close");
      program.kill("SIGINT");
      const { code, reason } = await closed;
      assertEquals([name, code, reason], [name, 1001, "server shutdown"]);
      assertEnd(await program.ended(), 0, ...lines);
    }
  },

  async "ignores no other error of a timer"(start) {
    await using program = start("throwsAnother");
    await program.line();
    program.kill("SIGINT");
    const { code, stderr } = await program.ended();
    assertEquals(code, 1);
    assertStringIncludes(stderr, "a fault of the program");
  },

  async "lets messages of a closed server do nothing"(start) {
    await using program = start("endsByItself");
    await program.line();
    assertEnd(await program.ended(), 0, "sent nothing", "end of the run");
  },
};

// Windows has no such signals.
for (const [runtime, needed] of Deno.build.os === "windows" ? [] : SERVER_RUNTIMES) {
  for (const [fixture, tests] of [["cancellable", CANCELLABLE], ["unaware", UNAWARE]] as const) {
    testWith(needed, `runCancellable() works in ${runtime}: programs of ${fixture}.ts`, async (t, executable) => {
      const folder = await Deno.makeTempDir();
      try {
        const bundle = `${folder}/${fixture}.mjs`;
        await bundleForNode(bundle, new URL(`../fixtures/${fixture}.ts`, import.meta.url));
        for (const [name, run] of Object.entries(tests)) {
          await t.step(name, () => run((program) => new Program({ executable }, bundle, program)));
        }
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    });
  }
}
