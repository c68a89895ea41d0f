// What callers pass to a McapWriter.

import type { ByteSource } from "../../protocol/bytes.ts";

/** Texts by name. A `Map` or a plain object. */
export type TextMap = ReadonlyMap<string, string> | Readonly<Record<string, string>>;

/** A schema to add to a file. */
export interface SchemaInit {
  /** The name of the type, such as `foxglove.PoseInFrame`. */
  readonly name: string;
  /** The format of `data`, such as `jsonschema`, `protobuf` or `ros2msg`; empty if there is no schema. */
  readonly encoding: string;
  /** The schema itself: text, or bytes, which are copied. For `protobuf`, a binary `FileDescriptorSet`. */
  readonly data: string | ByteSource;
}

/** A channel to add to a file. */
export interface ChannelInit {
  /** The name of the topic. */
  readonly topic: string;
  /** The format of the messages, such as `json`, `protobuf` or `cdr`. */
  readonly messageEncoding: string;
  /** The result of `addSchema()`. 0, the default, if the messages have no schema. */
  readonly schemaId?: number;
  /** Texts about the channel. Empty by default. */
  readonly metadata?: TextMap;
}

/** A message to write to a file. */
export interface MessageInit {
  /** The result of `addChannel()`. */
  readonly channelId: number;
  /** When the message was recorded, in ns. Readers sort by it. */
  readonly logTime: bigint;
  /** When the message was published, in ns. The same as `logTime` by default. */
  readonly publishTime?: bigint;
  /** A uint32 that counts the messages of a channel to show gaps. 0 by default, which means unknown. */
  readonly sequence?: number;
  /** The content, in the encoding of the channel. It is copied. */
  readonly data: ByteSource;
}

/** A file to put into the file, for example a calibration. */
export interface AttachmentInit {
  /** The name, such as `scene1.jpg`. */
  readonly name: string;
  /** The media type, such as `text/plain`. */
  readonly mediaType: string;
  /** The content. It is copied. */
  readonly data: ByteSource;
  /** When the attachment was recorded, in ns. */
  readonly logTime: bigint;
  /** When the attachment was created, in ns. 0 by default, which means unknown. */
  readonly createTime?: bigint;
}

/** Texts about the recording. */
export interface MetadataInit {
  /** The name of the record. Several records may have the same. */
  readonly name: string;
  /** The texts. */
  readonly metadata: TextMap;
}

/** Returns the texts as a map. Anything else is returned as it is, so that the encoder rejects it. */
export function textMap(texts: TextMap): ReadonlyMap<string, string> {
  if (texts instanceof Map || typeof texts !== "object" || texts === null) return texts as ReadonlyMap<string, string>;
  return new Map(Object.entries(texts));
}
