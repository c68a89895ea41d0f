// messageDecoder(): decodes messages of files to values.

import { PLAIN_JSON } from "../../codecs/decoder_for.ts";
import { linkMessageType } from "../../codecs/protobuf/linked_type.ts";
import { textOf } from "../../error_text.ts";
import type { Channel, Schema } from "../records/records.ts";
import type { McapMessage } from "./mcap_message.ts";

/** Decodes the data of the messages of one channel. */
type DataDecoder = (data: Uint8Array) => unknown;

/** Options of {@linkcode messageDecoder}. */
export interface MessageDecoderOptions {
  /**
   * Functions by message encoding, such as `cdr`. Each makes the decoder of a channel, when its first message is
   * decoded.
   *
   * @default {{}} Only `json` and `protobuf` are decoded.
   */
  readonly decoders?: Readonly<
    Record<string, (channel: Channel, schema: Schema | undefined) => (data: Uint8Array) => unknown>
  >;
}

/**
 * Returns a function that decodes messages: `json`, `protobuf` by the schema in the file, and the encodings of the
 * option `decoders`. It reads the schema of each channel once.
 *
 * The function throws a `TypeError` if a channel has another encoding, or no usable schema, and any error for a message
 * that is not valid.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert/equals";
 * import { McapReader, McapWriter, messageDecoder } from "@x/foxglove-ws/mcap";
 * import { json } from "@x/foxglove-ws";
 *
 * const parts: Uint8Array<ArrayBuffer>[] = [];
 * const writer = await McapWriter.open({ write: (bytes) => void parts.push(bytes) });
 * writer.channel("/battery", json({ example: { volts: 12.6 } })).send({ volts: 12.4 });
 * await writer.close();
 *
 * const reader = await McapReader.open(new Blob(parts));
 * const decode = messageDecoder();
 * for await (const message of reader.messages()) assertEquals(decode(message), { volts: 12.4 });
 * ```
 */
export function messageDecoder({ decoders = {} }: MessageDecoderOptions = {}): (
  message: Pick<McapMessage, "channel" | "schema" | "data">,
) => unknown {
  const factories = new Map(Object.entries(decoders));
  // A channel may get another schema later in a broken file.
  const known = new WeakMap<Channel, { readonly schema: Schema | undefined; readonly decode: DataDecoder }>();
  return ({ channel, schema, data }) => {
    let entry = known.get(channel);
    if (!entry || entry.schema !== schema) {
      const factory = factories.get(channel.messageEncoding);
      entry = { schema, decode: factory ? factory(channel, schema) : builtIn(channel, schema) };
      known.set(channel, entry);
    }
    return entry.decode(data);
  };
}

function builtIn({ topic, messageEncoding }: Channel, schema: Schema | undefined): DataDecoder {
  if (messageEncoding === "json") return PLAIN_JSON.decode;
  if (messageEncoding !== "protobuf") {
    throw new TypeError(`Cannot decode "${topic}": the option "decoders" has no "${messageEncoding}"`);
  }
  if (!schema) throw new TypeError(`Cannot decode "${topic}": the file does not have its schema`);
  try {
    return linkMessageType(schema.data, schema.name).decode;
  } catch (cause) {
    throw new TypeError(`Cannot decode "${topic}": ${textOf(cause)}`, { cause });
  }
}
