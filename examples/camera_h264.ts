// Sends H.264 video as foxglove.CompressedVideo. ffmpeg encodes a test pattern, a camera, a file or a network stream:
//   deno run --allow-net --allow-run=ffmpeg examples/camera_h264.ts --format v4l2 --input /dev/video0
// A camera that encodes H.264 itself needs no ffmpeg:
//   rpicam-vid -t 0 --inline --intra 30 -o - | deno run --allow-net examples/camera_h264.ts --input stdin
// Apps need one frame per message in Annex B, no B-frames, and key frames with parameter sets, at which they start.

import { FoxgloveServer, json, runCancellable } from "../mod.ts";
import { CompressedVideo } from "../src/schemas/mod.ts";
import { listenOptions, startAndAnnounce } from "./command_line.ts";
import { h264Frames } from "./h264_frames.ts";

const TEST_PATTERN = "testsrc2=size=640x360:rate=30";

/** A key frame each second, no B-frames, no delay, and colours that every decoder supports. */
const ENCODER = [
  ...["-an", "-c:v", "libx264", "-preset", "veryfast", "-tune", "zerolatency", "-bf", "0", "-pix_fmt", "yuv420p"],
  ...["-force_key_frames", "expr:gte(t,n_forced)", "-f", "h264", "-"],
];

/** Starts ffmpeg. It ends when `signal` aborts. */
function startFfmpeg(input: string, format: string, signal: AbortSignal): Deno.ChildProcess {
  // Devices, which have a format, and network streams have a pace of their own. Files are read as fast as they play.
  const isLive = format !== "" ? format !== "lavfi" : input.includes("://");
  const from = [...isLive ? [] : ["-re"], ...format === "" ? [] : ["-f", format], "-i", input];
  const args = ["-loglevel", "error", "-nostdin", ...from, ...ENCODER];
  try {
    return new Deno.Command("ffmpeg", { args, stdin: "null", stdout: "piped", stderr: "inherit", signal }).spawn();
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound;
    if (!isMissing && !(error instanceof Deno.errors.NotCapable)) throw error;
    console.error(`Cannot run ffmpeg: ${isMissing ? "install it" : "run with --allow-run=ffmpeg"}`);
    Deno.exit(1);
  }
}

if (import.meta.main) {
  const { input, format, ...address } = listenOptions("Sends H.264 video, encoded by ffmpeg.", {
    input: { default: "", help: "--input <url>     ffmpeg's input (default: a test pattern); stdin: H.264 as it is" },
    format: { default: "", help: "--format <name>   ffmpeg's format of a device, such as v4l2 for /dev/video0" },
  });
  await runCancellable(async (signal) => {
    await using server = new FoxgloveServer({ ...address, name: "example H.264 camera" });
    const video = server.channel("/camera", CompressedVideo);
    // Apps plot it: a key frame is several times as large as the others.
    const sizes = server.channel("/frame", json({ example: { bytes: 8000, isKeyFrame: false } }));
    await startAndAnnounce(server, signal);
    const ffmpeg = input === "stdin"
      ? undefined
      : startFfmpeg(input || TEST_PATTERN, input === "" ? "lavfi" : format, signal);
    const stream = ffmpeg?.stdout ?? Deno.stdin.readable.pipeThrough(new TransformStream(), { signal });
    for await (const { data, isKeyFrame } of h264Frames(stream)) {
      video.send({ frame_id: "camera", format: "h264", data });
      sizes.send({ bytes: data.length, isKeyFrame });
    }
    const status = await ffmpeg?.status;
    // ffmpeg has printed the reason.
    if (status?.success === false && !signal.aborted) Deno.exit(1);
  });
}
