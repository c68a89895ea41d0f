// CodecReader: reads all messages of one direction. It is made from a table with one function for each op.

import { ByteReader } from "./byte_reader.ts";
import type { JsonFields } from "./json_fields.ts";
import { ProtocolError } from "./protocol_error.ts";

/** Reads a message from the fields of its JSON. */
type TextRead<Message> = (fields: JsonFields) => Message;
/** Reads a message from the bytes after the opcode. */
type BinaryRead<Message> = (reader: ByteReader) => Message;

/**
 * One function for each op of the union `Message`. The type checker rejects missing functions, unknown ops, and
 * functions of other messages.
 */
export type ReadTable<Message extends { op: string }, BinaryOp extends string> = {
  readonly [Op in Message["op"]]: Op extends BinaryOp ? BinaryRead<Extract<Message, { op: Op }>>
    : TextRead<Extract<Message, { op: Op }>>;
};

/** Reads the messages of one direction. */
export class CodecReader<Message extends { op: string }, BinaryOp extends string = string> {
  readonly #sender: "server" | "client";
  /** The text messages. A map, because peers choose the op: an object also has members such as "constructor". */
  readonly #byOp: Map<string, TextRead<Message>>;
  /** The binary messages. The index is the opcode. */
  readonly #byOpcode: { op: string; read: BinaryRead<Message> }[] = [];

  constructor(
    sender: "server" | "client",
    opcodes: Readonly<Record<BinaryOp, number>>,
    table: ReadTable<Message, BinaryOp>,
  ) {
    this.#sender = sender;
    this.#byOp = new Map(Object.entries(table) as [string, TextRead<Message>][]);
    for (const [op, opcode] of Object.entries<number>(opcodes)) {
      this.#byOpcode[opcode] = { op, read: table[op as keyof typeof table] as BinaryRead<Message> };
      this.#byOp.delete(op);
    }
  }

  /** Reads the fields of a text message. */
  readText(fields: JsonFields): Message {
    const read = this.#byOp.get(fields.op);
    if (read) return read(fields);
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
