// mcap: inspects, repairs, cuts, merges and prints MCAP files.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertStringIncludes } from "@std/assert/string-includes";
import files from "node:fs";
import { pathToFileURL } from "node:url";
import { Failure } from "../../src/cli/failure.ts";
import type { Output } from "../../src/cli/output.ts";
import { checkFiles } from "../../src/cli/mcap/check_files.ts";
import type { McapInvocation } from "../../src/cli/mcap/mcap_action.ts";
import { recoverFile } from "../../src/cli/mcap/recover_file.ts";
import { progressText, WorkProgress } from "../../src/cli/mcap/work_progress.ts";
import { McapReader, McapWriter } from "../../src/mcap/mod.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { findProgram, type NeededProgram, testWith } from "../support/needed_programs.ts";
import { Program, type ProgramEnd } from "../support/program.ts";
import { commandOf, runCli, startCli } from "./fixture.ts";
import { messagesOf, type RecordedMessage, RecordingFolder, START } from "./recordings.ts";

const BASH: NeededProgram = { path: findProgram("bash"), missing: "no bash on the PATH; apt-get install bash" };

/** The data of a message or an attachment. */
const ONE = Uint8Array.of(1);

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

Deno.test("mcap recover and merge count one of each", async () => {
  await using folder = await RecordingFolder.create();
  const path = folder.file("drive.mcap");
  const writer = await McapWriter.open(path);
  writer.write({ channelId: writer.addChannel({ topic: "/odom", messageEncoding: "json" }), logTime: 1n, data: ONE });
  writer.addAttachment({ name: "map", mediaType: "image/png", data: ONE, logTime: 1n });
  writer.addMetadata({ name: "robot", metadata: {} });
  await writer.close();
  const target = folder.file("whole.mcap");
  const recovered = await runMcap(folder, "recover", path, "-o", target);
  assertEquals(recovered.lines, [`Recovered 1 message to ${target}, with 1 attachment and 1 metadata record`]);
  const merged = await runMcap(folder, "merge", path, "-o", target, "--force");
  assertEquals(merged.lines, [`Wrote 1 message to ${target}`]);
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
  assertStringIncludes(stderr, "foxglove-ws mcap recover: data was lost: ");
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
  const depths = async () => {
    await using reader = await McapReader.open(target);
    const key = "foxglove-ws.latchDepth";
    return Object.fromEntries([...reader.channels.values()].map(({ topic, metadata }) => [topic, metadata.get(key)]));
  };
  // The recording begins at 1 s.
  const rest = ["/odom 4 4 7", "/map 6 6 8", "/odom 8 8 9"];
  assertEquals(await cut(), ["/tf_static 4 0 4", "/map 4 1 2", "/map 4 2 3", ...rest]);
  assertEquals(await depths(), { "/tf_static": undefined, "/map": "2", "/odom": undefined });
  assertEquals(await cut("--latch", "/room*"), ["/room 4 0 5", "/map 4 1 2", "/map 4 2 3", ...rest]);
  // A player knows the topics that are latched by default, and those that say it.
  assertEquals(await depths(), { "/map": "2", "/room": "1", "/odom": undefined });
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
      `foxglove-ws mcap ${action}: "${target}" exists; --force replaces it\n`,
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
  assertEquals(csv.lines, ["log_time,x", `${START + 1_000_000_000n},1.5`, `${START + 3_000_000_000n},3`]);
  const field = await runMcap(folder, "cat", path, "--topic", "/odom", "--field", "x");
  assertEquals(field.lines, ["1.5", "3"]);
});

Deno.test("mcap cat prints several files in the order of time", async () => {
  await using folder = await RecordingFolder.create();
  const one = await folder.write("one.mcap", [["/odom", 1], ["/odom", 3]]);
  const two = await folder.write("two.mcap", [["/odom", 2], ["/odom", 4]]);
  const { code, lines, stderr } = await runMcap(folder, "cat", one, two, "--topic", "/odom", "--field", "x");
  assertEquals([code, lines, stderr], [0, ["1", "2", "3", "4"], ""]);
});

Deno.test("mcap cat --csv has no two columns with the same name", async () => {
  await using folder = await RecordingFolder.create();
  const path = await folder.write("drive.mcap", [["/odom", 1, { log_time: 5, timestamp: 6 }]]);
  const { lines } = await runMcap(folder, "cat", path, "--csv");
  assertEquals(lines[0], "message_log_time,log_time,timestamp");
});

for (const action of ["cat", "cut"]) {
  Deno.test(`mcap ${action} rejects topics that the file does not have, and notes some of several`, async () => {
    await using folder = await RecordingFolder.create();
    const path = await folder.write("drive.mcap", [...messagesOf("/battery", 3), ...messagesOf("/odom", 2)]);
    const output = action === "cut" ? ["-o", folder.file("out.mcap")] : ["--json"];
    const none = await runMcap(folder, action, path, ...output, "--topic", "/batery");
    assertEquals([none.code, none.lines], [1, []]);
    assertEquals(
      none.stderr,
      `foxglove-ws mcap ${action}: the file has no topic "/batery"; did you mean "/battery"?\n`,
    );
    assertEquals(await namesIn(folder), ["drive.mcap"]);
    const unlike = await runMcap(folder, action, path, ...output, "--topic", "/x");
    assertStringIncludes(unlike.stderr, 'the file has no topic "/x"; it has "/battery" and "/odom"\n');
    const some = await runMcap(folder, action, path, ...output, "--topic", "/batery,/odom,/cam*");
    assertEquals([some.code, some.lines.length], [0, action === "cut" ? 1 : 2]);
    assertStringIncludes(some.stderr, 'the file has no topic "/batery"; did you mean "/battery"?\n');
    assertStringIncludes(some.stderr, 'the file has no topic "/cam*"');
  });
}

for (
  const [action, options, reason] of [
    ["cut", ["--start", "4000"], "the start is after the last message"],
    ["cut", ["--end", "0"], "the end is not after the first message"],
    ["cat", ["--start", "4000"], "the start is after the last message"],
  ] as const
) {
  Deno.test(`mcap ${action} ${options.join(" ")} says which times the file has`, async () => {
    await using folder = await RecordingFolder.create();
    const path = await folder.write("drive.mcap", messagesOf("/odom", 4));
    const target = action === "cut" ? ["-o", folder.file("out.mcap")] : [];
    const { code, stderr } = await runMcap(folder, action, path, ...target, ...options);
    const span = "the file has 0.3 s, from 2023-11-14T22:13:20.000Z to 2023-11-14T22:13:20.300Z";
    assertEquals([code, stderr], [1, `foxglove-ws mcap ${action}: ${reason}: ${span}\n`]);
    assertEquals(await namesIn(folder), ["drive.mcap"]);
  });
}

for (const action of ["cut", "merge", "recover"]) {
  testWith(BASH, `mcap ${action} names the file when the disk is full, and removes it`, async (_t, bash) => {
    await using folder = await RecordingFolder.create();
    const value = Array.from({ length: 400 }, () => crypto.randomUUID());
    const messages = messagesOf("/odom", 100).map(([topic, seconds]): RecordedMessage => [topic, seconds, value]);
    const path = await folder.write("drive.mcap", messages);
    const target = folder.file("out.mcap");
    const args = ["mcap", action, path, "-o", target, "--compression", "none"];
    const [deno = "", ...rest] = commandOf(args, { file: folder.path, dir: folder.path });
    const script = `ulimit -f 512; trap "" XFSZ; exec "$0" "$@"`;
    await using program = new Program({ executable: bash }, "-c", script, deno, ...rest);
    const { code, stderr } = await program.ended();
    assertEquals([code, stderr.split("\n").length], [1, 2], stderr);
    assertStringIncludes(stderr, `foxglove-ws mcap ${action}: cannot write "${target}": `);
    assertStringIncludes(stderr, "; the incomplete file was removed\n");
    assertEquals(await namesIn(folder), ["drive.mcap"]);
  });
}

Deno.test("mcap check prints what is wrong with files, and ends with 1", async () => {
  await using folder = await RecordingFolder.create();
  const whole = await folder.write("whole.mcap", messagesOf("/odom", 25));
  const { code, lines, stderr } = await runMcap(folder, "check", whole);
  assertEquals([code, lines, stderr], [0, [`${whole}: whole; 25 messages, 3 chunks`], ""]);
  const broken = await folder.write("broken.mcap", messagesOf("/odom", 25), { compression: "none" });
  const bytes = await Deno.readFile(broken);
  await using reader = await McapReader.open(broken);
  const { chunkStartOffset, chunkLength } = reader.chunkIndexes[1]!;
  bytes[chunkStartOffset + chunkLength - 1]! ^= 1;
  await Deno.writeFile(broken, bytes);
  const both = await runMcap(folder, "check", whole, broken);
  assertEquals([both.code, both.lines.length], [1, 3], both.lines.join("\n"));
  assertEquals(both.lines[1], `${broken}: 1 fault; 15 messages, 3 chunks`);
  assertStringIncludes(both.lines[2]!, `  byte ${chunkStartOffset}: expected the CRC-32 0x`);
  assertEquals(both.stderr, 'foxglove-ws mcap check: 1 file is broken; "mcap recover" may repair it\n');
  const json = await runMcap(folder, "check", broken, "--json");
  const { file, isWhole, messages, findings, moreFindings } = JSON.parse(json.lines[0]!);
  assertEquals([json.code, file, isWhole, messages, findings.length, findings[0].offset, moreFindings], [
    1,
    broken,
    false,
    15,
    1,
    chunkStartOffset,
    0,
  ]);
});

Deno.test("mcap check names a file that cannot be read", async () => {
  await using folder = await RecordingFolder.create();
  const path = await folder.write("drive.mcap", messagesOf("/odom", 4));
  const { promises } = files;
  const { open } = promises;
  promises.open = async (...args) => {
    const file = await open(...args);
    file.read = () => Promise.reject(new Error("Input/output error (os error 5)"));
    return file;
  };
  try {
    const { signal } = new AbortController();
    const invocation = { output: {}, isJson: true, signal, options: {} } as unknown as McapInvocation;
    const text = `"${path}": Input/output error (os error 5)`;
    await assertRejects(() => checkFiles.run([path], invocation), Failure, text);
  } finally {
    promises.open = open;
  }
});

Deno.test("mcap check prints at most 20 faults", async () => {
  await using folder = await RecordingFolder.create();
  const path = await folder.write("drive.mcap", messagesOf("/odom", 300), { compression: "none" });
  await using reader = await McapReader.open(path);
  const bytes = await Deno.readFile(path);
  for (const { chunkStartOffset, chunkLength } of reader.chunkIndexes) bytes[chunkStartOffset + chunkLength - 1]! ^= 1;
  await Deno.writeFile(path, bytes);
  const { lines } = await runMcap(folder, "check", path);
  assertEquals([lines.length, lines[21]], [22, "  and 10 more"]);
});

Deno.test("mcap cat prints what precedes a fault, and ends with 1", async () => {
  await using folder = await RecordingFolder.create();
  const path = await folder.write("drive.mcap", messagesOf("/odom", 40));
  await Deno.truncate(path, (await Deno.stat(path)).size - 900);
  const { code, lines, stderr } = await runMcap(folder, "cat", path, "--json");
  assertEquals([code, lines.length > 0 && lines.length < 40, stderr.split("\n").length], [1, true, 2]);
  assertStringIncludes(stderr, "drive.mcap is broken, and is read up to the fault: Cannot read");
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

async function namesIn({ path }: RecordingFolder): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name);
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

for (
  const [args, expected] of [
    [["show", "FILE"], 'mcap: unknown action "show": use info, check, recover, cut, merge, cat; --help'],
    [["ct", "FILE"], 'mcap: unknown action "ct"; did you mean "cut"? --help'],
    [[], "mcap: the action is missing: use info, check"],
    [["--json"], "mcap: the action is missing: use info, check"],
    [["info"], "mcap info: missing argument: FILE…; --help lists the options"],
    [["cut", "FILE", "/odom", "-o", "x"], 'mcap cut: unexpected argument "/odom"; use --topic /odom'],
    [["cat", "FILE", "/odom"], 'mcap cat: the file "/odom" does not exist; use --topic /odom for a topic'],
    [["info", "FILE", "--start", "1"], 'mcap info: unknown option "--start"'],
    [["merge", "FILE", "-o", "x", "--topic", "/a"], 'mcap merge: unknown option "--topic"'],
    [["cat", "FILE", "--count", "0"], "mcap cat: --count must be at least 1"],
    [["cat", "FILE", "--csv", "--json"], "mcap cat: --csv and --json exclude each other"],
    [["cut", "FILE", "-o", "x", "--compression", "lz4"], "mcap cut: --compression must be zstd or none"],
  ] as const
) {
  Deno.test(`mcap ${args.join(" ")} ends with code 2`, async () => {
    await using folder = await RecordingFolder.create();
    const path = await folder.write("drive.mcap", messagesOf("/odom", 4));
    const { code, lines, stderr } = await runMcap(folder, ...args.map((arg) => arg === "FILE" ? path : arg));
    assertEquals([code, lines, stderr.split("\n").length], [2, [], 2], stderr);
    assertStringIncludes(stderr, `foxglove-ws ${expected}`);
    assertEquals(await namesIn(folder), ["drive.mcap"]);
  });
}

for (const action of ["info", "check", "recover", "cut", "merge", "cat"]) {
  Deno.test(`mcap ${action} explains a file that is missing, or is none, in one line`, async () => {
    await using folder = await RecordingFolder.create();
    const text = folder.file("notes.txt");
    await Deno.writeTextFile(text, "not a recording ".repeat(20));
    const output = ["info", "check", "cat"].includes(action) ? [] : ["-o", folder.file("out.mcap")];
    const none = await runMcap(folder, action, folder.file("none.mcap"), ...output);
    assertEquals([none.code, none.lines, none.stderr], [
      1,
      [],
      `foxglove-ws mcap ${action}: the file "${folder.file("none.mcap")}" does not exist\n`,
    ]);
    const other = await runMcap(folder, action, text, ...output);
    assertEquals([other.code, other.stderr.split("\n").length], [1, 2], other.stderr);
    if (action === "check") assertStringIncludes(other.lines[1] ?? "", "byte 0: expected the magic bytes");
    else assertStringIncludes(other.stderr, `"${text}" is not an MCAP file`);
    assertEquals(await namesIn(folder), ["notes.txt"]);
  });
}

Deno.test("progressText() has the share, the bytes, the rate and the rest", () => {
  assertEquals(progressText(0.25, 10 * 1024 ** 2, 2000), " 25 %   10 MiB   5 MiB/s   6 s left");
  assertEquals(progressText(0, 0, 2000), "  0 %   0 B   0 B/s");
});
