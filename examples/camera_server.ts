// Sends the frames of a camera: a test pattern, the JPEG and PNG files of a folder, or JPEGs from ffmpeg.
//
// --folder needs --allow-read for the folder. --stdin ends with its input, and reads what ffmpeg writes:
//   ffmpeg -i video.mp4 -vf fps=15 -f mjpeg - | deno run --allow-net examples/camera_server.ts --stdin mjpeg
// camera_h264.ts sends H.264, which needs fewer bytes.

import { delay } from "@std/async/delay";
import { FoxgloveServer, runCancellable } from "../mod.ts";
import { CompressedImage } from "../src/schemas/mod.ts";
import { folderFrames, jpegFrames, testPattern } from "./camera_frames.ts";
import { listenOptions, startAndAnnounce } from "./command_line.ts";
import { exitWithUsageError } from "./read_arguments.ts";

if (import.meta.main) {
  const { folder, stdin, fps, ...address } = listenOptions("Sends a test pattern, images or JPEGs from stdin.", {
    folder: { default: "", help: "--folder <path>   send the JPEG and PNG files of a folder, again and again" },
    stdin: { default: "", help: "--stdin <format>  send frames from stdin: mjpeg (JPEGs in a row)" },
    fps: { default: "15", help: "--fps <number>    frames per second, at most 60 (default: 15)" },
  });
  if (!["", "mjpeg"].includes(stdin)) exitWithUsageError(`--stdin is "${stdin}", must be mjpeg`);
  if (folder !== "" && stdin !== "") exitWithUsageError("--folder and --stdin exclude each other");
  const periodMs = 1000 / Number(fps);
  if (!(Number(fps) > 0 && Number(fps) <= 60)) {
    exitWithUsageError(`--fps is "${fps}", must be a number above 0, at most 60`);
  }
  await runCancellable(async (signal) => {
    await using server = new FoxgloveServer({ ...address, name: "example camera server" });
    const camera = server.channel("/camera", CompressedImage);
    await startAndAnnounce(server, signal);
    let dueMs = performance.now();
    for await (const data of frames(folder, stdin, signal)) {
      // The first byte of PNG files is 0x89.
      const format = data[0] === 0x89 ? "png" : "jpeg";
      camera.send({ frame_id: "camera", format, data });
      dueMs = Math.max(dueMs + periodMs, performance.now());
      await delay(dueMs - performance.now(), { signal });
    }
  });
}

function frames(folder: string, stdin: string, signal: AbortSignal): AsyncIterable<Uint8Array> {
  if (stdin === "") return folder === "" ? testPattern() : folderFrames(folder);
  return jpegFrames(Deno.stdin.readable.pipeThrough(new TransformStream(), { signal }));
}
