// camera_h264.ts: its parser of H.264, and what it sends of the videos that ffmpeg encodes.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertStringIncludes } from "@std/assert/string-includes";
import { delay } from "@std/async/delay";
import { h264Frames } from "../../examples/h264_frames.ts";
import { ConnectionClosedError, FoxgloveClient } from "../../src/client/mod.ts";
import { CompressedVideo } from "../../src/schemas/mod.ts";
import { runExample, runExampleWithStdin, startExample } from "../support/example.ts";
import { assertChannels, assertLayout } from "../support/gallery.ts";
import { IMPORT_MAP } from "../support/import_map.ts";
import { FFMPEG, testWith } from "../support/needed_programs.ts";
import { Program, type ProgramOptions } from "../support/program.ts";
import { PROJECT } from "../support/project_files.ts";
import { chunksOf } from "../websocket/read_frames.ts";

const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(" ", ""));
const concat = (parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

/** Frames as encoders write them: the name, the bytes, and whether it is a key frame. */
const FRAMES: readonly (readonly [string, Uint8Array, boolean])[] = [
  // Parameter sets (67, 68), other information (06), a key frame's slice (65) with the first macroblock (8…).
  ["a key frame with parameter sets", hex("00000001 67 42 00  000001 68 ce  000001 06 05  000001 65 88 84"), true],
  ["a frame of one slice", hex("00000001 41 9a 01"), false],
  // 5a and 4b: the address of the first macroblock is not 0.
  ["a frame of three slices", hex("000001 41 9a 01  000001 41 5a 02  00000001 41 4b 03"), false],
  [
    "a frame after a delimiter, with a 1 that begins nothing",
    hex("00000001 09 30  000001 41 9a 01 41 00 01 9a"),
    false,
  ],
  ["a key frame without parameter sets, of two slices", hex("000001 65 88 80  000001 65 44"), true],
  // Parts of a divided slice (42, 43, 44). The latter two begin with the number of the slice.
  ["a frame of a divided slice", hex("000001 42 9a 01  000001 43 80 02  000001 44 80 03"), false],
  ["a frame with an end of sequence", hex("000001 41 9a 07  000001 0a 00"), false],
  ["a frame that ends with the stream", hex("00000001 41 9a 08"), false],
];

for (const size of [1, 2, 3, 4, 5, 7, 1000]) {
  Deno.test(`h264Frames() splits a stream that arrives in chunks of ${size} bytes`, async () => {
    const stream = concat(FRAMES.map(([, data]) => data));
    const frames = await Array.fromAsync(h264Frames(ReadableStream.from(chunksOf(stream, size))));
    const actual = frames.map(({ data, isKeyFrame }, index) => [FRAMES[index]?.[0], data.toHex(), isKeyFrame]);
    assertEquals(actual, FRAMES.map(([name, data, isKeyFrame]) => [name, data.toHex(), isKeyFrame]));
  });
}

Deno.test("h264Frames() drops bytes before the first start code, and frames without a slice", async () => {
  const frame = hex("00000001 41 9a 01");
  const split = (stream: Uint8Array<ArrayBuffer>) => Array.fromAsync(h264Frames(ReadableStream.from([stream])));
  assertEquals(await split(concat([hex("ff ff 01 02"), frame])), [{ data: frame, isKeyFrame: false }]);
  assertEquals(await split(hex("00000001 67 42 00")), []);
  assertEquals(await split(hex("")), []);
});

/** Decodes H.264 to one byte for each pixel. */
const TO_PIXELS = ["-f", "h264", "-i", "-", "-f", "rawvideo", "-pix_fmt", "gray", "-"];

/** Runs ffmpeg or ffprobe with these bytes as its stdin, and returns its stdout. */
async function runTool(path: string, args: readonly string[], input: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const process = new Deno.Command(path, { args: ["-loglevel", "error", ...args], stdin: "piped", stdout: "piped" })
    .spawn();
  const written = ReadableStream.from([input]).pipeTo(process.stdin);
  const [{ success, stdout }] = await Promise.all([process.output(), written]);
  assertEquals(success, true);
  return stdout;
}

/** Receives frames from the first key frame on. */
async function receive(url: string, count: number): Promise<Uint8Array[]> {
  await using client = await FoxgloveClient.connect(url, { reconnect: false });
  const frames: Uint8Array[] = [];
  for await (const { value: { format, frame_id, data } } of client.subscribe("/camera", CompressedVideo)) {
    assertEquals([format, frame_id], ["h264", "camera"]);
    if (frames.length === 0 && !isKeyFrame(data)) continue;
    if (frames.push(data.slice()) === count) break;
  }
  return frames;
}

/** Whether a frame begins with the parameter sets SPS and PPS, and has a slice of a key frame. */
function isKeyFrame(data: Uint8Array): boolean {
  return /^0000000167.*00000168.*00000165/.test(data.toHex());
}

testWith(FFMPEG, "camera_h264.ts sends a video that ffmpeg decodes to as many frames", async (_t, path) => {
  await using example = await startExample("camera_h264.ts");
  const frames = await receive(example.url, 75);
  const video = concat(frames);

  // A key frame each second, at 30 frames a second.
  assertEquals(frames.flatMap((data, index) => isKeyFrame(data) ? [index] : []), [0, 30, 60]);
  const pixels = await runTool(path, TO_PIXELS, video);
  assertEquals(pixels.length / (640 * 360), 75);
  // Each picture differs from the one before: the pattern moves.
  const pictures = chunksOf(Uint8Array.from(pixels), 640 * 360);
  assertEquals(new Set(pictures.map((picture) => picture.toHex())).size, 75);

  // ffmpeg splits the stream in the same way, and finds no B-frames.
  const probe = path.replace(/ffmpeg(?=(\.exe)?$)/, "ffprobe");
  const show = (entries: string) => ["-f", "h264", "-i", "-", "-show_entries", entries, "-of", "csv=p=0"];
  const text = async (entries: string) => new TextDecoder().decode(await runTool(probe, show(entries), video));
  const sizes = (await text("packet=size")).match(/\d+/g)?.map(Number);
  assertEquals(sizes, frames.map((data) => data.length));
  assertEquals(
    (await text("frame=pict_type")).match(/[A-Z]/g)?.join(""),
    ["I", "P".repeat(29)].join("").repeat(3).slice(0, 75),
  );
});

testWith(FFMPEG, "camera_h264.ts sends the size of each frame, for a plot", async () => {
  await using example = await startExample("camera_h264.ts");
  await using client = await FoxgloveClient.connect(example.url, { reconnect: false });
  await assertChannels(client, ["/camera", "/frame"]);
  await assertLayout("camera_h264", client);
  // One request for both topics. Between two requests, the server may send a frame, whose size would be missing.
  client.subscribe(() => true, { onMessage: () => {} });
  const videos = client.subscribe("/camera", CompressedVideo);
  const sizes = client.subscribe("/frame").decoded<{ bytes: number; isKeyFrame: boolean }>();
  const keyFrames: boolean[] = [];
  while (!keyFrames.includes(true)) {
    const [{ value: { data } }, { value }] = [(await videos.next()).value!, (await sizes.next()).value!];
    assertEquals(value, { bytes: data.length, isKeyFrame: isKeyFrame(data) });
    keyFrames.push(value.isKeyFrame);
  }
});

/** Receives 12 frames of the example with these options, and asserts that they have 64 x 48 pixels. */
async function assertSmallVideo(ffmpeg: string, program: Program): Promise<void> {
  const frames = await receive((await program.line()).replace("Listening on ", ""), 12);
  const pixels = await runTool(ffmpeg, TO_PIXELS, concat(frames));
  assertEquals(pixels.length / (64 * 48), 12);
}

testWith(FFMPEG, "camera_h264.ts --input encodes a file, and ends with it", async (_t, path) => {
  const folder = await Deno.makeTempDir();
  try {
    const file = `${folder}/a video.mp4`;
    const source = ["-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=6", "-c:v", "mpeg4", "-bf", "2", file];
    await runTool(path, source, new Uint8Array());
    await using program = runExample("camera_h264.ts", "--port", "0", "--input", file);
    await assertSmallVideo(path, program);
    const { code, stderr } = await program.ended();
    assertEquals([code, stderr], [0, ""]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

testWith(FFMPEG, "camera_h264.ts --format names ffmpeg's format of the input", async (_t, path) => {
  const source = ["--format", "lavfi", "--input", "testsrc2=size=64x48:rate=10"];
  await using program = runExample("camera_h264.ts", "--port", "0", ...source);
  await assertSmallVideo(path, program);
});

testWith(FFMPEG, "camera_h264.ts --input ends with ffmpeg's error if ffmpeg cannot read it", async () => {
  await using program = runExample("camera_h264.ts", "--port", "0", "--input", "missing.mp4");
  const { code, stderr } = await program.ended();
  assertEquals(code, 1);
  assertStringIncludes(stderr, "No such file or directory");
});

Deno.test("camera_h264.ts --input stdin sends the frames of stdin as they are, and ends with it", async () => {
  await using program = runExampleWithStdin("camera_h264.ts", "--port", "0", "--input", "stdin");
  const url = (await program.line()).replace("Listening on ", "");
  await using client = await FoxgloveClient.connect(url, { reconnect: false });
  const [key, other] = [FRAMES[0]![1], FRAMES[1]![1]];
  const videos = client.subscribe("/camera", CompressedVideo);
  const first = videos.next();
  let hasFirst = false;
  first.then(() => hasFirst = true);
  // Frames are lost until the server knows the subscriber.
  while (!hasFirst) {
    await program.write(concat([key, other]));
    await delay(10);
  }
  await program.closeStdin();
  const received = [(await first).value!.value.data.toHex()];
  await assertRejects(async () => {
    for await (const { value } of videos) received.push(value.data.toHex());
  }, ConnectionClosedError);
  // They alternate. The last one, which no other frame follows, has arrived too.
  const expected = received.map((_, index) => (received.length - index) % 2 === 0 ? key.toHex() : other.toHex());
  assertEquals(received, expected);
  const { code, stderr } = await program.ended();
  assertEquals([code, stderr], [0, ""]);
});

/** Runs the example without the permissions that tests give it otherwise. Returns its exit code and errors. */
async function fail(options: ProgramOptions, ...permissions: string[]) {
  const file = new URL("examples/camera_h264.ts", PROJECT).href;
  await using program = new Program(options, "--allow-net", ...permissions, ...IMPORT_MAP, file, "--port", "0");
  const { code, stderr } = await program.ended();
  return [code, stderr];
}

testWith(FFMPEG, "camera_h264.ts names a missing permission in one line", async () => {
  assertEquals(await fail({}), [1, "Cannot run ffmpeg: run with --allow-run=ffmpeg\n"]);
});

Deno.test("camera_h264.ts reports in one line that ffmpeg is missing", async () => {
  const expected = [1, "Cannot run ffmpeg: install it\n"];
  assertEquals(await fail({ env: { PATH: "/nowhere" } }, "--allow-run"), expected);
});
