// Runs examples as separate programs, like users do.

import { IMPORT_MAP } from "./import_map.ts";
import { FFMPEG } from "./needed_programs.ts";
import { Program } from "./program.ts";

/** A running example and the URL that it printed. */
export interface RunningExample extends AsyncDisposable {
  program: Program;
  url: string;
}

const PERMISSIONS = ["--allow-net", "--allow-read", "--allow-sys=cpus,systemMemoryInfo"];
/** Of single examples. Deno prints a warning if the program of `--allow-run` is missing. */
const OWN_PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  "camera_h264.ts": FFMPEG.path === undefined ? [] : ["--allow-run=ffmpeg"],
  "recording_server.ts": ["--allow-write"],
  "relay_server.ts": ["--allow-env"],
};

/** Returns a folder that is removed after the tests, because the default is in the current folder. */
function recordingFolder(): string {
  const path = Deno.makeTempDirSync();
  addEventListener("unload", () => Deno.removeSync(path, { recursive: true }));
  return path;
}

/** Runs an example with these arguments. */
export function runExample(name: string, ...args: string[]): Program {
  return new Program(...commandOf(name, args));
}

/** Runs an example that reads what the test writes. */
export function runExampleWithStdin(name: string, ...args: string[]): Program {
  return new Program({ hasStdin: true }, ...commandOf(name, args));
}

function commandOf(name: string, args: readonly string[]): string[] {
  const file = new URL(`../../examples/${name}`, import.meta.url).href;
  const own = name === "recording_server.ts" && !args.includes("--folder") ? ["--folder", recordingFolder()] : [];
  return [...PERMISSIONS, ...OWN_PERMISSIONS[name] ?? [], ...IMPORT_MAP, file, ...own, ...args];
}

/** Runs an example, by default on a free port, and waits until it listens. */
export async function startExample(name: string, port = "0"): Promise<RunningExample> {
  const program = runExample(name, "--port", port);
  const url = (await program.line()).replace("Listening on ", "");
  await readToStart(program);
  return { program, url, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}

/** Reads the addresses that an example prints at its start. */
export async function readToStart(program: Pick<Program, "line">): Promise<void> {
  while (await program.line() !== "Press Ctrl-C to stop.");
}
