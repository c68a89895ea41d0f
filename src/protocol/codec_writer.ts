// CodecWriter: writes all messages of one direction. It is made from a table with one function for each op.

import type { Encodable } from "./bytes.ts";

/** Returns the object to send as JSON, or the finished text. */
type TextWrite<Message> = (message: Encodable<Message>) => object | string;
/** Returns the whole frame, which begins with `opcode`. */
type BinaryWrite<Message> = (message: Encodable<Message>, opcode: number) => Uint8Array<ArrayBuffer>;

/**
 * One function for each op of the union `Message`. The type checker rejects missing functions, unknown ops, and
 * functions of other messages.
 */
export type WriteTable<Message extends { op: string }, BinaryOp extends string> = {
  readonly [Op in Message["op"]]: Op extends BinaryOp ? BinaryWrite<Extract<Message, { op: Op }>>
    : TextWrite<Extract<Message, { op: Op }>>;
};

/** Writes the messages of one direction. */
export class CodecWriter<Message extends { op: string }, BinaryOp extends string = string> {
  readonly #byOp: ReadonlyMap<string, TextWrite<Message> | BinaryWrite<Message>>;
  readonly #opcodes: ReadonlyMap<string, number>;

  constructor(opcodes: Readonly<Record<BinaryOp, number>>, table: WriteTable<Message, BinaryOp>) {
    // This type is wider than that of the functions. That is safe, because write() selects the function by the op of
    // the message.
    this.#byOp = new Map(Object.entries(table) as [string, TextWrite<Message> | BinaryWrite<Message>][]);
    this.#opcodes = new Map(Object.entries(opcodes));
  }

  /** Returns the message as JSON text or as a binary frame. */
  write(message: Encodable<Message>): string | Uint8Array<ArrayBuffer> {
    const { op } = message as { op: string };
    const write = this.#byOp.get(op);
    if (!write) throw new TypeError(`Cannot write message: unknown op "${op}"`);
    const opcode = this.#opcodes.get(op);
    if (opcode !== undefined) return (write as BinaryWrite<Message>)(message, opcode);
    const written = (write as TextWrite<Message>)(message);
    return typeof written === "string" ? written : JSON.stringify(written);
  }
}
