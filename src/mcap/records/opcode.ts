// Opcode: the first byte of a record, which names its type.

/** The opcodes of the records that the format defines. */
export const Opcode = {
  HEADER: 0x01,
  FOOTER: 0x02,
  SCHEMA: 0x03,
  CHANNEL: 0x04,
  MESSAGE: 0x05,
  CHUNK: 0x06,
  MESSAGE_INDEX: 0x07,
  CHUNK_INDEX: 0x08,
  ATTACHMENT: 0x09,
  ATTACHMENT_INDEX: 0x0a,
  STATISTICS: 0x0b,
  METADATA: 0x0c,
  METADATA_INDEX: 0x0d,
  SUMMARY_OFFSET: 0x0e,
  DATA_END: 0x0f,
} as const;

/** The size of the opcode and the length before the content of each record, in bytes. */
export const RECORD_HEAD_BYTES = 9;

/** The names of the records in the specification. The index is the opcode. */
const NAMES = [
  "",
  "Header",
  "Footer",
  "Schema",
  "Channel",
  "Message",
  "Chunk",
  "MessageIndex",
  "ChunkIndex",
  "Attachment",
  "AttachmentIndex",
  "Statistics",
  "Metadata",
  "MetadataIndex",
  "SummaryOffset",
  "DataEnd",
] as const;

/** Returns the name of a record for error texts. Unknown opcodes are valid: applications may add private records. */
export function recordName(opcode: number): string {
  return NAMES[opcode] || `record 0x${opcode.toString(16).padStart(2, "0")}`;
}
