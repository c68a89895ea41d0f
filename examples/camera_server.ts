// Sends the frames of a camera: a test pattern, the JPEG and PNG files of a folder, or a video from ffmpeg.
//
// --folder needs --allow-read for the folder. --stdin ends with its input, and reads what ffmpeg writes:
//   ffmpeg -i video.mp4 -vf fps=15 -f mjpeg - | deno run --allow-net examples/camera_server.ts --stdin mjpeg
//   ffmpeg -i video.mp4 -vf fps=15 -c:v libx264 -bf 0 -g 15 -x264-params aud=1 -f h264 - | … --stdin h264
// H.264 becomes foxglove.CompressedVideo: Annex B, one frame per message, no B-frames (-bf 0), and a key frame with
// its parameter sets each second (-g 15), at which apps start to show it. aud=1 marks where frames begin.

import { delay } from "@std/async/delay";
import { FoxgloveServer, runCancellable } from "../mod.ts";
import { CompressedImage, CompressedVideo } from "../src/schemas/mod.ts";
import { folderFrames, h264Length, jpegLength, streamFrames, testPattern } from "./camera_frames.ts";
import { listenOptions, startAndAnnounce } from "./command_line.ts";
import { exitWithUsageError } from "./read_arguments.ts";

if (import.meta.main) {
  const { folder, stdin, fps, ...address } = listenOptions("Sends a test pattern, images or a video.", {
    folder: { default: "", help: "--folder <path>   send the JPEG and PNG files of a folder, again and again" },
    stdin: { default: "", help: "--stdin <format>  send frames from stdin: mjpeg (JPEGs in a row) or h264" },
    fps: { default: "15", help: "--fps <number>    frames per second, at most 60 (default: 15)" },
  });
  if (!["", "mjpeg", "h264"].includes(stdin)) exitWithUsageError(`--stdin is "${stdin}", must be mjpeg or h264`);
  if (folder !== "" && stdin !== "") exitWithUsageError("--folder and --stdin exclude each other");
  const periodMs = 1000 / Number(fps);
  if (!(Number(fps) > 0 && Number(fps) <= 60)) {
    exitWithUsageError(`--fps is "${fps}", must be a number above 0, at most 60`);
  }
  await runCancellable(async (signal) => {
    await using server = new FoxgloveServer({ ...address, name: "example camera server" });
    const camera = stdin === "h264"
      ? server.channel("/camera", CompressedVideo)
      : server.channel("/camera", CompressedImage);
    await startAndAnnounce(server, signal);
    let dueMs = performance.now();
    for await (const data of frames(folder, stdin, signal)) {
      // The first byte of PNG files is 0x89.
      const format = stdin === "h264" ? "h264" : data[0] === 0x89 ? "png" : "jpeg";
      camera.send({ frame_id: "camera", format, data });
      dueMs = Math.max(dueMs + periodMs, performance.now());
      await delay(dueMs - performance.now(), { signal });
    }
  });
}

function frames(folder: string, stdin: string, signal: AbortSignal): AsyncIterable<Uint8Array> {
  if (stdin === "") return folder === "" ? testPattern() : folderFrames(folder);
  const stream = Deno.stdin.readable.pipeThrough(new TransformStream(), { signal });
  return streamFrames(stream, stdin === "h264" ? h264Length : jpegLength);
}
