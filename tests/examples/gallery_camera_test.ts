// camera_server.ts, its sources of frames, and its layout.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertStringIncludes } from "@std/assert/string-includes";
import { h264Length, jpegLength, streamFrames } from "../../examples/camera_frames.ts";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { CompressedImage, CompressedVideo, encodePng } from "../../src/schemas/mod.ts";
import { runExample, startExample } from "../support/example.ts";
import { assertChannels, assertLayout } from "../support/gallery.ts";
import { IMPORT_MAP } from "../support/import_map.ts";
import { lines } from "../support/program.ts";
import { PROJECT } from "../support/project_files.ts";

const TOPICS = ["/camera"];
const bytes = (...values: number[]) => Uint8Array.from(values);

/** A JPEG with a segment that contains another JPEG, a stuffed 0xff, a restart marker and `id` in its image data. */
function jpeg(id: number): Uint8Array {
  const exif = [0xff, 0xe1, 0, 8, 0xff, 0xd8, 1, 2, 0xff, 0xd9];
  return bytes(0xff, 0xd8, ...exif, 0xff, 0xda, 0, 3, 1, id, 0xff, 0, 0xff, 0xd0, 7, 0xff, 0xff, 0xd9);
}

/** An access unit: a delimiter, and a slice with `id`. Its data contain a 9 that begins no unit. */
function accessUnit(id: number): Uint8Array {
  return bytes(0, 0, 0, 1, 9, 0xf0, 0, 0, 1, 0x65, 9, id);
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function chunked(data: Uint8Array, size: number): ReadableStream<Uint8Array> {
  const count = Math.ceil(data.length / size);
  return ReadableStream.from(Array.from({ length: count }, (_, index) => data.slice(index * size, (index + 1) * size)));
}

/** Runs the example with a pipe as its stdin. */
async function startWithStdin(format: string) {
  const file = new URL("examples/camera_server.ts", PROJECT).href;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-net", ...IMPORT_MAP, file, "--port", "0", "--stdin", format, "--fps", "60"],
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = lines(child.stdout);
  const url = String((await output.next()).value).replace("Listening on ", "");
  const stdin = child.stdin.getWriter();
  return {
    url,
    write: (data: Uint8Array<ArrayBuffer>) => stdin.write(data),
    closeStdin: () => stdin.close(),
    kill: () => child.kill("SIGINT"),
    async ended() {
      const [{ code }, stderr] = await Promise.all([child.status, child.stderr.text(), Array.fromAsync(output)]);
      return { code, stderr };
    },
    async [Symbol.asyncDispose]() {
      // The program has ended, except if the test has failed.
      await Promise.allSettled([stdin.close()]);
      try {
        child.kill("SIGKILL");
      } catch {
        // The program has already exited.
      }
      await child.status;
    },
  };
}

for (const size of [1, 2, 3, 7, 1000]) {
  Deno.test(`streamFrames() splits JPEGs and H.264 that arrive in chunks of ${size} bytes`, async () => {
    const jpegs = [1, 2, 3].map(jpeg);
    // The last one is incomplete.
    const stream = concat([...jpegs, jpeg(4).subarray(0, -1)]);
    assertEquals(await Array.fromAsync(streamFrames(chunked(stream, size), jpegLength)), jpegs);
    // The end of a unit is known when the next one begins.
    const units = [1, 2, 3].map(accessUnit);
    const frames = await Array.fromAsync(streamFrames(chunked(concat(units), size), h264Length));
    assertEquals(frames, units.slice(0, 2));
  });
}

Deno.test("streamFrames() rejects a stream that does not consist of JPEGs", async () => {
  const frames = streamFrames(chunked(bytes(1, 2, 3), 2), jpegLength);
  await assertRejects(() => Array.fromAsync(frames), TypeError, "does not consist of JPEGs");
});

Deno.test("camera_server.ts sends a test pattern that moves, as PNG files", async () => {
  await using example = await startExample("camera_server.ts");
  await using client = await FoxgloveClient.connect(example.url);
  await assertChannels(client, TOPICS);
  await assertLayout("camera", client);
  const images = new Set<string>();
  for await (const { value: { format, frame_id, data } } of client.subscribe("/camera", CompressedImage)) {
    assertEquals([format, frame_id], ["png", "camera"]);
    assertEquals(data.subarray(1, 4), new TextEncoder().encode("PNG"));
    const size = new DataView(data.buffer, data.byteOffset, data.length);
    assertEquals([size.getUint32(16), size.getUint32(20)], [320, 240]);
    if (images.add(data.toBase64()).size === 3) break;
  }
});

Deno.test("camera_server.ts --folder sends the images of a folder in the order of their names, again and again", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const png = await encodePng({ width: 1, height: 1, data: bytes(7) });
    await Deno.writeFile(`${folder}/b.png`, png);
    await Deno.writeFile(`${folder}/a.JPG`, jpeg(1));
    await Deno.writeTextFile(`${folder}/c.txt`, "not an image");
    await using program = runExample("camera_server.ts", "--port", "0", "--folder", folder, "--fps", "60");
    const url = (await program.line()).replace("Listening on ", "");
    await using client = await FoxgloveClient.connect(url);
    const received: { format: string; data: Uint8Array }[] = [];
    for await (const { value: { format, data } } of client.subscribe("/camera", CompressedImage)) {
      if (received.length === 0 && format === "png") continue;
      if (received.push({ format, data: data.slice() }) === 3) break;
    }
    const expected = [{ format: "jpeg", data: jpeg(1) }, { format: "png", data: png as Uint8Array }];
    assertEquals(received, [...expected, expected[0]!]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("camera_server.ts --folder reports a folder without images", async () => {
  const folder = await Deno.makeTempDir();
  await using program = runExample("camera_server.ts", "--port", "0", "--folder", folder);
  const { code, stderr } = await program.ended();
  assertEquals(code, 1);
  assertStringIncludes(stderr, `"${folder}" has no JPEG and no PNG files`);
  await Deno.remove(folder);
});

/** Enough of them to outlast the connection of a client: they are sent at 60 a second. */
function repeated(frames: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return concat(Array.from({ length: 300 }, () => frames).flat());
}

Deno.test("camera_server.ts --stdin mjpeg sends each JPEG, and ends on Ctrl-C while its input is open", async () => {
  const frames = [1, 2, 3].map(jpeg);
  await using program = await startWithStdin("mjpeg");
  await program.write(repeated(frames));
  await using client = await FoxgloveClient.connect(program.url);
  const received: Uint8Array[] = [];
  for await (const { value: { format, data } } of client.subscribe("/camera", CompressedImage)) {
    assertEquals(format, "jpeg");
    if (received.push(data.slice()) === 3) break;
  }
  const first = frames.findIndex((frame) => frame.toBase64() === received[0]?.toBase64());
  assertEquals(received, [0, 1, 2].map((index) => frames[(first + index) % 3]!));
  program.kill();
  assertEquals(await program.ended(), { code: 0, stderr: "" });
});

Deno.test("camera_server.ts --stdin h264 sends one access unit per message, as CompressedVideo", async () => {
  await using program = await startWithStdin("h264");
  await program.write(repeated([accessUnit(5)]));
  await using client = await FoxgloveClient.connect(program.url);
  await assertChannels(client, TOPICS);
  for await (const { value: { format, frame_id, data } } of client.subscribe("/camera", CompressedVideo)) {
    assertEquals([format, frame_id, data], ["h264", "camera", accessUnit(5)]);
    break;
  }
  program.kill();
  assertEquals(await program.ended(), { code: 0, stderr: "" });
});

Deno.test("camera_server.ts --stdin ends with its input", async () => {
  await using program = await startWithStdin("mjpeg");
  await program.write(concat([1, 2].map(jpeg)));
  await program.closeStdin();
  assertEquals(await program.ended(), { code: 0, stderr: "" });
});

for (
  const [args, text] of [
    [["--fps", "0"], '--fps is "0", must be'],
    [["--fps", "61"], '--fps is "61", must be'],
    [["--fps", "fast"], '--fps is "fast", must be'],
    [["--stdin", "vp9"], '--stdin is "vp9", must be mjpeg or h264'],
    [["--stdin", "mjpeg", "--folder", "images"], "--folder and --stdin exclude each other"],
  ] as const
) {
  Deno.test(`camera_server.ts ${args.join(" ")} reports the invalid argument in one line`, async () => {
    await using program = runExample("camera_server.ts", ...args);
    const { code, lines, stderr } = await program.ended();
    assertEquals([code, lines, stderr], [2, [], `${stderr.split("\n")[0]}\n`]);
    assertStringIncludes(stderr, text);
  });
}

Deno.test("camera_server.ts --help lists its own options", async () => {
  await using program = runExample("camera_server.ts", "--help");
  const { lines } = await program.ended();
  for (const option of ["--folder", "--stdin", "--fps"]) assertStringIncludes(lines.join("\n"), `  ${option} <`);
});
