// playKeys(): the keys by which a user controls playback on a terminal.

import process from "node:process";

/** What a key does. */
export type PlayKey = "pause" | "back" | "forward" | "faster" | "slower" | "loop" | "quit";

/** The line that explains the keys. */
export const KEYS_LINE = "space pause   ← → 5 s   + − speed   l loop   q quit";

const KEYS: Readonly<Record<string, PlayKey>> = {
  " ": "pause",
  "\x1b[D": "back",
  "\x1bOD": "back",
  "\x1b[C": "forward",
  "\x1bOC": "forward",
  "+": "faster",
  "=": "faster",
  "-": "slower",
  "−": "slower",
  l: "loop",
  q: "quit",
  // In raw mode, the terminal sends Ctrl-C as a key.
  "\x03": "quit",
};

/** Whether the user can press keys. */
export function hasKeyboard(): boolean {
  return process.stdin.isTTY === true;
}

/** Calls `onKey` for each key that does something, until the result is disposed. */
export function playKeys(onKey: (key: PlayKey) => void): Disposable {
  const { stdin } = process;
  const read = (text: string) => {
    // deno-lint-ignore no-control-regex -- the sequences of keys begin with this character
    for (const [sequence] of text.matchAll(/\x1b[[O][A-Z]|./gsu)) {
      const key = KEYS[sequence];
      if (key) onKey(key);
    }
  };
  stdin.setRawMode(true);
  stdin.setEncoding("utf-8");
  stdin.on("data", read);
  return {
    [Symbol.dispose]() {
      stdin.off("data", read);
      stdin.pause();
      stdin.setRawMode(false);
    },
  };
}
