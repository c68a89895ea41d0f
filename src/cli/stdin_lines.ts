// stdinLines(): the lines that another program writes to this one.

import process from "node:process";

/** Yields the lines of stdin that are not empty, with their numbers. Throws the signal's reason when it aborts. */
export async function* stdinLines(signal: AbortSignal): AsyncGenerator<{ line: string; number: number }> {
  let rest = "";
  let number = 0;
  for await (const chunk of stdinChunks(signal)) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    for (const line of lines) {
      number += 1;
      if (line.trim() !== "") yield { line, number };
    }
  }
  if (rest.trim() !== "") yield { line: rest, number: number + 1 };
}

/**
 * Yields the text of stdin. A loop over the stream itself would not end on Ctrl-C, because a pending read of stdin
 * cannot be cancelled.
 */
async function* stdinChunks(signal: AbortSignal): AsyncGenerator<string> {
  const { stdin } = process;
  const chunks: string[] = [];
  let isEnded = false;
  let error: unknown;
  let wake = () => {};
  const add = (chunk: string) => {
    chunks.push(chunk);
    stdin.pause();
    wake();
  };
  const end = (cause?: unknown) => {
    error = cause;
    isEnded = true;
    wake();
  };
  const abort = () => wake();
  stdin.setEncoding("utf-8");
  stdin.on("data", add).on("end", end).on("error", end);
  signal.addEventListener("abort", abort);
  try {
    while (true) {
      signal.throwIfAborted();
      const chunk = chunks.shift();
      if (chunk !== undefined) {
        yield chunk;
      } else if (isEnded) {
        if (error !== undefined) throw error;
        return;
      } else {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        stdin.resume();
        await promise;
      }
    }
  } finally {
    stdin.pause();
    stdin.off("data", add).off("end", end).off("error", end);
    signal.removeEventListener("abort", abort);
  }
}
