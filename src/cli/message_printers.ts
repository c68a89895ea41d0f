// MessagePrinter: prints the messages of topics as text, JSON or CSV.

import type { ReceivedMessage } from "../client/mod.ts";
import { didYouMean } from "../near_name.ts";
import { fieldOf, type FieldPath, fieldsBeside } from "./field_path.ts";
import { csvLine } from "./format/csv.ts";
import { hexText } from "./format/hex.ts";
import { printable } from "./format/printable.ts";
import { timestampText } from "./format/timestamp.ts";
import { bytesAsHex, valueLines } from "./format/value.ts";
import type { Output } from "./output.ts";
import { type ReadValue, ValueReader } from "./value_reader.ts";

/** Options of the printers. */
export interface PrinterOptions {
  readonly output: Output;
  /** The members to print. Empty for whole messages. */
  readonly fields: readonly FieldPath[];
  /** Whether there are several topics, so that each message needs its topic. */
  readonly hasTopics: boolean;
  /** Whether long lists and texts are printed completely for people. */
  readonly isFull: boolean;
  /** The name of the first column of comma-separated values. Default: `timestamp`. */
  readonly timeColumn?: string;
}

/** Prints a message. Returns whether it printed anything. */
export type MessagePrinter = (message: ReceivedMessage) => boolean;

/** How many items of a list are shown to people. */
const MAX_ITEMS = 32;

/** Prints `{ topic, timestamp, value }`, or `{ topic, timestamp, encoding, hex }` if it cannot be decoded. */
export function jsonPrinter(options: PrinterOptions): MessagePrinter {
  const { output, fields } = options;
  const content = new Content(options);
  return (message) => {
    const { channel: { topic, encoding }, timestamp, payload } = message;
    const read = content.read(message);
    if ("value" in read) {
      const value = content.select(topic, read.value);
      if (value === undefined) return false;
      output.json({ topic, timestamp, value });
    } else {
      if (fields.length > 0) return false;
      output.json({ topic, timestamp, encoding, hex: hexText(payload) });
    }
    return true;
  };
}

/** Prints a line for each message. The columns are the given fields, or all members of the first message. */
export function csvPrinter(options: PrinterOptions): MessagePrinter {
  const { output, hasTopics, timeColumn = "timestamp" } = options;
  const content = new Content(options);
  let { fields } = options;
  const printHeader = () => {
    const names = fields.map(({ text }) => text);
    // Messages may have members with these names.
    const unique = (name: string) => names.includes(name) ? `message_${name}` : name;
    output.line(csvLine([unique(timeColumn), ...(hasTopics ? [unique("topic")] : []), ...names]));
  };
  if (fields.length > 0) printHeader();
  return (message) => {
    const { channel: { topic }, timestamp } = message;
    const read = content.read(message);
    if (!("value" in read)) return false;
    if (fields.length === 0) {
      fields = leavesOf(read.value);
      if (fields.length === 0) fields = [{ text: "value", steps: [] }];
      printHeader();
    }
    const cells = fields.map((field) => content.field(topic, read.value, field));
    if (cells.every((cell) => cell === undefined)) return false;
    output.line(csvLine([timestamp, ...(hasTopics ? [topic] : []), ...cells]));
    return true;
  };
}

/** Prints the members of each message in lines of their own, or only the values of a single field. */
export function textPrinter(options: PrinterOptions): MessagePrinter {
  const { output, fields, hasTopics, isFull } = options;
  const content = new Content(options);
  const maxItems = isFull ? Infinity : MAX_ITEMS;
  const isBare = fields.length === 1 && !hasTopics;
  return (message) => {
    const { channel: { topic, encoding }, timestamp, payload } = message;
    const read = content.read(message);
    if (!("value" in read) && fields.length > 0) return false;
    const value = "value" in read ? content.select(topic, read.value) : undefined;
    if ("value" in read && value === undefined) return false;
    const lines = "value" in read
      ? valueLines(value, { columns: output.columns, maxItems })
      : [`${printable(encoding)}, ${bytesAsHex(payload, maxItems)}`];
    const header = output.style("dim", `# ${timestampText(timestamp)} ${printable(topic)}`);
    const isLine = isBare && (typeof value !== "object" || value === null);
    output.line([...(isBare ? [] : [header]), ...lines, ...(isLine ? [] : ["---"])].join("\n"));
    return true;
  };
}

/** Reads the messages for a printer, and notes each problem once. */
class Content {
  readonly #options: PrinterOptions;
  readonly #reader = new ValueReader();
  readonly #noted = new Set<string>();

  constructor(options: PrinterOptions) {
    this.#options = options;
  }

  read(message: ReceivedMessage): ReadValue {
    const { topic } = message.channel;
    const read = this.#reader.read(message);
    if ("problem" in read) this.#noteOnce(`problem ${topic}`, read.problem);
    return read;
  }

  /**
   * Returns the whole value, the value of a single field, or an object with the values of several fields. Returns
   * `undefined` if a message has none of the fields.
   */
  select(topic: string, value: unknown): unknown {
    const { fields } = this.#options;
    const [first] = fields;
    if (!first) return value;
    if (fields.length === 1) return this.field(topic, value, first);
    const entries = fields.map((field) => [field.text, this.field(topic, value, field)] as const);
    const existing = entries.filter(([, member]) => member !== undefined);
    return existing.length === 0 ? undefined : Object.fromEntries(existing);
  }

  field(topic: string, value: unknown, path: FieldPath): unknown {
    const member = fieldOf(value, path);
    if (member === undefined) {
      const { parent, missing, names } = fieldsBeside(value, path);
      const others = names.slice(0, 8).join(", ");
      const near = didYouMean(missing, names, (name) => parent + name);
      const hint = near !== "" || others === "" ? near : `; it has ${others}`;
      this.#noteOnce(`field ${topic} ${path.text}`, `"${topic}" has no field "${path.text}"${hint}`);
    }
    return member;
  }

  #noteOnce(key: string, text: string): void {
    if (this.#noted.has(key)) return;
    this.#noted.add(key);
    this.#options.output.note(text);
  }
}

/** Returns the paths of all members that have no named members. */
function leavesOf(value: unknown, parent: FieldPath = { text: "", steps: [] }): FieldPath[] {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Uint8Array) {
    return parent.steps.length === 0 ? [] : [parent];
  }
  return Object.entries(value).flatMap(([name, member]) =>
    leavesOf(member, { text: parent.text === "" ? name : `${parent.text}.${name}`, steps: [...parent.steps, name] })
  );
}
