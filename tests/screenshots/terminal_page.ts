// terminalPage(): a web page that looks like a terminal.

import type { StyledText } from "./terminal_screen.ts";

/** A command line and what it printed. */
export interface RanCommand {
  command: string;
  lines: readonly (readonly StyledText[])[];
}

/** The width of the terminal. */
export const COLUMNS = 80;

/** The declarations of each style of the command line. */
const STYLES: Readonly<Record<number, string>> = {
  1: "font-weight: bold; color: #fff",
  2: "color: #8b949e",
  31: "color: #ff7b72",
  32: "color: #56d364",
  33: "color: #e3b341",
  36: "color: #56d4dd",
};

/** Returns a page whose element `main` shows the commands on a terminal. */
export function terminalPage(commands: readonly RanCommand[]): string {
  const blocks = commands.map(({ command, lines }) =>
    [`<span class="prompt">$</span> <b>${escapeText(command)}</b>`, ...lines.map(lineOf)].join("\n")
  );
  const styles = Object.entries(STYLES).map(([style, css]) => `.s${style} { ${css} }`).join("\n");
  return `<!doctype html><meta charset="utf-8"><style>
body { margin: 0; background: #fff }
main { display: inline-block; padding: 14px 18px; background: #0d1117; color: #d6dde4 }
pre { margin: 0; width: ${COLUMNS}ch; font: 14px/1.4 "DejaVu Sans Mono", Menlo, Consolas, monospace }
.prompt { color: #56d364 }
b { color: #fff }
${styles}
</style><main><pre>${blocks.join("\n\n")}</pre></main>`;
}

function lineOf(texts: readonly StyledText[]): string {
  return texts.map(({ text, style }) => style === 0 ? escapeText(text) : styled(text, style)).join("");
}

function styled(text: string, style: number): string {
  if (!(style in STYLES)) throw new Error(`Cannot show output: unknown style ${style}`);
  return `<span class="s${style}">${escapeText(text)}</span>`;
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
