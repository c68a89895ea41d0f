// camera_server.ts, its sources of frames, and its layout.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertStringIncludes } from "@std/assert/string-includes";
import { jpegFrames } from "../../examples/camera_frames.ts";
import { FoxgloveClient } from "../../src/client/mod.ts";
import { CompressedImage, encodePng } from "../../src/schemas/mod.ts";
import { runExample, runExampleWithStdin, startExample } from "../support/example.ts";
import { assertChannels, assertLayout } from "../support/gallery.ts";
import { chunksOf } from "../websocket/read_frames.ts";

const TOPICS = ["/camera"];
const bytes = (...values: number[]) => Uint8Array.from(values);

/** A JPEG with a segment that contains another JPEG, a stuffed 0xff, a restart marker and `id` in its image data. */
function jpeg(id: number): Uint8Array {
  const exif = [0xff, 0xe1, 0, 8, 0xff, 0xd8, 1, 2, 0xff, 0xd9];
  return bytes(0xff, 0xd8, ...exif, 0xff, 0xda, 0, 3, 1, id, 0xff, 0, 0xff, 0xd0, 7, 0xff, 0xff, 0xd9);
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** Runs the example with frames from stdin, and returns its URL too. */
async function startWithStdin() {
  const program = runExampleWithStdin("camera_server.ts", "--port", "0", "--stdin", "mjpeg", "--fps", "60");
  return { program, url: (await program.line()).replace("Listening on ", "") };
}

for (const size of [1, 2, 3, 7, 1000]) {
  Deno.test(`jpegFrames() splits JPEGs that arrive in chunks of ${size} bytes`, async () => {
    const jpegs = [1, 2, 3].map(jpeg);
    // The last one is incomplete.
    const stream = concat([...jpegs, jpeg(4).subarray(0, -1)]);
    assertEquals(await Array.fromAsync(jpegFrames(ReadableStream.from(chunksOf(stream, size)))), jpegs);
  });
}

Deno.test("jpegFrames() rejects a stream that does not consist of JPEGs", async () => {
  const frames = jpegFrames(ReadableStream.from(chunksOf(bytes(1, 2, 3), 2)));
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
  const { program, url } = await startWithStdin();
  await using _program = program;
  await program.write(repeated(frames));
  await using client = await FoxgloveClient.connect(url);
  const received: Uint8Array[] = [];
  for await (const { value: { format, data } } of client.subscribe("/camera", CompressedImage)) {
    assertEquals(format, "jpeg");
    if (received.push(data.slice()) === 3) break;
  }
  const first = frames.findIndex((frame) => frame.toBase64() === received[0]?.toBase64());
  assertEquals(received, [0, 1, 2].map((index) => frames[(first + index) % 3]!));
  program.kill("SIGINT");
  const { code, stderr } = await program.ended();
  assertEquals([code, stderr], [0, ""]);
});

Deno.test("camera_server.ts --stdin ends with its input", async () => {
  const { program } = await startWithStdin();
  await using _program = program;
  await program.write(concat([1, 2].map(jpeg)));
  await program.closeStdin();
  const { code, stderr } = await program.ended();
  assertEquals([code, stderr], [0, ""]);
});

for (
  const [args, text] of [
    [["--fps", "0"], '--fps is "0", must be'],
    [["--fps", "61"], '--fps is "61", must be'],
    [["--fps", "fast"], '--fps is "fast", must be'],
    [["--stdin", "h264"], '--stdin is "h264", must be mjpeg'],
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
