// play: serves MCAP files.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { clockText, progressLine } from "../../src/cli/mcap/play_progress.ts";
import type { Program } from "../support/program.ts";
import { runCli, startCli } from "./fixture.ts";
import { messagesOf, RecordingFolder, START } from "./recordings.ts";
import { plainText, startOnTerminal } from "./terminal.ts";

/** Starts `play`, and returns it with its address. */
async function startPlay(args: readonly string[], file: string): Promise<{ program: Program; url: string }> {
  const program = startCli(["play", ...args, "--port", "0", "--json"], { file });
  return { program, url: JSON.parse(await program.line()).url };
}

Deno.test("play prints the address and links, serves the messages, and ends with 0 on Ctrl-C", async () => {
  await using folder = await RecordingFolder.create();
  const path = await folder.write("drive.mcap", messagesOf("/odom", 4));
  await using play = startCli(["play", path, "--port", "0", "--paused"], { file: path });
  const [, url = ""] = /^Listening on (ws:\/\/127\.0\.0\.1:\d+)$/.exec(await play.line()) ?? [];
  assertEquals(await play.line(), `Browser:     ${url.replace("ws", "http")}/`);
  assertStringIncludes(await play.line(), `ds.url=${encodeURIComponent(url)}`);
  assertEquals(await play.line(), `Lichtblick:  Open connection > Foxglove WebSocket > ${url}`);
  assertEquals(await play.line(), "Press Ctrl-C to stop.");
  await using client = await FoxgloveClient.connect(url);
  const messages = client.subscribe("/odom");
  await client.waitForChannel("/odom");
  assertEquals([client.serverInfo.name, client.serverInfo.dataStartTime, client.serverInfo.dataEndTime], [
    "drive.mcap",
    START,
    START + 300_000_000n,
  ]);
  await client.controlPlayback({ command: "play", speed: 2 });
  assertEquals(await play.line(), "playing at 0:00.0 of 0:00.3, 2x");
  const times: bigint[] = [];
  for await (const { timestamp, payload } of messages) {
    assertEquals(JSON.parse(new TextDecoder().decode(payload)), { x: Number(timestamp - START) / 1e9 });
    times.push(timestamp - START);
    if (times.length === 4) break;
  }
  assertEquals(times, [0n, 100_000_000n, 200_000_000n, 300_000_000n]);
  assertEquals(await play.line(), "ended at 0:00.3 of 0:00.3, 2x");
  play.kill("SIGINT");
  const { code, lines, stderr } = await play.ended();
  assertEquals([code, lines, stderr], [0, [], ""]);
});

Deno.test("play --json prints the address, then each change of the state", async () => {
  await using folder = await RecordingFolder.create();
  const path = await folder.write("drive.mcap", messagesOf("/odom", 4));
  const { program } = await startPlay([path, "--rate", "10"], path);
  await using _ = program;
  assertEquals(JSON.parse(await program.line()), { status: "playing", currentTime: `${START}`, speed: 10 });
  assertEquals(JSON.parse(await program.line()), {
    status: "ended",
    currentTime: `${START + 300_000_000n}`,
    speed: 10,
  });
});

Deno.test("play serves several files, and the topics and times of its options", async () => {
  await using folder = await RecordingFolder.create();
  const one = await folder.write("one.mcap", [...messagesOf("/odom", 30), ...messagesOf("/camera/left", 30)]);
  const two = await folder.write("two.mcap", messagesOf("/scan", 50));
  const options = ["--topic", "/camera/*, /scan", "--start", "1.5", "--end", "2023-11-14T22:13:24Z", "--paused"];
  const { program, url } = await startPlay([one, two, ...options], `${one},${two}`);
  await using _ = program;
  await using client = await FoxgloveClient.connect(url);
  await client.waitForChannel("/scan");
  assertEquals([...client.channels.values()].map(({ topic }) => topic).sort(), ["/camera/left", "/scan"]);
  const { dataStartTime, dataEndTime } = client.serverInfo;
  assertEquals([dataStartTime, dataEndTime], [START + 1_500_000_000n, START + 3_999_999_999n]);
});

Deno.test("play shows a bar on a terminal, and keys pause, seek, change the speed, loop and quit", async () => {
  await using folder = await RecordingFolder.create();
  const path = await folder.write("drive.mcap", messagesOf("/odom", 200));
  await using play = startOnTerminal(["play", path, "--port", "0"], { file: path, hasStdin: true });
  const expect = async (pattern: RegExp) => {
    for (;;) {
      const line = plainText(await play.line());
      assertEquals(line.length <= 80 || /^(Foxglove|Lichtblick):/.test(line), true, line);
      if (pattern.test(line)) return;
    }
  };
  await expect(/^Listening on/);
  await expect(/^playing +0:00\.\d \/ 0:19\.9 \[[█░]+\] 1x {2}0 clients$/);
  await expect(/^space pause {3}← → 5 s/);
  await play.write(" ");
  await expect(/^paused +0:0/);
  await play.write("\x1b[C");
  await expect(/^paused +0:0[5-9]/);
  await play.write("\x1b[D\x1b[D\x1b[D");
  await expect(/^paused +0:00\.0/);
  await play.write("++");
  await expect(/ 5x/);
  await play.write("-");
  await expect(/ 2x/);
  await play.write("l");
  await expect(/2x {2}loop/);
  await play.write(" ");
  await expect(/^playing/);
  await play.write("q");
  const { code } = await play.ended();
  assertEquals(code, 0);
});

Deno.test("play plays again after the end when l turns the loop on", async () => {
  await using folder = await RecordingFolder.create();
  const path = await folder.write("drive.mcap", messagesOf("/odom", 11));
  await using play = startOnTerminal(["play", path, "--port", "0"], { file: path, hasStdin: true });
  const expect = async (pattern: RegExp) => {
    while (!pattern.test(plainText(await play.line())));
  };
  await expect(/^ended/);
  await play.write("l");
  await expect(/^playing .* loop/);
  await play.write("q");
  assertEquals((await play.ended()).code, 0);
});

Deno.test("play suggests the topic and the time that a file has", async () => {
  await using folder = await RecordingFolder.create();
  const path = await folder.write("drive.mcap", messagesOf("/odom", 11));
  const late = await runCli(["play", path, "--port", "0", "--start", "4000"], { file: path });
  assertEquals([late.code, late.lines], [1, []]);
  const span = "the file has 1 s, from 2023-11-14T22:13:20.000Z to 2023-11-14T22:13:21.000Z";
  assertEquals(late.stderr, `foxglove-ws play: the start is after the last message: ${span}\n`);
  const note = 'the file has no topic "/odmo"; did you mean "/odom"?\n';
  const none = await runCli(["play", path, "--port", "0", "--topic", "/odmo"], { file: path });
  assertEquals([none.code, none.lines, none.stderr], [1, [], `foxglove-ws play: ${note}`]);
  const { program } = await startPlay([path, "--topic", "/odmo,/odom"], path);
  await using _ = program;
  program.kill("SIGINT");
  const { code, stderr } = await program.ended();
  assertEquals([code, stderr], [0, note]);
});

Deno.test("play on a terminal ends with 0 on Ctrl-C", async () => {
  await using folder = await RecordingFolder.create();
  const path = await folder.write("drive.mcap", messagesOf("/odom", 200));
  await using play = startOnTerminal(["play", path, "--port", "0"], { file: path, hasStdin: true });
  while (!plainText(await play.line()).startsWith("space pause"));
  await play.write("\x03");
  assertEquals((await play.ended()).code, 0);
});

Deno.test("play explains files that cannot be played in one line", async () => {
  await using folder = await RecordingFolder.create();
  const empty = await folder.write("empty.mcap", []);
  const text = folder.file("notes.txt");
  await Deno.writeTextFile(text, "not a recording, but long enough to be one ".repeat(10));
  for (
    const [path, expected] of [
      [folder.file("none.mcap"), `the file "${folder.file("none.mcap")}" does not exist`],
      [text, `"${text}" is not an MCAP file, or is broken: expected`],
      [empty, `Cannot play ${empty}: no messages`],
    ] as const
  ) {
    const { code, lines, stderr } = await runCli(["play", path, "--port", "0"], { file: path });
    assertEquals([code, lines, stderr.split("\n").length], [1, [], 2], stderr);
    assertStringIncludes(stderr, `foxglove-ws play: ${expected}`);
  }
});

Deno.test("play plays a file without its end, and says so", async () => {
  await using folder = await RecordingFolder.create();
  const path = await folder.write("drive.mcap", messagesOf("/odom", 40));
  await Deno.truncate(path, (await Deno.stat(path)).size - 900);
  const { program } = await startPlay([path, "--rate", "100"], path);
  await using _ = program;
  assertEquals(JSON.parse(await program.line()).status, "playing");
  assertEquals(JSON.parse(await program.line()).status, "ended");
  program.kill("SIGINT");
  const { code, stderr } = await program.ended();
  assertEquals([code, stderr.split("\n").length], [0, 2], stderr);
  assertStringIncludes(stderr, "drive.mcap is broken, and is read up to the fault");
});

for (
  const [args, expected] of [
    [["--rate", "0"], "--rate must be above 0"],
    [["--port", "99999"], "--port: 99999 is not a port"],
    [["--start", "soon"], '--start: "soon" is not a number of seconds, an ISO time, or a time in ns'],
    [["--start", "5", "--end", "5"], "--start must be before --end"],
    [["--topic", "/a*b"], '--topic: "*" is possible only at the end of a name'],
  ] as const
) {
  Deno.test(`play ${args.join(" ")} ends with code 2`, async () => {
    await using folder = await RecordingFolder.create();
    const path = await folder.write("drive.mcap", messagesOf("/odom", 4));
    const { code, stderr } = await runCli(["play", path, ...args], { file: path });
    assertEquals([code, stderr.split("\n").length], [2, 2], stderr);
    assertStringIncludes(stderr, `foxglove-ws play: ${expected}`);
  });
}

Deno.test("clockText() and progressLine() fit long recordings in 80 columns", () => {
  assertEquals(
    [0n, 11_760_000_000n, 59_940_000_000n, 59_990_000_000n, 65_200_000_000n, 3_605_000_000_000n].map(clockText),
    ["0:00.0", "0:11.8", "0:59.9", "1:00.0", "1:05.2", "1:00:05.0"],
  );
  const state = { status: "buffering", currentTime: 0n, speed: 0.25, didSeek: false } as const;
  const line = progressLine({ state, startTime: 0n, endTime: 10n ** 14n, isLoop: true, clients: 12 }, 80);
  assertEquals(line.length <= 80, true, line);
});
