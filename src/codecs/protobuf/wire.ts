// The wire format of protobuf: the kinds of fields, and limits of readers and writers.

/** How a field is stored, in the lowest three bits of its tag. */
export const VARINT = 0;
/** Eight bytes. */
export const FIXED64 = 1;
/** A length and that many bytes: texts, bytes, messages and packed lists. */
export const LENGTH_DELIMITED = 2;
/** The begin of a group, an old form of messages. */
export const START_GROUP = 3;
/** The end of a group. */
export const END_GROUP = 4;
/** Four bytes. */
export const FIXED32 = 5;

/** The maximum number of messages inside each other. Other implementations have the same limit. */
export const MAX_DEPTH = 100;
/** The largest field number. */
export const MAX_FIELD_NUMBER = 0x1fff_ffff;
