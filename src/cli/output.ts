// Output: what a command prints, for people or for programs.

import { encodeBase64 } from "../protocol/base64.ts";
import { printable } from "./format/printable.ts";

/** A stream: stdout or stderr. */
export interface TextSink {
  /** Whether a person reads it on a terminal. */
  readonly isTerminal: boolean;
  /** The width of the terminal in columns. */
  readonly columns: number;
  /** The height of the terminal in lines. */
  readonly rows: number;
  /** Writes text, or the bytes of a file. */
  write(data: string | Uint8Array): void;
  /** Resolves when everything was written. */
  drained(): Promise<void>;
}

/** Options of {@linkcode Output}. */
export interface OutputOptions {
  stdout: TextSink;
  stderr: TextSink;
  /** Whether text may have colours. */
  hasColor: boolean;
}

const ESCAPE = "\x1b[";
const STYLES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** Colours that a terminal shows. */
export type StyleName = keyof typeof STYLES;

/** Prints the results of a command on stdout, and remarks on stderr. */
export class Output {
  readonly #stdout: TextSink;
  readonly #stderr: TextSink;
  readonly #hasColor: boolean;
  /** How many lines at the end of the terminal are replaced by the next `refresh()`. */
  #liveLines = 0;

  constructor({ stdout, stderr, hasColor }: OutputOptions) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#hasColor = hasColor && stdout.isTerminal;
  }

  /** Whether a person reads the results on a terminal. */
  get isTerminal(): boolean {
    return this.#stdout.isTerminal;
  }

  /** The width of the terminal in columns, or 80. */
  get columns(): number {
    return this.#stdout.columns;
  }

  /** Prints a line. */
  line(text = ""): void {
    this.#liveLines = 0;
    this.#stdout.write(`${text}\n`);
  }

  /** Prints a value as JSON, in one line: see `toJson()`. */
  json(value: unknown): void {
    this.line(toJson(value));
  }

  /** Writes the bytes of a file. */
  bytes(bytes: Uint8Array): void {
    this.#stdout.write(bytes);
  }

  /** Resolves when all results were written. Commands that print much wait for it, because a pipe may be slow. */
  drained(): Promise<void> {
    return this.#stdout.drained();
  }

  /**
   * Prints a remark on stderr, which is not part of the results. On a terminal, it replaces the lines of `refresh()`,
   * which follow it with the next call.
   */
  note(text: string): void {
    if (this.#liveLines > 0 && this.#stderr.isTerminal) this.#stdout.write(`${this.#toLiveLines()}${ESCAPE}J`);
    this.#liveLines = 0;
    this.#stderr.write(`${text.split("\n").map(printable).join("\n")}\n`);
  }

  /**
   * Prints lines. On a terminal they replace those of the last call, if nothing else was printed since. Longer lines
   * are cut off there, and the last lines are left out if there are more than fit.
   */
  refresh(lines: readonly string[]): void {
    if (!this.isTerminal) {
      for (const line of lines) this.line(line);
      return;
    }
    // The cursor is below the lines. It cannot move up to lines that have left the terminal.
    const maxLines = Math.max(2, this.#stdout.rows - 1);
    const isLong = lines.length > maxLines;
    const shown = isLong ? [...lines.slice(0, maxLines - 1), `… ${lines.length - maxLines + 1} more lines`] : lines;
    const text = shown.map((line) => `${cutStyled(line, this.columns)}${ESCAPE}K\n`).join("");
    this.#stdout.write(`${this.#toLiveLines()}${text}${ESCAPE}J`);
    this.#liveLines = shown.length;
  }

  /** Returns the control sequence that moves the cursor to the first line of the last `refresh()`. */
  #toLiveLines(): string {
    return `${this.#liveLines > 0 ? `${ESCAPE}${this.#liveLines}A` : ""}\r`;
  }

  /** Returns the text in a colour, if the output has colours. */
  style(name: StyleName, text: string): string {
    return this.#hasColor ? `${ESCAPE}${STYLES[name]}m${text}${ESCAPE}0m` : text;
  }
}

/**
 * Returns a value as JSON. Integers of 64 bits, `NaN` and infinite numbers become text, and bytes base64, as in the
 * JSON form of protobuf.
 */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => {
    if (typeof each === "bigint" || typeof each === "number" && !Number.isFinite(each)) return `${each}`;
    return each instanceof Uint8Array ? encodeBase64(each) : each;
  });
}

/** Returns the beginning of a line with colours that takes this many columns. */
function cutStyled(line: string, columns: number): string {
  let width = 0;
  let result = "";
  // deno-lint-ignore no-control-regex -- these sequences begin with the control character for escapes
  for (const part of line.split(/(\x1b\[\d*m)/)) {
    if (part.startsWith("\x1b")) {
      result += part;
      continue;
    }
    const rest = columns - width;
    result += part.length > rest ? `${part.slice(0, Math.max(0, rest - 1))}${rest > 0 ? "…" : ""}` : part;
    width += Math.min(part.length, rest);
  }
  return result;
}
