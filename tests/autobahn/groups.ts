// The groups of Autobahn's cases.

/** A group of cases. */
export interface Group {
  /** The number before the first dot of the ids of its cases. */
  number: number;
  title: string;
  /** How many cases it has in the installed version. */
  cases: number;
  /**
   * Whether a run without the option `--groups` includes it.
   *
   * @default {true}
   */
  isDefault?: boolean;
}

/** The groups of Autobahn 25.10.1 that have cases, in order of their numbers. */
export const GROUPS: readonly Group[] = [
  { number: 1, title: "Framing", cases: 16 },
  { number: 2, title: "Pings and pongs", cases: 11 },
  { number: 3, title: "Reserved bits", cases: 7 },
  { number: 4, title: "Opcodes", cases: 10 },
  { number: 5, title: "Fragmentation", cases: 20 },
  { number: 6, title: "UTF-8", cases: 145 },
  { number: 7, title: "Close handshake", cases: 37 },
  { number: 9, title: "Large and many messages", cases: 54 },
  { number: 10, title: "Fragments sent automatically", cases: 1 },
  // These take several minutes.
  { number: 12, title: "Compression: payloads", cases: 90, isDefault: false },
  { number: 13, title: "Compression: parameters", cases: 126, isDefault: false },
];
