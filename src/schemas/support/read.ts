// Functions that read the fields of messages from protobuf. Generated code calls them.

import type { ProtobufReader } from "../../codecs/protobuf/reader.ts";

/** Reads a packed list of uint32 with its length, and appends the items to `list`. */
export function readFixed32s(reader: ProtobufReader, list: number[]): void {
  const end = reader.enter();
  while (reader.hasMore) list.push(reader.fixed32());
  reader.leave(end);
}

/** Returns a list of `length` items: `list`, or zeros if it is empty because the message lacks it. */
export function orZeros(list: number[], length: number): number[] {
  return list.length === 0 ? new Array<number>(length).fill(0) : list;
}
