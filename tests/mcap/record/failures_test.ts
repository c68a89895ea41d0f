// McapRecorder when a file cannot be written: it says what is saved and what is lost.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { FoxgloveServer } from "../../../mod.ts";
import { McapRecorder } from "../../../src/mcap/record/recorder.ts";
import { RecordingError } from "../../../src/mcap/record/recording_error.ts";
import { Program } from "../../support/program.ts";
import { recordingLogger } from "../../support/test_server.ts";
import { turn } from "../writer/slow_sink.ts";
import { readStream, testWithNpm } from "../writer/npm_mcap.ts";
import { MemorySink } from "../writer/written.ts";
import { ODOM, recordedFile, senderOn, withFolder } from "./recorded.ts";

const LIMITED = new URL("record_within_limit.ts", import.meta.url).href;

/** A sink with room for some bytes. */
class FullSink extends MemorySink {
  room = Infinity;

  override write(bytes: Uint8Array<ArrayBuffer>): void {
    if (bytes.length > this.room) throw Object.assign(new Error("No space left on device"), { code: "ENOSPC" });
    this.room -= bytes.length;
    super.write(bytes);
  }
}

Deno.test("McapRecorder says what it has saved and lost when the disk is full", async () => {
  const sink = new FullSink();
  const { logger, lines } = recordingLogger();
  await using server = new FoxgloveServer({ name: "robot", logger });
  const recorder = await McapRecorder.open(sink, { logger });
  server.addSink(recorder);
  const send = senderOn(server, ODOM);
  for (const text of ["1", "2", "3"]) send(text);
  await recorder.flush();
  sink.room = 10;
  for (const text of ["4", "5"]) send(text);
  const error = await assertRejects(() => recorder.flush(), RecordingError);
  send("6");
  await turn();
  assertEquals([error.savedMessages, error.lostMessages, error.path], [3, 2, undefined]);
  assertEquals((error.cause as { code?: string }).code, "ENOSPC");
  assertEquals([recorder.stats.messages, recorder.stats.drops], [3, 3]);
  const text =
    "Cannot write the recording: No space left on device; it has 3 messages, and 2 messages could not be saved";
  assertEquals(lines, [`error: ${text}. Nothing more is recorded`]);
  for (const promise of [recorder.closed, recorder.flush(), recorder.close(), recorder.close()]) {
    assertEquals(await promise.catch((each: unknown) => each), error);
  }
  assertEquals(recordedFile(sink.bytes()).messages, ["/odom 1 1 1 1", "/odom 2 2 2 2", "/odom 3 3 3 3"]);
  // The server closes it again, and does not fail.
  await server.close();
  assertEquals(sink.calls.filter((call) => call === "close").length, 1);
});

Deno.test("McapRecorder reports a sink that fails at once, or that fails at the end", async () => {
  const fail = () => {
    throw new Error("broken");
  };
  for (const write of [fail, () => Promise.reject(new Error("broken"))]) {
    const early = await McapRecorder.open({ write }, { logger: false });
    await assertRejects(() => early.closed, RecordingError, "broken");
    await assertRejects(() => early.close(), RecordingError, "Cannot write the recording: broken; it has 0 messages");
  }
  const late = await McapRecorder.open({ write() {}, close: () => Promise.reject(new Error("late")) }, {
    logger: false,
  });
  await assertRejects(() => late.close(), RecordingError, "Cannot write the recording: late");
});

Deno.test("FoxgloveServer.close() logs a recorder that has failed, and does not reject", async () => {
  const { logger, lines } = recordingLogger();
  const server = new FoxgloveServer({ name: "robot", logger });
  server.addSink(await McapRecorder.open({ write: () => Promise.reject(new Error("broken")) }, { logger: false }));
  senderOn(server, ODOM)("1");
  await server.close();
  assertEquals(lines.filter((line) => line.includes("broken")).length, 1);
});

testWithNpm("McapRecorder keeps what fits into a file that may not grow", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a.mcap`;
    const command = [Deno.execPath(), "run", "--no-prompt", `--allow-write=${path}`, LIMITED, path];
    // Blocks of 1024 bytes. Without the trap, the system ends the program.
    const script = `trap '' XFSZ; ulimit -f 64; exec "$0" "$@"`;
    await using program = new Program({ executable: "bash" }, "-c", script, ...command);
    const { code, lines, stderr } = await program.ended();
    assertEquals([code, stderr], [0, ""]);
    const { sent, saved, lost, messages, drops } = JSON.parse(lines[0]!);
    const file = readStream(await Deno.readFile(path));
    assertEquals([file.messages.length, file.isWhole, messages], [saved, false, saved]);
    assertEquals([saved + drops, saved > 0, lost > 0], [sent, true, true]);
  });
});
