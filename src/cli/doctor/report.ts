// Report: prints the findings of doctor, for people or for programs.

import { wrap } from "../format/wrap.ts";
import type { Output, StyleName } from "../output.ts";
import type { CheckName, Finding, Level } from "../../app_checks/finding.ts";

const SYMBOLS: Readonly<Record<Level, readonly [symbol: string, style: StyleName]>> = {
  ok: ["✓", "green"],
  warning: ["!", "yellow"],
  error: ["✗", "red"],
};
/** The columns of the symbol and of the longest name of a check, with the spaces behind both. */
const INDENT = 16;
const MAX_WIDTH = 100;
/** How many warnings of one check a person gets to read. A server may have thousands of channels. */
const MAX_WARNINGS = 10;

/** Prints each finding at once, and counts them. */
export class Report {
  readonly #output: Output;
  readonly #isJson: boolean;
  readonly #counts: Record<Level, number> = { ok: 0, warning: 0, error: 0 };
  readonly #warnings = new Map<CheckName, number>();

  constructor(output: Output, isJson: boolean) {
    this.#output = output;
    this.#isJson = isJson;
  }

  /** The number of errors so far. */
  get errors(): number {
    return this.#counts.error;
  }

  /** How many errors and warnings there are, such as `1 error, 2 warnings`. */
  get summary(): string {
    const { error, warning } = this.#counts;
    return `${error} ${error === 1 ? "error" : "errors"}, ${warning} ${warning === 1 ? "warning" : "warnings"}`;
  }

  /** Prints findings: errors first. */
  add(findings: readonly Finding[]): void {
    for (const finding of findings.toSorted((a, b) => Number(b.level === "error") - Number(a.level === "error"))) {
      this.#counts[finding.level] += 1;
      if (this.#isJson) this.#output.json(finding);
      else if (finding.level === "warning") this.#addWarning(finding);
      else this.#print(finding);
    }
  }

  /** Prints how many warnings `add()` has left out. */
  finish(): void {
    if (this.#isJson) return;
    for (const [check, count] of this.#warnings) {
      const hidden = count - MAX_WARNINGS;
      if (hidden <= 0) continue;
      const rest = `and ${hidden} more ${hidden === 1 ? "warning" : "warnings"}; --json lists all`;
      this.#output.line(`  ${check.padEnd(INDENT - 2)}${rest}`);
    }
  }

  #addWarning(finding: Finding): void {
    const count = (this.#warnings.get(finding.check) ?? 0) + 1;
    this.#warnings.set(finding.check, count);
    if (count <= MAX_WARNINGS) this.#print(finding);
  }

  #print({ check, level, topic, text, cure }: Finding): void {
    const [symbol, style] = SYMBOLS[level];
    const width = Math.min(this.#output.columns, MAX_WIDTH) - INDENT;
    const [first = "", ...rest] = [
      ...wrap(topic === undefined ? text : `${topic}: ${text}`, width),
      ...(cure === undefined ? [] : wrap(`cure: ${cure}`, width)),
    ];
    this.#output.line(`${this.#output.style(style, symbol)} ${check.padEnd(INDENT - 2)}${first}`);
    for (const line of rest) this.#output.line(" ".repeat(INDENT) + line);
  }
}
