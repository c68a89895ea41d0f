/**
 * The command line for live data of robots and devices.
 *
 * ```sh
 * deno run -A jsr:@x/foxglove-ws/cli topics
 * npx @x/foxglove-ws topics
 * ```
 *
 * `--help` lists the commands.
 *
 * @module
 */

import { realpathSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import config from "../../deno.json" with { type: "json" };
import { runCli } from "./cli.ts";
import { COMMANDS } from "./commands/mod.ts";
import { Output, type TextSink } from "./output.ts";

/** The exit code after the second Ctrl-C. */
const INTERRUPTED = 130;
/** One Ctrl-C may arrive several times, from the terminal and from a task runner. In ms. */
const REPEAT_MS = 50;

if (isProgram()) {
  const stopped = new AbortController();
  const stop = () => stopped.abort(new DOMException("The user has stopped the command", "AbortError"));
  let firstAt = -Infinity;
  const interrupt = () => {
    if (stopped.signal.aborted && performance.now() - firstAt > REPEAT_MS) process.exit(INTERRUPTED);
    if (!stopped.signal.aborted) firstAt = performance.now();
    stop();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  let isCut = false;
  const stdout = sinkOf(process.stdout, () => {
    isCut = true;
    stop();
  });
  const output = new Output({
    stdout,
    stderr: sinkOf(process.stderr, () => {}),
    hasColor: !readVariable("NO_COLOR"),
  });
  const code = await runCli(process.argv.slice(2), {
    version: config.version,
    commands: COMMANDS,
    output,
    signal: stopped.signal,
    variable: readVariable,
  });
  await output.drained();
  // The reader of a pipe has ended, for example `head`.
  process.exit(isCut ? 0 : code);
}

/** Whether this module was started as a program. */
function isProgram(): boolean {
  // Node 22.15 has no `import.meta.main`. There, npm starts this file by a link.
  return import.meta.main ?? realPathOf(process.argv[1]) === fileURLToPath(import.meta.url);
}

/** Returns the path without links, or `undefined` if the file does not exist. */
function realPathOf(path = ""): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function sinkOf(stream: typeof process.stdout | typeof process.stderr, onCut: () => void): TextSink {
  stream.on("error", onCut);
  return {
    get isTerminal() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.columns || 80;
    },
    get rows() {
      return stream.rows || 24;
    },
    write: (data) => void stream.write(data),
    drained: () => new Promise((resolve) => stream.write("", () => resolve())),
  };
}

/** Returns a variable, or `undefined` if it is not set or may not be read. */
function readVariable(name: string): string | undefined {
  try {
    return process.env[name];
  } catch {
    return undefined;
  }
}
