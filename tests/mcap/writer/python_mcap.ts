// readWithPython(): PyPI's mcap reads what our writer has written.

import { PYTHON } from "../../../tools/peers.ts";

/** What the script prints: the members of `Findings`, or only messages. */
export interface PythonFindings {
  readonly messages: readonly string[];
}

/** Reads files. `seeking` uses the indexes, `streaming` does not. Both check the checksums. */
export async function readWithPython(
  how: "seeking" | "streaming",
  files: readonly Uint8Array[],
): Promise<PythonFindings[]> {
  const folder = await Deno.makeTempDir();
  try {
    const paths = files.map((_, index) => `${folder}/${index}.mcap`);
    for (const [index, path] of paths.entries()) await Deno.writeFile(path, files[index]!);
    const args = [`${import.meta.dirname}/read_mcap.py`, how, ...paths];
    const { success, stdout, stderr } = await new Deno.Command(PYTHON, { args }).output();
    if (!success) throw new Error(`Cannot read the files: ${new TextDecoder().decode(stderr)}`);
    return new TextDecoder().decode(stdout).trim().split("\n").map((line) => JSON.parse(line));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
