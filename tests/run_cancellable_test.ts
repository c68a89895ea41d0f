// runCancellable(): its results here, its signals in child processes that get none of this process's permissions.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertStringIncludes } from "@std/assert/string-includes";
import { runCancellable } from "../src/run_cancellable.ts";
import { once } from "./support/events.ts";
import { Program, type ProgramEnd } from "./support/program.ts";
import { RawSocket } from "./support/raw_socket.ts";

Deno.test("runCancellable() returns what main returns and passes its rejection on", async () => {
  assertEquals(await runCancellable(() => Promise.resolve(5)), 5);

  const error = new Error("main's own");
  assertEquals(await assertRejects(() => runCancellable(() => Promise.reject(error))), error);
});

Deno.test("runCancellable() passes on an AbortError that no signal has caused", async () => {
  const error = new DOMException("A request was aborted", "AbortError");
  assertEquals(await assertRejects(() => runCancellable(() => Promise.reject(error))), error);
});

Deno.test("runCancellable() refuses a grace time that is none, and signals without a fixed number", async () => {
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

Deno.test("runCancellable() without signals, or with endless patience, just runs main", async () => {
  assertEquals(await runCancellable(() => Promise.resolve(5), { signals: [], graceMs: Infinity }), 5);
});

/** Tests a program of the fixture; there are no such signals on Windows. */
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
    `runCancellable() lets main unwind after ${signal} and swallows the abort`,
    "unwinds",
    async (program) => {
      assertEquals(await program.line(), "ready");
      program.kill(signal);
      const { code, lines, stderr } = await program.ended();
      assertEquals([code, lines, stderr], [0, ["finally", "disposed", "result undefined"], ""]);
    },
  );
}

testProgram("runCancellable() swallows an AbortError that follows from the abort", "derived", async (program) => {
  assertEquals(await program.line(), "ready");
  program.kill("SIGINT");
  const { code, lines } = await program.ended();
  assertEquals([code, lines], [0, ["result undefined"]]);
});

testProgram("runCancellable() returns what main returns after the abort", "finishes", async (program) => {
  assertEquals(await program.line(), "ready");
  program.kill("SIGINT");
  const { code, lines } = await program.ended();
  assertEquals([code, lines], [0, ["result finished all the same"]]);
});

testProgram("runCancellable() lets main's error end the process", "fails", async (program) => {
  const { code, stderr } = await program.ended();
  assertEquals(code, 1);
  assertStringIncludes(stderr, "no such robot");
});

testProgram(
  "runCancellable() passes on an error that main throws after the abort",
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
  "runCancellable() ends the process at another signal straight after the first",
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
  "runCancellable() takes a signal that comes doubled for one",
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
  const { code, signal } = await program.ended();
  assertEquals([code, signal], [143, null]);
});

testProgram("runCancellable() keeps no process alive that waits for nothing", "waitsForNothing", async (program) => {
  assertEquals(await program.line(), "ready");
  program.kill("SIGINT");
  const { code, lines } = await program.ended();
  assertEquals([code, lines], [0, ["aborted"]]);
});

testProgram("runCancellable() leaves no handler behind", "staysAfterwards", async (program) => {
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

/** Tests the program that serves; `run` is given its port. */
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

/** Sends a program SIGINT: its clients are told that the server goes. */
async function interrupted(program: Program, port: number): Promise<ProgramEnd> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  await once(socket, "message");
  const closed = once<CloseEvent>(socket, "close");
  program.kill("SIGINT");
  const { code, reason } = await closed;
  assertEquals([code, reason], [1001, "server shutdown"]);
  return await program.ended();
}

testServing("runCancellable() lets a server tell its clients 1001", 600_000, async (program, port) => {
  const end = await interrupted(program, port);
  assertEquals([end.code, end.lines, end.stderr], [0, ["closed"], ""]);
});

testServing("runCancellable() ends though a client has stopped reading", 1500, async (program, port) => {
  using socket = await RawSocket.connect({ port });
  await socket.sendText('{"op":"subscribe","subscriptions":[{"id":1,"channelId":1}]}');
  assertEquals(await program.line(), "sent");
  program.kill("SIGTERM");
  const end = await program.ended();
  // What the socket keeps alive ends with the grace time; but main has ended in good order.
  assertEquals([end.code, end.signal, end.lines], [0, null, ["closed"]]);
});

/** Tests a program whose main does not see the signal; `run` is given its port. */
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
    `runCancellable() closes the servers of a main that does not see the signal: ${program}`,
    program,
    async (program, port) => {
      const end = await interrupted(program, port);
      // Not 130: the program ended before the grace time.
      assertEquals([end.code, end.signal, end.lines, end.stderr], [0, null, [...lines], ""]);
    },
  );
}

testUnaware("runCancellable() swallows no other error of a timer", "throwsAnother", async (program) => {
  program.kill("SIGINT");
  const { code, stderr } = await program.ended();
  assertEquals(code, 1);
  assertStringIncludes(stderr, "a fault of the program");
});

testUnaware("runCancellable() lets a closed server's messages do nothing", "endsByItself", async (program) => {
  const { code, lines } = await program.ended();
  assertEquals([code, lines], [0, ["sent nothing", "end of the run"]]);
});

testProgram(
  "runCancellable() leaves the servers of a main that sees the signal to it",
  "ownsServer",
  async (program) => {
    assertEquals(await program.line(), "ready");
    program.kill("SIGINT");
    const { code, lines } = await program.ended();
    assertEquals([code, lines], [0, ["still listening true"]]);
  },
  ["--allow-net=127.0.0.1"],
);

testProgram("runCancellable() ignores the echo of a signal after main has ended", "endsBeforeEcho", async (program) => {
  assertEquals(await program.line(), "ready");
  program.kill("SIGINT");
  const { code, signal, lines } = await program.ended();
  assertEquals([code, signal, lines], [0, null, ["ended", "second run 5", "still alive"]]);
}, ["--allow-run"]);
