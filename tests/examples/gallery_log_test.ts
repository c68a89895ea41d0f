// log_to_panel.ts: the lines of a program's console, and its uncaught errors.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertStringIncludes } from "@std/assert/string-includes";
import { ConnectionClosedError, FoxgloveClient } from "../../src/client/mod.ts";
import { Log, LogLevel } from "../../src/schemas/mod.ts";
import { readToStart, runExample, startExample } from "../support/example.ts";
import { assertChannels, assertLayout } from "../support/gallery.ts";

/** The first line of a program that goes on when the client has received "begin". */
const BEGIN =
  `console.log("begin"); while (await Deno.stat(new URL("go", import.meta.url)).catch(() => true) === true);\n`;

/** Runs a program in the example while a client reads its log. Returns the log and how the program ended. */
async function run(code: string) {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/program.ts`;
  try {
    await Deno.writeTextFile(file, code);
    await using program = runExample("log_to_panel.ts", "--port", "0", "--program", file);
    const url = (await program.line()).replace("Listening on ", "");
    await readToStart(program);
    await using client = await FoxgloveClient.connect(url, { reconnect: false });
    const log: Log[] = [];
    await assertRejects(async () => {
      for await (const { value } of client.subscribe("/log", Log)) {
        log.push(value);
        if (value.message === "begin") await Deno.writeTextFile(`${folder}/go`, "");
        if (value.message === "stop") program.kill("SIGINT");
      }
    }, ConnectionClosedError);
    return { file, log, ...await program.ended() };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("log_to_panel.ts shows all that a program prints, with its level, and ends on Ctrl-C", async () => {
  const { file, log, code, lines, stderr } = await run(`
    console.log("%s has %d items:", "The list", 2, [1, { two: 2n }]);
    console.debug("detail", new Map([["a", 1]]));
    console.info("info");
    console.warn("100 % of", null);
    console.error("Cannot read:", "file");
    setTimeout(() => console.log("stop"));
    setInterval(() => {}, 1000);
    await new Promise(() => {}); // It would never end.
  `);
  assertEquals(log.map(({ level, message }) => [level, message]), [
    [LogLevel.INFO, "The list has 2 items: [ 1, { two: 2n } ]"],
    [LogLevel.DEBUG, "detail Map(1) { 'a' => 1 }"],
    [LogLevel.INFO, "info"],
    [LogLevel.WARNING, "100 % of null"],
    [LogLevel.ERROR, "Cannot read: file"],
    [LogLevel.INFO, "stop"],
  ]);
  assertEquals(new Set(log.map(({ name }) => name)), new Set([file]));
  const printed = ["The list has 2 items: [ 1, { two: 2n } ]", 'detail Map(1) { "a" => 1 }', "info", "stop"];
  assertEquals([code, lines, stderr], [0, printed, "100 % of null\nCannot read: file\n"]);
});

for (
  const [what, code] of [
    ["an error in a timer", 'setTimeout(() => { throw new RangeError("too far"); });'],
    ["an unhandled rejection", 'setTimeout(() => Promise.reject(new RangeError("too far")));'],
    ["an error of the module", 'throw new RangeError("too far");'],
  ] as const
) {
  Deno.test(`log_to_panel.ts shows ${what}, and ends with the exit code 1`, async () => {
    const { log, code: exitCode, stderr } = await run(BEGIN + code);
    assertEquals(log.map(({ level }) => level), [LogLevel.INFO, LogLevel.FATAL]);
    const { message } = log[1]!;
    // The stack names the line of the program.
    assertEquals(/^Uncaught RangeError: too far\n +at .*\.ts:2:/.test(message), true, message);
    assertEquals([exitCode, stderr], [1, `${message}\n`]);
  });
}

Deno.test("log_to_panel.ts shows its own program by default", async () => {
  await using example = await startExample("log_to_panel.ts");
  await using client = await FoxgloveClient.connect(example.url, { reconnect: false });
  await assertChannels(client, ["/log"]);
  await assertLayout("log", client);
  const log: Log[] = [];
  for await (const { value } of client.subscribe("/log", Log)) {
    if (log.push(value) === 4) break;
  }
  const seen = log.map(({ level, name, message }) => [level, name, message.split("\n")[0]]);
  assertEquals(seen, [
    [LogLevel.DEBUG, "parcels", "Scanned { parcel: 1, kg: 7 }"],
    [LogLevel.INFO, "parcels", "Parcel 1 goes to belt A"],
    [LogLevel.DEBUG, "parcels", "Scanned { parcel: 2, kg: 14 }"],
    [LogLevel.ERROR, "parcels", "Cannot sort parcel 2: TypeError: the label has no address"],
  ]);
  assertStringIncludes(log[3]!.message, "log_to_panel.ts:");
});
