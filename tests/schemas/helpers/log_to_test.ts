// logTo(): published lines, lines that are passed on, and failures.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertStrictEquals } from "@std/assert/strict-equals";
import { assertThrows } from "@std/assert/throws";
import { type Encoder, FoxgloveServer, timeNs } from "../../../mod.ts";
import { type LogChannel, type Logger, type LogInit, logTo } from "../../../src/schemas/mod.ts";

interface Recorded {
  readonly channel: LogChannel;
  readonly logger: Logger;
  /** Lines that were published. */
  readonly sent: LogInit[];
  /** Lines that were passed on: the level, the message and the details. */
  readonly passed: unknown[][];
}

function recorded(): Recorded {
  const [sent, passed]: [LogInit[], unknown[][]] = [[], []];
  const write = (level: string) => (...line: unknown[]) => void passed.push([level, ...line]);
  return {
    sent,
    passed,
    channel: { send: (line) => void sent.push(line) },
    logger: { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") },
  };
}

Deno.test("logTo() publishes each line with its level and the current time, and passes it on", () => {
  const { channel, logger, sent, passed } = recorded();
  const before = timeNs();
  const { debug, info, warn, error } = logTo(channel, { name: "arm", logger });
  debug("a");
  info("b");
  warn("c");
  error("d");
  const after = timeNs();
  assertEquals(sent.map(({ timestamp: _, ...line }) => line), [
    { level: 1, message: "a", name: "arm" },
    { level: 2, message: "b", name: "arm" },
    { level: 3, message: "c", name: "arm" },
    { level: 4, message: "d", name: "arm" },
  ]);
  for (const { timestamp } of sent) assert(typeof timestamp === "bigint" && before <= timestamp && timestamp <= after);
  assertEquals(passed, [["debug", "a"], ["info", "b"], ["warn", "c"], ["error", "d"]]);
});

Deno.test("logTo() leaves out the name if there is none", () => {
  const { channel, sent } = recorded();
  logTo(channel, { logger: false }).info("a");
  assertEquals(Object.keys(sent[0]!).sort(), ["level", "message", "timestamp"]);
});

Deno.test("logTo() appends details to the published message, and passes them on unchanged", () => {
  const { channel, logger, sent, passed } = recorded();
  const details = ["text", 5, 6n, { x: [1n] }, null, undefined, new Uint8Array(3), Symbol("s")];
  logTo(channel, { logger }).warn("50%s:", ...details);
  assertEquals(sent[0]?.message, '50%s: text 5 6 {"x":["1"]} null undefined Uint8Array of 3 bytes Symbol(s)');
  assertEquals(passed, [["warn", "50%s:", ...details]]);
  assertStrictEquals(passed[0]?.[5], details[3]);
});

Deno.test("logTo() appends errors with their stacks and causes", () => {
  const { channel, sent } = recorded();
  const log = logTo(channel, { logger: false });
  const cause = new RangeError("no volts", { cause: "a broken cable" });
  const error = new TypeError("no battery", { cause });
  log.error("Cannot start", error);
  assertEquals(
    sent[0]?.message,
    `Cannot start\n${error.stack}\nCaused by: ${cause.stack}\nCaused by: a broken cable`,
  );
  assert(/TypeError: no battery\n {4}at /.test(sent[0]?.message ?? ""));
  // Other engines leave the name and the message out of the stack, and some errors have no stack.
  for (const [stack, text] of [["start@robot.js:1", "Error: late\nstart@robot.js:1"], [undefined, "Error: late"]]) {
    const other = Object.defineProperty(new Error("late"), "stack", { value: stack });
    log.error("Failed", other);
    assertEquals(sent.at(-1)?.message, `Failed\n${text}`);
  }
});

Deno.test("logTo() limits the length of details and the number of causes", () => {
  const { channel, sent } = recorded();
  const log = logTo(channel, { logger: false });
  log.info("a", "x".repeat(5000));
  assertEquals(sent[0]?.message, `a ${"x".repeat(4095)}… (905 more characters)`);
  const cyclic = new Error("again");
  cyclic.stack = "Error: again";
  cyclic.cause = cyclic;
  log.info("b", cyclic);
  assertEquals(sent[1]?.message, `b\n${Array(4).fill("Error: again").join("\nCaused by: ")}`);
});

Deno.test("logTo() publishes lines whose details cannot be shown", () => {
  const { channel, sent } = recorded();
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  logTo(channel, { logger: false }).info("a", proxy, cycle);
  assertEquals(sent[0]?.message, "a a value that cannot be shown a value that cannot be shown");
});

Deno.test("logTo() calls a function for the channel of each line", () => {
  const { channel, logger, sent, passed } = recorded();
  let current: LogChannel | undefined = undefined;
  const log = logTo(() => current, { logger });
  log.info("early");
  current = channel;
  log.info("late");
  assertEquals(sent.map(({ message }) => message), ["late"]);
  assertEquals(passed, [["info", "early"], ["info", "late"]]);
});

Deno.test("logTo() reports once that lines cannot be published, until one is published again", () => {
  const { logger, passed } = recorded();
  const closed = new Error("closed");
  let isClosed = true;
  const channel: LogChannel = {
    send() {
      if (isClosed) throw closed;
    },
  };
  const log = logTo(channel, { logger });
  log.info("a");
  log.info("b");
  isClosed = false;
  log.info("c");
  isClosed = true;
  log.info("d");
  const report = ["error", "Cannot publish log lines", closed];
  assertEquals(passed, [report, ["info", "a"], ["info", "b"], ["info", "c"], report, ["info", "d"]]);
});

Deno.test("logTo() only passes on a line that is written while another one is being published", () => {
  const { logger, passed } = recorded();
  let sends = 0;
  const log: Logger = logTo({
    send() {
      sends += 1;
      log.warn("dropped");
    },
  }, { logger });
  log.info("a");
  log.info("b");
  assertEquals(sends, 2);
  assertEquals(passed, [["warn", "dropped"], ["info", "a"], ["warn", "dropped"], ["info", "b"]]);
});

Deno.test("logTo() does not pass on lines without end if its logger writes to it", () => {
  const { channel, logger, sent, passed } = recorded();
  const log: Logger = logTo(channel, {
    logger: {
      ...logger,
      info(message) {
        passed.push([message]);
        log.info("again");
      },
    },
  });
  log.info("a");
  assertEquals(sent.map(({ message }) => message), ["a", "again"]);
  assertEquals(passed, [["a"]]);
});

Deno.test("logTo() returns the promise of an async logger, so that the server handles its rejection", async () => {
  const { channel, logger } = recorded();
  const failing = { ...logger, info: () => Promise.reject(new Error("disk full")) };
  const result: unknown = logTo(channel, { logger: failing }).info("a");
  assertEquals(await (result as Promise<unknown>).catch((error) => error.message), "disk full");
  await using server = new FoxgloveServer({ name: "robot", port: 0, logger: logTo(channel, { logger: failing }) });
  await server.start(); // an unhandled rejection would fail this test
});

Deno.test("logTo() is a logger of the server whose channel it publishes on", async () => {
  const { logger, passed } = recorded();
  let channel: LogChannel | undefined = undefined;
  const log = logTo(() => channel, { logger });
  const server = new FoxgloveServer({ name: "robot", logger: log });
  const encoded: LogInit[] = [];
  const encoder: Encoder<LogInit> = {
    encoding: "json",
    schemaName: "foxglove.Log",
    schema: '{"type":"object"}',
    encode(line) {
      encoded.push(line);
      // The server warns about this topic. The warning must not be published, because that would cause the next one.
      server.addChannel({ topic: `/pose${encoded.length}`, encoding: "xml" });
      return "{}";
    },
  };
  const handle = server.channel("/log", encoder, { latch: true }); // a latched channel always encodes
  channel = handle;
  passed.length = 0;
  server.addChannel({ topic: "/odom", encoding: "xml" });
  log.info("direct");
  assertEquals(encoded.map(({ level }) => level), [3, 2]);
  assertEquals(passed.map(([level]) => level).toSorted(), ["info", "warn", "warn"]);
  passed.length = 0;
  handle.close();
  log.info("late");
  assertEquals(passed.map(([level, message]) => [level, message]), [
    ["error", "Cannot publish log lines"],
    ["info", "late"],
  ]);
  await server.close();
  assertEquals(encoded.length, 2);
});

Deno.test("logTo() writes to the console by default, without format specifiers", () => {
  const { channel } = recorded();
  const calls: unknown[][] = [];
  const originals = { ...console };
  for (const method of ["debug", "info", "warn", "error"] as const) {
    console[method] = (...line: unknown[]) => void calls.push([method, ...line]);
  }
  try {
    const log = logTo(channel);
    log.debug("100%d");
    log.info("a", 1);
    log.warn("b");
    log.error("c");
  } finally {
    Object.assign(console, originals);
  }
  assertEquals(calls, [
    ["debug", "%s", "100%d"],
    ["info", "%s", "a", 1],
    ["warn", "%s", "b"],
    ["error", "%s", "c"],
  ]);
});

Deno.test("logTo() rejects a channel without send()", () => {
  for (const channel of [undefined, null, {}, "log"] as unknown as LogChannel[]) {
    assertThrows(() => logTo(channel), TypeError, "Cannot log to the channel: it is neither a function nor has");
  }
});
