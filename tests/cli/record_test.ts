// record: records topics to MCAP files.

import { assert } from "@std/assert/assert";
import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { FIXTURE } from "../interop/fixture.ts";
import { missingProgram, NPM_SERVER, RUST_SERVER, ServerDriver } from "../interop/server_driver.ts";
import { filesIn, readRecorded, withFolder } from "../mcap/record/recorded.ts";
import { readStream, testWithNpm } from "../mcap/writer/npm_mcap.ts";
import { freePort } from "../support/free_port.ts";
import { testWith } from "../support/needed_programs.ts";
import { Program } from "../support/program.ts";
import { startServer } from "../support/test_server.ts";
import { commandOf, runCli, startCli } from "./fixture.ts";
import { sendRegularly } from "./sending.ts";
import { plainText, startOnTerminal } from "./terminal.ts";

const IMU = { topic: "/imu", encoding: "json" };
const ODOM = { topic: "/odom", encoding: "json" };
const CAMERA = { topic: "/camera/left", encoding: "json" };
const message = () => ({ payload: "{}" });

Deno.test("record completes the file on Ctrl-C, and ends with code 0", async () => {
  await withFolder(async (dir) => {
    await using sending = await sendRegularly([IMU, ODOM], message);
    const path = `${dir}/drive.mcap`;
    const args = ["record", "-o", path, "--url", sending.url, "--json"];
    await using program = startCli(args, { dir });
    let last = JSON.parse(await program.line());
    while (last.messages === 0) last = JSON.parse(await program.line());
    const { time, paths, isComplete, bytes, dropped, fileBytes, topics } = last;
    assertEquals([typeof time, paths, isComplete, dropped], ["string", [path], false, 0]);
    assertEquals([last.removedFiles, last.removedMessages], [0, 0]);
    assertEquals([bytes, fileBytes > 0], [2 * last.messages, true]);
    assertEquals(topics.map(({ topic }: { topic: string }) => topic), ["/imu", "/odom"]);
    const { topic, messages, hz, bytesPerSecond, ...rest } = topics[0];
    assertEquals([topic, rest], ["/imu", { bytes: 2 * messages, dropped: 0 }]);
    assert(hz > 0 && Math.abs(bytesPerSecond - 2 * hz) < 1e-6, JSON.stringify(topics[0]));
    program.kill("SIGINT");
    const { code, lines, stderr } = await program.ended();
    assertEquals([code, stderr], [0, ""]);
    const end = JSON.parse(lines.at(-1)!);
    const file = readRecorded(path);
    assertEquals([end.isComplete, end.messages, end.fileBytes], [true, file.messages.length, Deno.statSync(path).size]);
    assertEquals([file.isWhole, file.topics.toSorted()], [true, ["/imu", "/odom"]]);
  });
});

Deno.test("record takes the address of the server as an operand, and topics, prefixes and a RegExp", async () => {
  await withFolder(async (dir) => {
    const topics = [IMU, ODOM, CAMERA, { ...IMU, topic: "/gps_1" }, { ...IMU, topic: "/other" }];
    await using sending = await sendRegularly(topics, message);
    const cases: [args: string[], topics: string[]][] = [
      [["/imu", "/camera/*"], ["/camera/left", "/imu"]],
      [["--topic", "/odom, /imu", "--regex", "^/gps_\\d$"], ["/gps_1", "/imu", "/odom"]],
      [["--all"], topics.map(({ topic }) => topic).toSorted()],
    ];
    for (const [index, [args, expected]] of cases.entries()) {
      const path = `${dir}/${index}.mcap`;
      const address = index === 0 ? sending.url : sending.url.replace("ws://", "");
      const command = ["record", address, ...args, "-o", path, "--seconds", "0.5", "--compression", "none"];
      const { code, lines, stderr } = await runCli(command, { dir });
      assertEquals([code, stderr, lines[0]], [0, "", `Recording to ${path}; Ctrl-C ends it`]);
      const { messages, topics, isWhole } = readRecorded(path);
      assertEquals([topics.toSorted(), isWhole], [expected, true]);
      assertStringIncludes(lines[1]!, `${path}: ${messages.length} messages of ${expected.length} topics, `);
    }
  });
});

Deno.test("record does not replace a file without --force", async () => {
  await withFolder(async (dir) => {
    await using sending = await sendRegularly([IMU], message);
    const path = `${dir}/drive.mcap`;
    await Deno.writeTextFile(path, "mine");
    const args = ["record", "-o", path, "--seconds", "0.2", "--url", sending.url];
    const { code, lines, stderr } = await runCli(args, { dir });
    assertEquals([code, lines], [1, []]);
    assertEquals(stderr, `foxglove-ws record: the file "${path}" exists; --force replaces it, -o names another one\n`);
    assertEquals(await Deno.readTextFile(path), "mine");
    assertEquals((await runCli([...args, "--force"], { dir })).code, 0);
    assertEquals(readRecorded(path).isWhole, true);
    const missing = await runCli(["record", "-o", `${dir}/none/a.mcap`, "--url", sending.url], { dir });
    assertEquals([missing.code, missing.stderr.split("\n").length], [1, 2]);
    assertStringIncludes(missing.stderr, `cannot create "${dir}/none/a.mcap": `);
  });
});

Deno.test("record ends with code 1, and says what the file has, when the server ends", async () => {
  await withFolder(async (dir) => {
    const server = await startServer();
    server.sendMessage(server.addChannel({ ...IMU, latch: true }), 5n, "{}");
    const path = `${dir}/drive.mcap`;
    await using program = startCli(["record", "-o", path, "--json", "--url", server.url!], { dir });
    while (JSON.parse(await program.line()).messages === 0);
    await server.close();
    const { code, lines, stderr } = await program.ended();
    assertEquals([code, JSON.parse(lines.at(-1)!).isComplete, stderr.split("\n").length], [1, true, 2]);
    assertStringIncludes(stderr, "foxglove-ws record: The connection to ");
    assertStringIncludes(stderr, `; ${path} is complete: 1 message of 1 topic, `);
    assertEquals([readRecorded(path).messages, readRecorded(path).isWhole], [["/imu 5 5 1 {}"], true]);
  });
});

Deno.test("record --reconnect waits for the server, says so, and goes on in the same file", async () => {
  await withFolder(async (dir) => {
    const port = freePort();
    const url = `ws://127.0.0.1:${port}`;
    const path = `${dir}/drive.mcap`;
    const args = ["record", "-o", path, "--reconnect", "--json", "--url", url];
    await using program = new Program({ executable: "bash" }, "-c", 'exec "$0" "$@" 2>&1', ...commandOf(args, { dir }));
    const notes: string[] = [];
    const next = async (): Promise<{ messages: number }> => {
      for (;;) {
        const line = await program.line();
        if (line.startsWith("{")) return JSON.parse(line);
        notes.push(line);
        if (notes.length === 1) return { messages: 0 };
      }
    };
    await next();
    for (let run = 1; run <= 2; run++) {
      const server = await startServer({ port });
      server.sendMessage(server.addChannel({ ...IMU, latch: true }), BigInt(run), "{}");
      while ((await next()).messages < run);
      await server.close();
    }
    program.kill("SIGINT");
    const { code, lines } = await program.ended();
    assertEquals(code, 0);
    notes.push(...lines.filter((line) => !line.startsWith("{")));
    const refused = `Cannot connect to ${url}/: the host cannot be reached, or no program accepts connections there; ` +
      "waiting for the server";
    const lost = `The connection to ${url}/ was closed: code 1001, "server shutdown"; waiting for the server`;
    assertEquals(notes[0], refused);
    // An attempt may fail while the server starts again.
    const others = notes.filter((note) => note !== refused);
    assertEquals(others.slice(0, 3), ["connected", lost, "connected again"]);
    assertEquals(readRecorded(path).messages, ["/imu 1 1 1 {}", "/imu 2 2 2 {}"]);
  });
});

Deno.test("record begins other files and removes the oldest", async () => {
  await withFolder(async (dir) => {
    await using sending = await sendRegularly([IMU], () => ({ payload: `{"id":"${crypto.randomUUID().repeat(20)}"}` }));
    const sizes = ["--max-file-size", "20k", "--max-total-size", "60K", "--flush-seconds", "0.05"];
    const args = ["record", "-o", `${dir}/a.mcap`, ...sizes, "--json", "--url", sending.url];
    await using program = startCli(args, { dir });
    while (JSON.parse(await program.line()).removedFiles < 2);
    program.kill("SIGINT");
    const { code, lines } = await program.ended();
    const { paths, messages, removedFiles, removedMessages, fileBytes } = JSON.parse(lines.at(-1)!);
    const existing = paths.flatMap((path: string) => readRecorded(path).messages).length;
    assertEquals([existing, removedMessages > 0], [messages - removedMessages, true]);
    assertEquals([code, paths.map((path: string) => path.slice(dir.length + 1))], [0, filesIn(dir)]);
    assert(fileBytes <= 61_440 && paths.length > 1, `${fileBytes} ${paths.length}`);
    assertEquals(paths[0].endsWith(`${removedFiles + 1}.mcap`), true, paths[0]);
    assertEquals(paths.map((path: string) => readRecorded(path).isWhole), paths.map(() => true));
  });
});

testWithNpm("record ends with code 1, and says what is lost, when the disk is full", async () => {
  await withFolder(async (dir) => {
    await using sending = await sendRegularly([IMU], () => ({ payload: "x".repeat(2000) }));
    const path = `${dir}/drive.mcap`;
    const args = ["record", "-o", path, "--compression", "none", "--flush-seconds", "0.05", "--url", sending.url];
    // Blocks of 1024 bytes. Without the trap, the system ends the program.
    const script = `trap '' XFSZ; ulimit -f 100; exec "$0" "$@"`;
    await using program = new Program({ executable: "bash" }, "-c", script, ...commandOf(args, { dir }));
    const { code, stderr } = await program.ended();
    const [, saved] = /it has (\d+) messages?, and \d+ messages? could not be saved\n$/.exec(stderr) ?? [];
    assertEquals([code, stderr.split("\n").length], [1, 2], stderr);
    assertStringIncludes(stderr, `foxglove-ws record: cannot write "${path}": `);
    assertEquals(readStream(await Deno.readFile(path)).messages.length, Number(saved));
  });
});

Deno.test("record shows a table on a terminal of 80 columns", async () => {
  await withFolder(async (dir) => {
    const long = { ...ODOM, topic: `/${"very_".repeat(16)}long` };
    await using sending = await sendRegularly([IMU, long], message);
    const path = `${dir}/${"a".repeat(80)}.mcap`;
    await using program = startOnTerminal(["record", "-o", path, "--url", sending.url], { dir });
    for (let report = 0; report < 2; report++) {
      const lines: string[] = [];
      while (lines.length < 5) lines.push(await program.line());
      const text = lines.join("\n");
      assertEquals(text.includes("\x1b[5A"), report > 0);
      const plain = plainText(text).split("\n");
      assertEquals(plain.filter((line) => line.length > 80), []);
      assert(/^00:00:0\d {2}\d+ messages of 2 topics, .*, \d.* Hz$/.test(plain[0]!), plain[0]);
      assertEquals(plain[2]!.split(/ {2,}/), ["TOPIC", "HZ", "PER SECOND", "MESSAGES", "SIZE"]);
      assertStringIncludes(plain[4]!, "very_long ");
    }
    program.kill("SIGTERM");
    await program.ended();
  });
});

Deno.test("record says on a terminal that the server has no topics, or none of the named ones", async () => {
  await using server = await startServer();
  const cases: [args: string[], expected: string][] = [
    [[], "The server has no topics to record yet"],
    [["/imu"], "The server has no such topics"],
  ];
  for (const [args, expected] of cases) {
    await withFolder(async (dir) => {
      const command = ["record", ...args, "-o", `${dir}/drive.mcap`, "--url", server.url!];
      await using program = startOnTerminal(command, { dir });
      let line = "";
      while (!line.startsWith("The server has no")) line = plainText(await program.line());
      assertEquals(line, expected);
      program.kill("SIGTERM");
      await program.ended();
    });
  }
});

Deno.test({
  name: "record ends with code 130 at the second Ctrl-C, while the file cannot be completed",
  ignore: Deno.build.os === "windows",
  async fn() {
    await withFolder(async (dir) => {
      await using server = await startServer();
      const payload = new Uint8Array(1_000_000);
      server.sendMessage(
        server.addChannel({ topic: "/a", encoding: "json", latch: true }),
        1n,
        payload,
      );
      // A pipe without a reader: writing to it blocks.
      const path = `${dir}/pipe`;
      await new Deno.Command("mkfifo", { args: [path] }).output();
      const reading = Deno.open(path, { read: true });
      const options = ["--force", "--compression", "none", "--flush-seconds", "1000", "--json", "--url", server.url!];
      await using program = startCli(["record", "-o", path, ...options], { dir });
      using _ = await reading;
      while (JSON.parse(await program.line()).messages === 0);
      // A repeated signal counts as the same Ctrl-C for 50 ms, and a busy program gets several signals as one.
      const ended = program.ended();
      program.kill("SIGINT");
      const timer = setInterval(() => {
        try {
          program.kill("SIGINT");
        } catch {
          // The program has already exited.
        }
      }, 200);
      const { code, lines } = await ended.finally(() => clearInterval(timer));
      assertEquals([code, lines.filter((line) => JSON.parse(line).isComplete)], [130, []]);
    });
  },
});

Deno.test("record waits for topics that the server does not have", async () => {
  await withFolder(async (dir) => {
    await using server = await startServer();
    const path = `${dir}/a.mcap`;
    await using program = startCli(["record", "/imu", "-o", path, "--json", "--url", server.url!], { dir });
    await program.line();
    program.kill("SIGINT");
    const { code, stderr } = await program.ended();
    const note = 'waiting for the topic "/imu", which the server does not have; "foxglove-ws topics" lists them\n';
    assertEquals([code, stderr, readRecorded(path)], [0, note, { messages: [], topics: [], isWhole: true }]);
  });
});

Deno.test("record explains wrong arguments", async () => {
  const cases: [args: string[], text: string][] = [
    [["--compression", "lz4"], '--compression must be zstd or none, not "lz4"'],
    [["--max-file-size", "much"], '--max-file-size requires a size such as 500M or 2G, not "much"'],
    [["--max-file-size", "0"], "--max-file-size requires a size"],
    [["--max-file-size", "2M", "--max-total-size", "3M"], "at most half of --max-total-size"],
    [["--max-total-size", "1K"], "--max-total-size must be at least 32K"],
    [["--max-file-seconds", "0"], "--max-file-seconds must be greater than 0"],
    [["--flush-seconds", "-1"], "--flush-seconds must be greater than 0"],
    [["--seconds", "0"], "--seconds must be greater than 0"],
    [["--regex", "("], "--regex is not valid: "],
    [["/a*b"], '"/a*b" has a "*" before its end'],
    [["/a", "--all"], "--all and topics exclude each other"],
    [["ws://localhost", "--url", "localhost"], '"ws://localhost" and --url both name a server'],
  ];
  for (const [args, text] of cases) {
    const { code, lines, stderr } = await runCli(["record", ...args]);
    assertEquals([code, lines, stderr.split("\n").length], [2, [], 2], stderr);
    assertStringIncludes(stderr, text);
  }
});

for (const implementation of [NPM_SERVER, RUST_SERVER]) {
  const missing = missingProgram(implementation.needs);
  const program = { path: missing === undefined ? "found" : undefined, missing: missing ?? "" };
  testWith(program, `record works with ${implementation.name}`, async () => {
    await withFolder(async (dir) => {
      await using server = await ServerDriver.start(implementation);
      const path = `${dir}/drive.mcap`;
      await using program = startCli(["record", server.url, "-o", path, "--json"], { dir });
      for (const _channel of FIXTURE.channels) await server.nextEvent("subscribe");
      const payload = '{"x":1}';
      await server.execute({
        type: "sendMessage",
        topic: "/odom",
        timestamp: "1700000000000000007",
        payload: btoa(payload),
      });
      while (JSON.parse(await program.line()).messages === 0);
      program.kill("SIGINT");
      assertEquals((await program.ended()).code, 0);
      const { messages, topics } = readRecorded(path);
      assertEquals(messages, [`/odom 1700000000000000007 1700000000000000007 1 ${payload}`]);
      assertEquals(topics.toSorted(), FIXTURE.channels.map(({ topic }) => topic).toSorted());
    });
  });
}
