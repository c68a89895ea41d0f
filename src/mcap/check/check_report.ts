// McapCheckReport: what is in a file, and what is wrong with it.

import type { McapError } from "../records/mcap_error.ts";

/** A fault of a file. */
export interface McapFinding {
  /** Where it is, in bytes from the start of the file. */
  readonly offset: number;
  /** What is wrong, such as `expected the CRC-32 0x1 of the chunk, found 0x2`. */
  readonly problem: string;
}

/** What is in a file, and what is wrong with it. */
export interface McapCheckReport {
  /** How many messages were read. */
  readonly messages: number;
  /** How many chunks were read. */
  readonly chunks: number;
  /** How many attachments were read. */
  readonly attachments: number;
  /** How many metadata records were read. */
  readonly metadata: number;
  /** The size of the file, in bytes. */
  readonly bytes: number;
  /** How many messages have an earlier log time than one before them, which the format allows. */
  readonly lateMessages: number;
  /** The faults, in the order in which they were found. Empty: the file is whole. */
  readonly findings: readonly McapFinding[];
  /** How many more faults there are. */
  readonly moreFindings: number;
}

/** More faults are only counted. */
const MAX_FINDINGS = 100;

/** Collects faults. */
export class Findings {
  readonly #list: McapFinding[] = [];
  #count = 0;

  /** The first faults. */
  get list(): readonly McapFinding[] {
    return this.#list;
  }

  /** How many faults were found. */
  get count(): number {
    return this.#count;
  }

  /** Adds a fault. */
  add(offset: number, problem: string): void {
    this.#count += 1;
    if (this.#list.length < MAX_FINDINGS) this.#list.push({ offset, problem });
  }

  /** Adds the fault of an error. */
  addError({ message, offset }: McapError): void {
    this.add(offset, message.replace("Cannot read the MCAP file: ", "").replace(/ at byte \d+$/, ""));
  }

  /** Adds a fault unless both values are equal. Lists of values are in braces, so that texts name them. */
  expectEqual(
    offset: number,
    what: string,
    values: Readonly<Record<string, readonly [expected: unknown, found: unknown]>>,
  ): void {
    for (const [name, [expected, found]] of Object.entries(values)) {
      if (expected !== found) this.add(offset, `expected ${name} ${expected} in ${what}, found ${found}`);
    }
  }
}
