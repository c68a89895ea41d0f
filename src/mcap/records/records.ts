// The records of an MCAP file, as objects.
//
// Names are those of the specification in camelCase. Times are nanoseconds since an epoch that the recorder chooses,
// usually the Unix epoch. Offsets count bytes from the start of the file. A checksum of 0 means that there is none.

/** The first record of a file. */
export interface Header {
  /** The profile that the file conforms to, such as `ros2`; empty if none. */
  readonly profile: string;
  /** The program that wrote the file. */
  readonly library: string;
}

/** The last record of a file. */
export interface Footer {
  /** The offset of the summary section, or 0 if there is none. */
  readonly summaryStart: number;
  /** The offset of the summary offset section, or 0 if there is none. */
  readonly summaryOffsetStart: number;
  /** The CRC-32 from the summary section to the field before this one. */
  readonly summaryCrc: number;
}

/** Describes the data of the messages of some channels. */
export interface Schema {
  /** A uint16 that is unique in the file. Records with the invalid id 0 are ignored. */
  readonly id: number;
  /** The name of the type, such as `foxglove.PoseInFrame`. */
  readonly name: string;
  /** The format of `data`, such as `jsonschema` or `protobuf`; empty if there is no schema. */
  readonly encoding: string;
  /** The schema itself. */
  readonly data: Uint8Array;
}

/** A stream of messages on a topic. */
export interface Channel {
  /** A uint16 that is unique in the file. */
  readonly id: number;
  /** The id of the schema of all messages, or 0 if they have none. */
  readonly schemaId: number;
  /** The name of the topic. Several channels may have the same. */
  readonly topic: string;
  /** The format of the messages, such as `json` or `protobuf`. */
  readonly messageEncoding: string;
  /** Texts of the recorder about the channel. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** One message of a channel. */
export interface Message {
  /** The id of its channel. */
  readonly channelId: number;
  /** A uint32 that the recorder counts to show gaps, or 0. */
  readonly sequence: number;
  /** When the message was recorded, in ns. */
  readonly logTime: bigint;
  /** When the message was published, in ns. */
  readonly publishTime: bigint;
  /** The content, in the encoding of the channel. */
  readonly data: Uint8Array;
}

/** Schemas, channels and messages, which may be compressed together. */
export interface Chunk {
  /** The earliest log time of its messages, in ns; 0 without messages. */
  readonly messageStartTime: bigint;
  /** The latest log time of its messages, in ns; 0 without messages. */
  readonly messageEndTime: bigint;
  /** The size of `records` after decompression, in bytes. */
  readonly uncompressedSize: number;
  /** The CRC-32 of `records` after decompression. */
  readonly uncompressedCrc: number;
  /** The format of the compression: `lz4`, `zstd`, or empty for none. */
  readonly compression: string;
  /** The compressed records. */
  readonly records: Uint8Array;
}

/** Where a message is in its chunk. */
export interface MessageIndexEntry {
  /** The log time of the message, in ns. */
  readonly logTime: bigint;
  /** The offset of the message from the start of the records of the chunk, after decompression. */
  readonly offset: number;
}

/** Where the messages of a channel are in a chunk. Follows the chunk. */
export interface MessageIndex {
  /** The id of the channel. */
  readonly channelId: number;
  /** An entry for each message, in any order. */
  readonly records: readonly MessageIndexEntry[];
}

/** Where a chunk is in the file. */
export interface ChunkIndex {
  /** The earliest log time of the messages in the chunk, in ns; 0 without messages. */
  readonly messageStartTime: bigint;
  /** The latest log time of the messages in the chunk, in ns; 0 without messages. */
  readonly messageEndTime: bigint;
  /** The offset of the chunk. */
  readonly chunkStartOffset: number;
  /** The length of the record of the chunk in bytes, with its opcode and its length. */
  readonly chunkLength: number;
  /** The offsets of the message indexes that follow the chunk, by channel id; empty if there are none. */
  readonly messageIndexOffsets: ReadonlyMap<number, number>;
  /** The length of all message indexes of the chunk, in bytes. */
  readonly messageIndexLength: number;
  /** The format of the compression of the chunk. */
  readonly compression: string;
  /** The size of the records in the chunk, in bytes. */
  readonly compressedSize: number;
  /** The size of the records in the chunk after decompression, in bytes. */
  readonly uncompressedSize: number;
}

/** A file inside the file, for example a calibration. */
export interface Attachment {
  /** When the attachment was recorded, in ns. */
  readonly logTime: bigint;
  /** When the attachment was created, in ns; 0 if unknown. */
  readonly createTime: bigint;
  /** The name, such as `scene1.jpg`. */
  readonly name: string;
  /** The media type, such as `text/plain`. */
  readonly mediaType: string;
  /** The content. */
  readonly data: Uint8Array;
  /** The CRC-32 of the fields before this one. */
  readonly crc: number;
}

/** Where an attachment is in the file. */
export interface AttachmentIndex {
  /** The offset of the attachment. */
  readonly offset: number;
  /** The length of the record of the attachment in bytes, with its opcode and its length. */
  readonly length: number;
  /** When the attachment was recorded, in ns. */
  readonly logTime: bigint;
  /** When the attachment was created, in ns; 0 if unknown. */
  readonly createTime: bigint;
  /** The size of the attachment's data, in bytes. */
  readonly dataSize: number;
  /** The name of the attachment. */
  readonly name: string;
  /** The media type of the attachment. */
  readonly mediaType: string;
}

/** Texts about the recording. */
export interface Metadata {
  /** The name of this record. Several records may have the same. */
  readonly name: string;
  /** The texts. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** Where a metadata record is in the file. */
export interface MetadataIndex {
  /** The offset of the record. */
  readonly offset: number;
  /** The length of the record in bytes, with its opcode and its length. */
  readonly length: number;
  /** The name of the record. */
  readonly name: string;
}

/** Counts and times of the whole file. */
export interface Statistics {
  /** The number of messages. */
  readonly messageCount: number;
  /** The number of schema ids, a uint16. */
  readonly schemaCount: number;
  /** The number of channel ids, a uint32. */
  readonly channelCount: number;
  /** The number of attachments, a uint32. */
  readonly attachmentCount: number;
  /** The number of metadata records, a uint32. */
  readonly metadataCount: number;
  /** The number of chunks, a uint32. */
  readonly chunkCount: number;
  /** The earliest log time, in ns; 0 without messages. */
  readonly messageStartTime: bigint;
  /** The latest log time, in ns; 0 without messages. */
  readonly messageEndTime: bigint;
  /** The number of messages of each channel, by channel id; empty if unknown. */
  readonly channelMessageCounts: ReadonlyMap<number, number>;
}

/** Where the records with one opcode are in the summary section. */
export interface SummaryOffset {
  /** The opcode of all records in the group. */
  readonly groupOpcode: number;
  /** The offset of the first record. */
  readonly groupStart: number;
  /** The length of all records in bytes, with their opcodes and lengths. */
  readonly groupLength: number;
}

/** Ends the data section. */
export interface DataEnd {
  /** The CRC-32 of the file before this record. */
  readonly dataSectionCrc: number;
}

/** A record with an opcode that the format does not define: from a later version, or private to an application. */
export interface UnknownRecord {
  /** The opcode. */
  readonly opcode: number;
  /** The content of the record. */
  readonly content: Uint8Array;
}

/** The interfaces of all records, by the names in {@linkcode McapRecord}. */
export interface RecordTypes {
  /** Opcode 0x01. */
  readonly Header: Header;
  /** Opcode 0x02. */
  readonly Footer: Footer;
  /** Opcode 0x03. */
  readonly Schema: Schema;
  /** Opcode 0x04. */
  readonly Channel: Channel;
  /** Opcode 0x05. */
  readonly Message: Message;
  /** Opcode 0x06. */
  readonly Chunk: Chunk;
  /** Opcode 0x07. */
  readonly MessageIndex: MessageIndex;
  /** Opcode 0x08. */
  readonly ChunkIndex: ChunkIndex;
  /** Opcode 0x09. */
  readonly Attachment: Attachment;
  /** Opcode 0x0a. */
  readonly AttachmentIndex: AttachmentIndex;
  /** Opcode 0x0b. */
  readonly Statistics: Statistics;
  /** Opcode 0x0c. */
  readonly Metadata: Metadata;
  /** Opcode 0x0d. */
  readonly MetadataIndex: MetadataIndex;
  /** Opcode 0x0e. */
  readonly SummaryOffset: SummaryOffset;
  /** Opcode 0x0f. */
  readonly DataEnd: DataEnd;
  /** Any other opcode. */
  readonly Unknown: UnknownRecord;
}

/** Any record. `type` tells which one. */
export type McapRecord = {
  [Type in keyof RecordTypes]: { readonly type: Type } & RecordTypes[Type];
}[keyof RecordTypes];
