// mcap: inspects, repairs, cuts, merges and prints MCAP files.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertStringIncludes } from "@std/assert/string-includes";
import { pathToFileURL } from "node:url";
import type { Output } from "../../src/cli/output.ts";
import type { McapInvocation } from "../../src/cli/mcap/mcap_action.ts";
import { recoverFile } from "../../src/cli/mcap/recover_file.ts";
import { progressText, WorkProgress } from "../../src/cli/mcap/work_progress.ts";
import { McapReader, McapWriter } from "../../src/mcap/mod.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { Program, type ProgramEnd } from "../support/program.ts";
import { commandOf, runCli, startCli } from "./fixture.ts";
import { messagesOf, type RecordedMessage, RecordingFolder, START } from "./recordings.ts";

/** Runs `mcap` with the permissions for a folder. */
function runMcap(folder: RecordingFolder, ...args: string[]): Promise<ProgramEnd> {
  return runCli(["mcap", ...args], { file: folder.path, dir: folder.path });
}

/** Returns the topics and times of all messages, such as `/odom 0.1`. */
async function messagesIn(path: string): Promise<string[]> {
  await using reader = await McapReader.open(path);
  assertEquals(reader.fault, undefined);
  const messages = await Array.fromAsync(reader.messages());
  return messages.map(({ channel, logTime }) => `${channel.topic} ${Number(logTime - START) / 1e9}`);
}

function texts(messages: readonly RecordedMessage[]): string[] {
  return messages.map(([topic, seconds]) => `${topic} ${seconds}`);
}

Deno.test("mcap info prints topics, counts, rates, times and compression in 80 columns", async () => {
  await using folder = await RecordingFolder.create();
  const long = `/robot/${"very_long_name/".repeat(5)}status`;
  const path = await folder.write("drive.mcap", [...messagesOf("/odom", 101), [long, 2]], { profile: "ros2" });
  const { code, lines, stderr } = await runMcap(folder, "info", path);
  assertEquals([code, stderr], [0, ""]);
  const { size } = await Deno.stat(path);
  assertEquals(lines[0]?.startsWith(`file        ${path}, `), true, lines[0]);
  assertEquals(size > 0, true);
  assertEquals(lines.slice(1, 7), [
    "library     foxglove-ws",
    "profile     ros2",
    "messages    102",
    "start       2023-11-14T22:13:20.000Z",
    "end         2023-11-14T22:13:30.000Z",
    "duration    10 s",
  ]);
  assertEquals(/^chunks {6}11, zstd, [\d.]+ KiB as [\d.]+ KiB \(\d+ %\)$/.test(lines[7] ?? ""), true, lines[7]);
  assertEquals(lines.slice(8, 10).map((line) => line.trim().split(/ {2,}/)), [
    [""],
    ["TOPIC", "MESSAGES", "HZ", "ENCODING", "TYPE"],
  ]);
  assertEquals(lines[10]?.split(/ {2,}/), ["/odom", "101", "10.1", "json", "Value"]);
  assertStringIncludes(lines[11] ?? "", "_name/status");
  assertEquals(lines.slice(1).filter((line) => line.length > 80), []);
});

Deno.test("mcap info --json prints one object for each file", async () => {
  await using folder = await RecordingFolder.create();
  const one = await folder.write("one.mcap", messagesOf("/odom", 11), { compression: "none" });
  const two = folder.file("two.mcap");
  const writer = await McapWriter.open(two);
  writer.addAttachment({ name: "a.txt", mediaType: "text/plain", data: new Uint8Array(5), logTime: 1n });
  writer.addMetadata({ name: "robot", metadata: { id: "7" } });
  await writer.close();
  const { code, lines, stderr } = await runMcap(folder, "info", "--json", one, two);
  assertEquals([code, stderr, lines.length], [0, "", 2]);
  const { bytes, compressions, ...info } = JSON.parse(lines[0]!);
  assertEquals([bytes, compressions.length, compressions[0].compression, compressions[0].chunks], [
    (await Deno.stat(one)).size,
    1,
    "none",
    2,
  ]);
  assertEquals(info, {
    file: one,
    library: "foxglove-ws",
    profile: "",
    messages: 11,
    start: `${START}`,
    end: `${START + 1_000_000_000n}`,
    attachments: [],
    metadata: [],
    topics: [{ topic: "/odom", type: "Value", encoding: "json", schemaEncoding: "jsonschema", messages: 11, hz: 11 }],
  });
  const other = JSON.parse(lines[1]!);
  assertEquals([other.messages, other.attachments, other.metadata, other.topics], [
    0,
    [{ name: "a.txt", mediaType: "text/plain", bytes: 5 }],
    ["robot"],
    [],
  ]);
});

Deno.test("mcap info reads the file of a file: URL", async () => {
  await using folder = await RecordingFolder.create();
  const path = await folder.write("a drive.mcap", messagesOf("/odom", 2));
  const url = pathToFileURL(path).href;
  const { code, lines, stderr } = await runMcap(folder, "info", "--json", url);
  assertEquals([code, stderr], [0, ""]);
  const { file, bytes, messages } = JSON.parse(lines[0]!);
  assertEquals([file, bytes, messages], [url, (await Deno.stat(path)).size, 2]);
});

Deno.test("mcap info counts the messages of a file without its end, and says that it is incomplete", async () => {
  await using folder = await RecordingFolder.create();
  const path = await folder.write("drive.mcap", messagesOf("/odom", 40));
  await Deno.truncate(path, (await Deno.stat(path)).size - 900);
  const { code, lines, stderr } = await runMcap(folder, "info", path);
  assertEquals(code, 0);
  assertEquals(lines.some((line) => /^messages {4}[1-4]0$/.test(line)), true, lines.join("\n"));
  assertStringIncludes(stderr, `${path} is incomplete: expected`);
  assertStringIncludes(stderr, '; "mcap recover" may repair it\n');
});

Deno.test("mcap recover repairs a file, and ends with 0 if nothing was lost", async () => {
  await using folder = await RecordingFolder.create();
  const messages = messagesOf("/odom", 40);
  const path = await folder.write("drive.mcap", messages);
  await using reader = await McapReader.open(path);
  const last = reader.chunkIndexes.at(-1)!;
  // The summary is missing, as after a crash.
  await Deno.truncate(path, last.chunkStartOffset + last.chunkLength);
  const target = folder.file("whole.mcap");
  const { code, lines, stderr } = await runMcap(folder, "recover", path, "-o", target);
  assertEquals([code, lines, stderr], [0, [`Recovered 40 messages to ${target}`], ""]);
  assertEquals(await messagesIn(target), texts(messages));
});

Deno.test("mcap recover ends with 2 if data was lost, and says what", async () => {
  await using folder = await RecordingFolder.create();
  const path = await folder.write("drive.mcap", messagesOf("/odom", 40), { compression: "none" });
  await using reader = await McapReader.open(path);
  const { chunkStartOffset, chunkLength } = reader.chunkIndexes[1]!;
  const bytes = await Deno.readFile(path);
  bytes[chunkStartOffset + chunkLength - 20]! ^= 0xff;
  await Deno.writeFile(path, bytes);
  const target = folder.file("whole.mcap");
  const { code, lines, stderr } = await runMcap(folder, "recover", path, "--output", target);
  assertEquals([code, lines.length, stderr.split("\n").length], [2, 1, 2], stderr);
  assertStringIncludes(stderr, "foxglove-ws mcap: data was lost: ");
  assertEquals(stderr.includes("--help"), false);
  assertEquals((await messagesIn(target)).length >= 30, true);
  const json = await runMcap(folder, "recover", path, "--output", target, "--force", "--json");
  const { output, isLossy, fault, damagedChunks } = JSON.parse(json.lines[0]!);
  assertEquals([json.code, output, isLossy, typeof fault, damagedChunks], [2, target, true, "string", 1]);
});

Deno.test("mcap recover goes on behind bytes that cannot be read, and says where messages may be missing", async () => {
  await using folder = await RecordingFolder.create();
  const path = await folder.write("drive.mcap", messagesOf("/odom", 40));
  await using reader = await McapReader.open(path);
  const [, second, third] = reader.chunkIndexes;
  const bytes = await Deno.readFile(path);
  // With the summary, a chunk without its head is found. Without it, the search goes on at the next one.
  bytes.fill(0x96, second!.chunkStartOffset, second!.chunkStartOffset + 20);
  await Deno.writeFile(path, bytes);
  const target = folder.file("whole.mcap");
  const whole = await runMcap(folder, "recover", path, "--output", target);
  assertEquals([whole.code, whole.lines], [2, [`Recovered 40 messages to ${target}`]]);
  await Deno.writeFile(path, bytes.subarray(0, third!.chunkStartOffset + third!.chunkLength));
  const cut = await runMcap(folder, "recover", path, "--output", target, "--force");
  assertEquals([cut.code, cut.lines], [2, [`Recovered 20 messages to ${target}`]]);
  assertStringIncludes(cut.stderr, "B could not be read, messages may be missing at 1 place; expected");
});

Deno.test("mcap cut writes the messages of topics and times", async () => {
  await using folder = await RecordingFolder.create();
  const path = await folder.write("drive.mcap", [...messagesOf("/odom", 40), ...messagesOf("/camera/left", 40)]);
  const target = folder.file("part.mcap");
  const options = ["--start", "1.5", "--end", "2023-11-14T22:13:22Z", "--topic", "/camera/*"];
  const { code, lines, stderr } = await runMcap(folder, "cut", path, "-o", target, ...options);
  assertEquals([code, lines, stderr], [0, [`Wrote 5 messages to ${target}`], ""]);
  assertEquals(
    await messagesIn(target),
    [1.5, 1.6, 1.7, 1.8, 1.9].map((seconds) => `/camera/left ${seconds}`),
  );
});

Deno.test("mcap cut begins with the newest earlier messages of latched channels", async () => {
  await using folder = await RecordingFolder.create();
  const path = folder.file("drive.mcap");
  const writer = await McapWriter.open(path);
  const channelOf = (topic: string, metadata = {}) => writer.addChannel({ topic, messageEncoding: "json", metadata });
  const ids: Record<string, number> = {
    "/map": channelOf("/map", { "foxglove-ws.latchDepth": "2" }),
    "/tf_static": channelOf("/tf_static"),
    "/room": channelOf("/room"),
    "/odom": channelOf("/odom"),
  };
  const messages = ["/map 1", "/map 2", "/map 3", "/tf_static 1", "/room 1", "/odom 1", "/odom 5", "/map 7", "/odom 9"];
  for (const [index, text] of messages.entries()) {
    const [topic = "", second = ""] = text.split(" ");
    const data = new TextEncoder().encode(text);
    writer.write({
      channelId: ids[topic]!,
      logTime: START + BigInt(second) * 1_000_000_000n,
      sequence: index + 1,
      data,
    });
  }
  await writer.close();
  const target = folder.file("part.mcap");
  const cut = async (...args: string[]) => {
    const { code, stderr } = await runMcap(folder, "cut", path, "-o", target, "--force", "--start", "4", ...args);
    assertEquals([code, stderr], [0, ""]);
    await using reader = await McapReader.open(target);
    const read = await Array.fromAsync(reader.messages(), ({ channel, logTime, publishTime, sequence, data }) => {
      assertEquals(new TextDecoder().decode(data).split(" ")[0], channel.topic);
      const [log, publish] = [logTime, publishTime].map((time) => Number(time - START) / 1e9 - 1);
      return `${channel.topic} ${log} ${publish} ${sequence}`;
    });
    return read;
  };
  // The recording begins at 1 s.
  const rest = ["/odom 4 4 7", "/map 6 6 8", "/odom 8 8 9"];
  assertEquals(await cut(), ["/tf_static 4 0 4", "/map 4 1 2", "/map 4 2 3", ...rest]);
  assertEquals(await cut("--latch", "/room*"), ["/room 4 0 5", "/map 4 1 2", "/map 4 2 3", ...rest]);
  assertEquals(await cut("--topic", "/odom,/tf_static"), ["/tf_static 4 0 4", "/odom 4 4 7", "/odom 8 8 9"]);
});

Deno.test("mcap cut keeps the profile, metadata, and attachments of the time", async () => {
  await using folder = await RecordingFolder.create();
  const path = folder.file("drive.mcap");
  const writer = await McapWriter.open(path, { profile: "ros2" });
  const channelId = writer.addChannel({ topic: "/odom", messageEncoding: "cdr", metadata: { key: "value" } });
  for (const logTime of [1n, 2n, 3n]) writer.write({ channelId, logTime, sequence: 7, data: new Uint8Array(4) });
  for (const logTime of [1n, 2n]) {
    writer.addAttachment({ name: `${logTime}`, mediaType: "", data: new Uint8Array(1), logTime });
  }
  writer.addMetadata({ name: "robot", metadata: { id: "7" } });
  await writer.close();
  const target = folder.file("part.mcap");
  const { code, lines } = await runMcap(folder, "cut", path, "-o", target, "--start", "0000000000000002", "--json");
  const { messages, output, bytes } = JSON.parse(lines[0]!);
  assertEquals([code, messages, output, bytes], [0, 2, target, (await Deno.stat(target)).size]);
  await using reader = await McapReader.open(target);
  assertEquals([reader.header.profile, reader.attachmentIndexes.map(({ name }) => name)], ["ros2", ["2"]]);
  assertEquals(await Array.fromAsync(reader.metadata()), [{ name: "robot", metadata: new Map([["id", "7"]]) }]);
  const [first] = await Array.fromAsync(reader.messages());
  assertEquals([first?.sequence, first?.channel.metadata.get("key")], [7, "value"]);
});

Deno.test("mcap merge sorts the messages of several files by time", async () => {
  await using folder = await RecordingFolder.create();
  const one = await folder.write("one.mcap", [["/odom", 1], ["/odom", 3], ["/odom", 5]]);
  const two = await folder.write("two.mcap", [["/odom", 2], ["/scan", 4], ["/odom", 5]]);
  const three = await folder.write("three.mcap", [["/odom", 6]]);
  const target = folder.file("all.mcap");
  const { code, lines, stderr } = await runMcap(
    folder,
    "merge",
    one,
    two,
    three,
    "-o",
    target,
    "--compression",
    "none",
  );
  assertEquals([code, lines, stderr], [0, [`Wrote 7 messages to ${target}`], ""]);
  assertEquals(await messagesIn(target), [
    "/odom 1",
    "/odom 2",
    "/odom 3",
    "/scan 4",
    "/odom 5",
    "/odom 5",
    "/odom 6",
  ]);
  await using reader = await McapReader.open(target);
  assertEquals([reader.channels.size, reader.schemas.size], [2, 1]);
});

Deno.test("mcap merge copies what precedes a fault, and ends with 1", async () => {
  await using folder = await RecordingFolder.create();
  const one = await folder.write("one.mcap", messagesOf("/odom", 40));
  const two = await folder.write("two.mcap", [["/scan", 9]]);
  await Deno.truncate(one, (await Deno.stat(one)).size - 900);
  const target = folder.file("all.mcap");
  const { code, stderr } = await runMcap(folder, "merge", one, two, "-o", target);
  assertEquals([code, stderr.split("\n").length], [1, 2], stderr);
  assertStringIncludes(stderr, "one.mcap is broken, and is read up to the fault");
  assertStringIncludes(stderr, '; "mcap recover" may repair it\n');
  const messages = await messagesIn(target);
  assertEquals([messages[0], messages.at(-1)], ["/odom 0", "/scan 9"]);
});

for (const action of ["recover", "cut", "merge"]) {
  Deno.test(`mcap ${action} replaces files only with --force, and never the file that it reads`, async () => {
    await using folder = await RecordingFolder.create();
    const path = await folder.write("drive.mcap", messagesOf("/odom", 4));
    const target = folder.file("out.mcap");
    await Deno.writeTextFile(target, "precious");
    const exists = await runMcap(folder, action, path, "-o", target);
    assertEquals([exists.code, exists.stderr], [
      1,
      `foxglove-ws mcap: "${target}" exists; --force replaces it\n`,
    ]);
    assertEquals(await Deno.readTextFile(target), "precious");
    assertEquals((await runMcap(folder, action, path, "-o", target, "--force")).code, 0);
    assertEquals((await messagesIn(target)).length, 4);
    const same = await runMcap(folder, action, path, "-o", path, "--force");
    assertEquals(same.code, 2);
    assertStringIncludes(same.stderr, "--output is the file to read");
    assertEquals((await messagesIn(path)).length, 4);
    const none = await runMcap(folder, action, path);
    assertEquals([none.code, none.stderr.includes("--output is missing")], [2, true]);
  });
}

Deno.test("mcap cat prints messages as text, JSON or CSV, as echo does", async () => {
  await using folder = await RecordingFolder.create();
  const path = await folder.write("drive.mcap", [["/odom", 1, { x: 1.5 }], ["/scan", 2, [1, 2]], ["/odom", 3]]);
  const text = await runMcap(folder, "cat", path, "--count", "1");
  assertEquals([text.code, text.stderr, text.lines], [0, "", [
    "# 2023-11-14T22:13:21.000000000Z /odom",
    "x: 1.5",
    "---",
  ]]);
  const json = await runMcap(folder, "cat", path, "--json", "--start", "0.5");
  assertEquals(json.lines.map((line) => JSON.parse(line)), [
    { topic: "/scan", timestamp: `${START + 2_000_000_000n}`, value: [1, 2] },
    { topic: "/odom", timestamp: `${START + 3_000_000_000n}`, value: { x: 3 } },
  ]);
  const csv = await runMcap(folder, "cat", path, "--csv", "--topic", "/odom");
  assertEquals(csv.lines, ["timestamp,x", `${START + 1_000_000_000n},1.5`, `${START + 3_000_000_000n},3`]);
  const field = await runMcap(folder, "cat", path, "--topic", "/odom", "--field", "x");
  assertEquals(field.lines, ["1.5", "3"]);
});

Deno.test("mcap cat prints what precedes a fault, and ends with 1", async () => {
  await using folder = await RecordingFolder.create();
  const path = await folder.write("drive.mcap", messagesOf("/odom", 40));
  await Deno.truncate(path, (await Deno.stat(path)).size - 900);
  const { code, lines, stderr } = await runMcap(folder, "cat", path, "--json");
  assertEquals([code, lines.length > 0 && lines.length < 40, stderr.split("\n").length], [1, true, 2]);
  assertStringIncludes(stderr, "is not an MCAP file, or is broken: expected");
  assertStringIncludes(stderr, '; "mcap recover" may repair it\n');
});

Deno.test("mcap cat ends quietly when the reader of its pipe ends", async () => {
  await using folder = await RecordingFolder.create();
  const path = await folder.write("drive.mcap", messagesOf("/odom", 20_000));
  const [deno = "", ...args] = commandOf(["mcap", "cat", path, "--topic", "/odom", "--field", "x"], { file: path });
  const script = '"$0" "$@" | head -n 2; exit "${PIPESTATUS[0]}"';
  await using program = new Program({ executable: "bash" }, "-c", script, deno, ...args);
  const { code, lines, stderr } = await program.ended();
  assertEquals([code, lines, stderr], [0, ["0", "0.1"], ""]);
});

Deno.test("mcap merge ends with 130 on Ctrl-C, and completes the file", async () => {
  await using folder = await RecordingFolder.create();
  const path = await folder.write("drive.mcap", messagesOf("/odom", 50_000), { chunkBytes: 4096 });
  const target = folder.file("all.mcap");
  await using program = startCli(["mcap", "merge", path, "-o", target], { file: folder.path, dir: folder.path });
  while (!await exists(target)) await new Promise((resolve) => setTimeout(resolve, 1));
  program.kill("SIGINT");
  const { code } = await program.ended();
  // It may have been faster than the signal.
  assertEquals([0, 130].includes(code), true, `${code}`);
  assertEquals((await messagesIn(target)).length <= 50_000, true);
});

Deno.test("WorkProgress shows lines on a terminal, and removes them at the end", () => {
  const lines: (readonly string[])[] = [];
  let now = 1000;
  const output = { isTerminal: true, refresh: (each: readonly string[]) => void lines.push(each) } as unknown as Output;
  const progress = new WorkProgress(output, false, () => now);
  for (now of [1100, 1299, 1300, 1350, 1400]) progress.update((now - 1000) / 1000, (now - 1000) * 1024);
  progress.end();
  assertEquals(lines, [
    [" 30 %   300 KiB   1000 KiB/s   700 ms left"],
    [" 40 %   400 KiB   1000 KiB/s   600 ms left"],
    [],
  ]);
  new WorkProgress(output, true, () => now).update(1, 1);
  assertEquals(lines.length, 3);
});

Deno.test("mcap recover removes the line of its progress when Ctrl-C ends it", async () => {
  await using folder = await RecordingFolder.create();
  const path = await folder.write("drive.mcap", messagesOf("/odom", 40));
  const interrupt = new AbortController();
  const shown: number[] = [];
  const refresh = ({ length }: readonly string[]) => {
    shown.push(length);
    interrupt.abort(new Error("Ctrl-C"));
  };
  const invocation = {
    output: { isTerminal: true, refresh },
    isJson: false,
    signal: interrupt.signal,
    options: { output: folder.file("whole.mcap"), force: false },
  } as unknown as McapInvocation;
  using clock = new FakeClock();
  // The line is shown only for slow work.
  performance.now = () => clock.nowMs += 1000;
  await assertRejects(() => recoverFile.run([path], invocation), Error, "Ctrl-C");
  assertEquals(shown, [1, 0]);
});

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

for (
  const [args, expected] of [
    [["show", "FILE"], 'unknown action "show": use info, recover, cut, merge, cat'],
    [["info"], 'wrong number of files: use "mcap info FILE…"'],
    [["cut", "FILE", "FILE", "-o", "x"], 'wrong number of files: use "mcap cut FILE --output FILE"'],
    [["info", "FILE", "--start", "1"], '"mcap info" has no option --start'],
    [["merge", "FILE", "-o", "x", "--topic", "/a"], '"mcap merge" has no option --topic'],
    [["cat", "FILE", "--count", "0"], "--count must be at least 1"],
    [["cat", "FILE", "--csv", "--json"], "--csv and --json exclude each other"],
    [["cut", "FILE", "-o", "x", "--compression", "lz4"], "--compression must be zstd or none"],
  ] as const
) {
  Deno.test(`mcap ${args.join(" ")} ends with code 2`, async () => {
    await using folder = await RecordingFolder.create();
    const path = await folder.write("drive.mcap", messagesOf("/odom", 4));
    const { code, lines, stderr } = await runMcap(folder, ...args.map((arg) => arg === "FILE" ? path : arg));
    assertEquals([code, lines, stderr.split("\n").length], [2, [], 2], stderr);
    assertStringIncludes(stderr, `foxglove-ws mcap: ${expected}`);
  });
}

for (const action of ["info", "recover", "cut", "merge", "cat"]) {
  Deno.test(`mcap ${action} explains a file that is missing, or is none, in one line`, async () => {
    await using folder = await RecordingFolder.create();
    const text = folder.file("notes.txt");
    await Deno.writeTextFile(text, "not a recording ".repeat(20));
    const output = ["info", "cat"].includes(action) ? [] : ["-o", folder.file("out.mcap")];
    const none = await runMcap(folder, action, folder.file("none.mcap"), ...output);
    assertEquals([none.code, none.lines, none.stderr], [
      1,
      [],
      `foxglove-ws mcap: the file "${folder.file("none.mcap")}" does not exist\n`,
    ]);
    const other = await runMcap(folder, action, text, ...output);
    assertEquals([other.code, other.lines, other.stderr.split("\n").length], [1, [], 2], other.stderr);
    assertStringIncludes(other.stderr, `"${text}" is not an MCAP file`);
    assertEquals((await Array.fromAsync(Deno.readDir(folder.path))).map(({ name }) => name), ["notes.txt"]);
  });
}

Deno.test("progressText() has the share, the bytes, the rate and the rest", () => {
  assertEquals(progressText(0.25, 10 * 1024 ** 2, 2000), " 25 %   10 MiB   5 MiB/s   6 s left");
  assertEquals(progressText(0, 0, 2000), "  0 %   0 B   0 B/s");
});
