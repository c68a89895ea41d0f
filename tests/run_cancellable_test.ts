// runCancellable(): its results in this process, its signals in child processes without the permissions of this
// process.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertStringIncludes } from "@std/assert/string-includes";
import { runCancellable } from "../src/run_cancellable.ts";
import { once } from "./support/events.ts";
import { Program, type ProgramEnd } from "./support/program.ts";
import { RawSocket } from "./support/raw_socket.ts";

Deno.test("runCancellable() returns the result of main, or rejects with its error", async () => {
  assertEquals(await runCancellable(() => Promise.resolve(5)), 5);

  const error = new Error("main's own");
  assertEquals(await assertRejects(() => runCancellable(() => Promise.reject(error))), error);
});

Deno.test("runCancellable() rejects with an AbortError that no signal caused", async () => {
  const error = new DOMException("A request was aborted", "AbortError");
  assertEquals(await assertRejects(() => runCancellable(() => Promise.reject(error))), error);
});

Deno.test("runCancellable() rejects invalid grace times, and signals without a fixed number", async () => {
  const neverCalled = () => Promise.reject(new Error("main was called"));
  for (const graceMs of [-1, NaN]) {
    await assertRejects(() => runCancellable(neverCalled, { graceMs }), RangeError, `graceMs must be zero or more`);
  }
  await assertRejects(
    () => runCancellable(neverCalled, { signals: ["SIGKILL" as never] }),
    RangeError,
    `"SIGKILL" is not one of`,
  );
});

Deno.test("runCancellable() without signals, or with an infinite grace time, just runs main", async () => {
  assertEquals(await runCancellable(() => Promise.resolve(5), { signals: [], graceMs: Infinity }), 5);
});

/** Tests a program of the fixture. Skipped on Windows, which has no such signals. */
function testProgram(name: string, program: string, run: (program: Program) => Promise<void>, flags: string[] = []) {
  const fixture = new URL("fixtures/cancellable.ts", import.meta.url).href;
  Deno.test({
    name,
    ignore: Deno.build.os === "windows",
    async fn() {
      await using started = new Program(...flags, fixture, program);
      await run(started);
    },
  });
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  testProgram(
    `runCancellable() lets main unwind after ${signal} and ignores the AbortError`,
    "unwinds",
    async (program) => {
      assertEquals(await program.line(), "ready");
      program.kill(signal);
      const { code, lines, stderr } = await program.ended();
      assertEquals([code, lines, stderr], [0, ["finally", "cleaned up", "result undefined"], ""]);
    },
  );
}

testProgram("runCancellable() ignores an AbortError that results from the abort", "derived", async (program) => {
  assertEquals(await program.line(), "ready");
  program.kill("SIGINT");
  const { code, lines } = await program.ended();
  assertEquals([code, lines], [0, ["result undefined"]]);
});

testProgram("runCancellable() returns the result of main after the abort", "finishes", async (program) => {
  assertEquals(await program.line(), "ready");
  program.kill("SIGINT");
  const { code, lines } = await program.ended();
  assertEquals([code, lines], [0, ["result finished all the same"]]);
});

testProgram("runCancellable() lets an error of main end the process", "fails", async (program) => {
  const { code, stderr } = await program.ended();
  assertEquals(code, 1);
  assertStringIncludes(stderr, "no such robot");
});

testProgram(
  "runCancellable() rejects with an error that main throws after the abort",
  "failsToCleanUp",
  async (program) => {
    assertEquals(await program.line(), "ready");
    program.kill("SIGINT");
    const { code, stderr } = await program.ended();
    assertEquals(code, 1);
    assertStringIncludes(stderr, "cannot clean up");
  },
);

testProgram("runCancellable() ends the process at the second signal", "ignores", async (program) => {
  assertEquals(await program.line(), "ready");
  program.kill("SIGINT");
  assertEquals(await program.line(), "aborted");
  assertEquals(await program.line(), "still here");
  program.kill("SIGINT");
  const { code, signal } = await program.ended();
  assertEquals([code, signal], [130, null]);
});

testProgram(
  "runCancellable() ends the process at a different signal just after the first",
  "ignores",
  async (program) => {
    assertEquals(await program.line(), "ready");
    program.kill("SIGINT");
    assertEquals(await program.line(), "aborted");
    program.kill("SIGTERM");
    const { code, signal } = await program.ended();
    assertEquals([code, signal], [143, null]);
  },
);

testProgram(
  "runCancellable() treats a signal that arrives twice as one",
  "hearsEcho",
  async (program) => {
    assertEquals(await program.line(), "ready");
    program.kill("SIGINT");
    const { code, lines } = await program.ended();
    assertEquals([code, lines], [0, ["cleaned up", "result undefined"]]);
  },
  ["--allow-run"], // the program sends itself the second signal
);

testProgram("runCancellable() ends the process when the grace time is over", "exceedsGrace", async (program) => {
  assertEquals(await program.line(), "ready");
  program.kill("SIGTERM");
  const { code, signal, stderr } = await program.ended();
  assertEquals([code, signal], [143, null]);
  assertStringIncludes(stderr, "main has not ended: pass its signal to everything that it waits for");
});

testProgram(
  "runCancellable() does not keep a process alive that waits for nothing",
  "waitsForNothing",
  async (program) => {
    assertEquals(await program.line(), "ready");
    program.kill("SIGINT");
    const { code, lines } = await program.ended();
    assertEquals([code, lines], [0, ["aborted"]]);
  },
);

testProgram("runCancellable() leaves no signal handler behind", "staysAfterwards", async (program) => {
  assertEquals(await program.line(), "ready");
  program.kill("SIGINT");
  assertEquals((await program.ended()).signal, "SIGINT");
});

testProgram("runCancellable() can be called again", "runsTwice", async (program) => {
  assertEquals(await program.line(), "ready");
  program.kill("SIGINT");
  assertEquals([await program.line(), await program.line()], ["first ended", "ready"]);
  program.kill("SIGINT");
  const { code, lines } = await program.ended();
  assertEquals([code, lines], [0, ["second ended"]]);
});

/** Tests the program that serves. `run` gets its port. */
function testServing(name: string, graceMs: number, run: (program: Program, port: number) => Promise<void>) {
  const fixture = new URL("fixtures/serving.ts", import.meta.url).href;
  Deno.test({
    name,
    ignore: Deno.build.os === "windows",
    async fn() {
      await using program = new Program("--allow-net=127.0.0.1", fixture, String(graceMs));
      await run(program, Number(await program.line()));
    },
  });
}

/** Sends SIGINT to a program. Its clients are disconnected with 1001. */
async function interrupted(program: Program, port: number): Promise<ProgramEnd> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  await once(socket, "message");
  const closed = once<CloseEvent>(socket, "close");
  program.kill("SIGINT");
  const { code, reason } = await closed;
  assertEquals([code, reason], [1001, "server shutdown"]);
  return await program.ended();
}

testServing("runCancellable() lets a server close its clients with 1001", 600_000, async (program, port) => {
  const end = await interrupted(program, port);
  assertEquals([end.code, end.lines, end.stderr], [0, ["closed"], ""]);
});

testServing("runCancellable() ends even if a client has stopped reading", 100, async (program, port) => {
  using socket = await RawSocket.connect({ port });
  await socket.sendText('{"op":"subscribe","subscriptions":[{"id":1,"channelId":1}]}');
  assertEquals(await program.line(), "sent");
  program.kill("SIGTERM");
  const end = await program.ended();
  // The socket keeps the process alive until the grace time is over, but main has ended normally.
  assertEquals([end.code, end.signal, end.lines], [0, null, ["closed"]]);
  assertStringIncludes(end.stderr, "something still runs after main has ended");
});

/** Tests a program whose main ignores the signal. `run` gets its port. */
function testUnaware(name: string, program: string, run: (program: Program, port: number) => Promise<void>) {
  const fixture = new URL("fixtures/unaware.ts", import.meta.url).href;
  Deno.test({
    name,
    ignore: Deno.build.os === "windows",
    async fn() {
      await using started = new Program("--allow-net=127.0.0.1", fixture, program);
      await run(started, Number(await started.line()));
    },
  });
}

for (
  const [program, lines] of [
    ["waitsForClosed", ["closed resolved", "end of the run"]],
    ["loops", ["end of the run"]],
    ["sendsFromTimers", ["closed resolved", "end of the run"]],
  ] as const
) {
  testUnaware(
    `runCancellable() closes the servers of a main that ignores the signal: ${program}`,
    program,
    async (program, port) => {
      const end = await interrupted(program, port);
      // Not 130: the program ended before the grace time was over.
      assertEquals([end.code, end.signal, end.lines, end.stderr], [0, null, [...lines], ""]);
    },
  );
}

testUnaware("runCancellable() ignores no other error of a timer", "throwsAnother", async (program) => {
  program.kill("SIGINT");
  const { code, stderr } = await program.ended();
  assertEquals(code, 1);
  assertStringIncludes(stderr, "a fault of the program");
});

testUnaware("runCancellable() lets messages of a closed server do nothing", "endsByItself", async (program) => {
  const { code, lines } = await program.ended();
  assertEquals([code, lines], [0, ["sent nothing", "end of the run"]]);
});

testProgram(
  "runCancellable() does not close the servers of a main that uses the signal",
  "ownsServer",
  async (program) => {
    assertEquals(await program.line(), "ready");
    program.kill("SIGINT");
    const { code, lines } = await program.ended();
    assertEquals([code, lines], [0, ["still listening true"]]);
  },
  ["--allow-net=127.0.0.1"],
);

testProgram("runCancellable() ignores a repeated signal after main has ended", "endsBeforeEcho", async (program) => {
  assertEquals(await program.line(), "ready");
  program.kill("SIGINT");
  const { code, signal, lines } = await program.ended();
  assertEquals([code, signal, lines], [0, null, ["ended", "second run 5", "still alive"]]);
}, ["--allow-run"]);
