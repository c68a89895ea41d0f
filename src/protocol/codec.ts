// Codec: reads and writes all messages of one direction. It is made from a table with one entry for each op.

import { ByteReader } from "./byte_reader.ts";
import type { Encodable } from "./bytes.ts";
import type { JsonFields } from "./json_fields.ts";
import { ProtocolError } from "./protocol_error.ts";

/** How a message is read and written as JSON text. */
export interface TextEntry<Message> {
  readonly type: "text";
  readonly read: (fields: JsonFields) => Message;
  /** Returns the object to send as JSON, or the finished text. */
  readonly write: (message: Encodable<Message>) => object | string;
}

/** How a message is read and written as a binary frame. */
export interface BinaryEntry<Message> {
  readonly type: "binary";
  /** The first byte of the frame. */
  readonly opcode: number;
  /** Reads the fields after the opcode. */
  readonly read: (reader: ByteReader) => Message;
  /** Returns the whole frame, which begins with `opcode`. */
  readonly write: (message: Encodable<Message>, opcode: number) => Uint8Array<ArrayBuffer>;
}

type Entry<Message> = TextEntry<Message> | BinaryEntry<Message>;

/**
 * One entry for each op of the union `Message`. The type checker rejects missing entries, unknown ops, and functions of
 * other messages.
 */
export type CodecTable<Message extends { op: string }> = {
  readonly [Op in Message["op"]]: Entry<Extract<Message, { op: Op }>>;
};

/** Returns the table entry of a text message. */
export function text<Message>(
  read: TextEntry<Message>["read"],
  write: TextEntry<Message>["write"],
): TextEntry<Message> {
  return { type: "text", read, write };
}

/** Returns the table entry of a text message that has no fields besides `op`. */
export function textWithoutFields<Op extends string>(op: Op): TextEntry<{ op: Op }> {
  return text(() => ({ op }), () => ({ op }));
}

/** Returns the table entry of a binary message. */
export function binary<Message>(
  opcode: number,
  read: BinaryEntry<Message>["read"],
  write: BinaryEntry<Message>["write"],
): BinaryEntry<Message> {
  return { type: "binary", opcode, read, write };
}

/** Reads and writes the messages of one direction. */
export class Codec<Message extends { op: string }> {
  readonly #sender: "server" | "client";
  /** A map, because peers choose the op: an object also has members such as "constructor". */
  readonly #byOp: ReadonlyMap<string, Entry<Message>>;
  /** The binary messages. The index is the opcode. */
  readonly #byOpcode: { op: string; read: BinaryEntry<Message>["read"] }[] = [];

  constructor(sender: "server" | "client", table: CodecTable<Message>) {
    this.#sender = sender;
    // This type is wider than that of the entries. That is safe, because write() selects the entry by the op of the
    // message.
    const entries = Object.entries(table) as [string, Entry<Message>][];
    this.#byOp = new Map(entries);
    for (const [op, entry] of entries) {
      if (entry.type !== "binary") continue;
      const { opcode, read } = entry;
      const other = this.#byOpcode[opcode];
      if (other) {
        throw new TypeError(`Cannot build the codec: "${other.op}" and "${op}" have the same opcode ${opcode}`);
      }
      this.#byOpcode[opcode] = { op, read };
    }
  }

  /** Returns the message as JSON text or as a binary frame. */
  write(message: Encodable<Message>): string | Uint8Array<ArrayBuffer> {
    const { op } = message as { op: string };
    const entry = this.#byOp.get(op);
    if (!entry) throw new TypeError(`Cannot write message: unknown op "${op}"`);
    if (entry.type === "binary") return entry.write(message, entry.opcode);
    const written = entry.write(message);
    return typeof written === "string" ? written : JSON.stringify(written);
  }

  /** Reads the fields of a text message. */
  readText(fields: JsonFields): Message {
    const entry = this.#byOp.get(fields.op);
    if (entry?.type === "text") return entry.read(fields);
    // The op is shortened, because the text may be sent back to the peer.
    const op = fields.op.slice(0, 40);
    throw new ProtocolError("unknown-op", `Cannot read text message: unknown ${this.#sender} op "${op}"`);
  }

  /** Reads a binary frame, which must not be empty. Bytes in the message are views of the frame. */
  readFrame(frame: Uint8Array): Message {
    const opcode = frame[0] as number;
    const entry = this.#byOpcode[opcode];
    if (entry) return entry.read(new ByteReader(entry.op, frame, 1));
    throw new ProtocolError(
      "unknown-opcode",
      `Cannot read binary message: unknown ${this.#sender} opcode ${opcode}`,
    );
  }
}
