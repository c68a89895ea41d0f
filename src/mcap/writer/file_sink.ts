// openFileSink(): creates the file of a recording.

import { type OutputFile, PLATFORM } from "../../platform.ts";
import type { OpenSink } from "./sink.ts";
import type { ResolvedWriterOptions } from "./writer_options.ts";

/**
 * Creates a file. `flush()` waits until its bytes are on the disk.
 *
 * @throws {TypeError} If the URL is not a `file:` URL.
 * @throws {Error} If the file cannot be created. The `code` is `"EEXIST"` if it exists.
 */
export async function openFileSink(
  path: string | URL,
  { overwrite, synchronous }: Pick<ResolvedWriterOptions, "overwrite" | "synchronous">,
): Promise<OpenSink> {
  if (path instanceof URL && path.protocol !== "file:") {
    throw new TypeError(`Cannot write MCAP to ${path}: only file: URLs are supported`);
  }
  const file = await create(path, overwrite);
  const close = () => file.close();
  return {
    returnsBytes: true,
    write: (bytes) => synchronous ? writeAllSync(file, bytes) : writeAll(file, bytes),
    flush: () => file.sync(),
    close,
    abort: close,
  };
}

async function writeAll(file: OutputFile, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await file.write(rest));
}

function writeAllSync(file: OutputFile, bytes: Uint8Array): void {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(file.writeSync(rest));
}

async function create(path: string | URL, overwrite: boolean): Promise<OutputFile> {
  try {
    return await PLATFORM.createFile(path, overwrite);
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== "EEXIST") throw cause;
    const text = `Cannot create ${path}: the file exists; the option "overwrite" replaces it`;
    throw Object.assign(new Error(text, { cause }), { code: "EEXIST" });
  }
}
