// Log lines that peers can cause: which of them are written, and how the others are counted.

import { assertEquals } from "@std/assert/equals";
import { FailureLog } from "../../src/server/failure_log.ts";
import type { Logger } from "../../src/logger.ts";
import { LogThrottle } from "../../src/server/log_throttle.ts";
import { RefusalError } from "../../src/server/refusal_error.ts";
import { RefusalLog } from "../../src/server/http/refusal_log.ts";
import { TestClock } from "../support/test_clock.ts";

Deno.test("LogThrottle allows each text once in 10 s, and counts the others", () => {
  const clock = new TestClock();
  const throttle = new LogThrottle(clock, 3);
  const admits = (...texts: string[]) => texts.map((text) => throttle.admit(text));
  assertEquals(admits("a", "a", "b", "a", "c", "d", "e"), [0, undefined, 0, undefined, 0, undefined, undefined]);
  clock.advance(9_999);
  assertEquals(admits("a", "f"), [undefined, undefined]);
  clock.advance(1);
  // Six lines were omitted.
  assertEquals(admits("f", "a", "f"), [6, 0, undefined]);
  clock.advance(100_000);
  assertEquals(admits("f", "f"), [1, undefined]);
});

Deno.test("LogThrottle treats long texts with the same beginning as equal, because it remembers only the beginning", () => {
  const throttle = new LogThrottle(new TestClock(), 3);
  const begin = "x".repeat(200);
  assertEquals([throttle.admit(begin), throttle.admit(`${begin}y`), throttle.admit("x")], [0, undefined, 0]);
});

/** The written lines, each with its level and the number of its details. */
function lines() {
  const written: string[] = [];
  const at = (level: string) => (message: string, ...details: unknown[]) =>
    void written.push(`${level} ${message} +${details.length}`);
  const logger: Logger = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
  return { logger, take: () => written.splice(0) };
}

Deno.test("FailureLog writes an error with its stack the first time, and then a count", () => {
  const clock = new TestClock();
  const { logger, take } = lines();
  const failures = new FailureLog(logger, clock);
  for (let client = 1; client <= 5; client++) {
    failures.note("onSubscribe", `Client ${client}: onSubscribe`, new Error("off"));
  }
  failures.note("onUnsubscribe", "Client 1: onUnsubscribe", new Error("off"));
  assertEquals(take(), ["error Client 1: onSubscribe failed +1", "error Client 1: onUnsubscribe failed +1"]);
  clock.advance(10_000);
  failures.note("onSubscribe", "Client 9: onSubscribe", new Error("off"));
  assertEquals(take(), ["error Client 9: onSubscribe failed (and 4 more like this were left out) +1"]);
});

Deno.test("FailureLog limits how many different errors of a hook are written", () => {
  const clock = new TestClock();
  const { logger, take } = lines();
  const failures = new FailureLog(logger, clock);
  for (let index = 0; index < 1000; index++) failures.note("onSubscribe", "onSubscribe", new Error(`no ${index}`));
  assertEquals(take().length, 10);
  clock.advance(10_000);
  failures.note("onSubscribe", "onSubscribe", new Error("again"));
  assertEquals(take(), ["error onSubscribe failed (and 990 more like this were left out) +1"]);
});

Deno.test("FailureLog writes a rejection on one line with its causes, without details", () => {
  const { logger, take } = lines();
  const failures = new FailureLog(logger, new TestClock());
  const cause = new Deno.errors.NotFound("no file /x", { cause: "gone" });
  for (let client = 1; client <= 5; client++) {
    failures.note(
      "onSubscribe",
      `Client ${client}: onSubscribe`,
      new RefusalError("there is no such asset", { cause }),
    );
  }
  const why = "there is no such asset, caused by NotFound: no file /x, caused by gone";
  assertEquals(take(), [`warn Client 1: onSubscribe refused: ${why} +0`]);
});

Deno.test("FailureLog writes failures during a flood of rejections", () => {
  const { logger, take } = lines();
  const failures = new FailureLog(logger, new TestClock());
  for (let index = 0; index < 1000; index++) {
    failures.note("onSubscribe", "onSubscribe", new RefusalError(`no ${index}`));
  }
  failures.note("onSubscribe", "onSubscribe", new Error("off"));
  const written = take();
  assertEquals([written.length, written.at(-1)], [11, "error onSubscribe failed +1"]);
});

Deno.test("FailureLog accepts any thrown value", () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const loop = new RefusalError("loop");
  loop.cause = loop;
  const bad = Object.defineProperty(new RefusalError("bad"), "cause", {
    get() {
      throw new Error();
    },
  });
  const { logger, take } = lines();
  const failures = new FailureLog(logger, new TestClock());
  for (const error of [undefined, null, 5, Symbol("x"), Object.create(null), revoked.proxy, loop, bad]) {
    failures.note("onSubscribe", "onSubscribe", error);
  }
  const again = ", caused by RefusalError: loop".repeat(3);
  assertEquals(take(), [
    ...Array(5).fill("error onSubscribe failed +1"),
    `warn onSubscribe refused: loop${again} +0`,
    "warn onSubscribe refused: bad +0",
  ]);
});

Deno.test("RefusalLog writes one warning in 10 s, whatever the reasons, and one debug line for each status", () => {
  const clock = new TestClock();
  const { logger, take } = lines();
  const refusals = new RefusalLog(logger, clock);
  for (let index = 0; index < 100; index++) {
    refusals.note(`address ${index}`, `reason ${index}`);
    refusals.noteStatus(`address ${index}`, index % 2 ? 404 : 503);
  }
  assertEquals(take(), [
    "warn Rejected a client from address 0: reason 0 +0",
    "debug Rejected a client from address 0 with 503 +0",
    "debug Rejected a client from address 1 with 404 +0",
  ]);
  clock.advance(10_000);
  refusals.note("address 7", "reason 7");
  refusals.noteStatus("address 8", 404);
  assertEquals(take(), [
    "warn Rejected a client from address 7: reason 7 (and 99 other clients since the last such line) +0",
    "debug Rejected a client from address 8 with 404 (and 98 other clients since the last such line) +0",
  ]);
  refusals.note("address 9", "reason 9");
  clock.advance(10_000);
  refusals.note("address 9", "reason 9");
  assertEquals(take(), [
    "warn Rejected a client from address 9: reason 9 (and 1 other client since the last such line) +0",
  ]);
});
