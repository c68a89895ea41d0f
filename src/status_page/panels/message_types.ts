// MessageType: which channels have messages of a type that a panel shows, by the names that apps accept.

import type { Channel } from "../../client/mod.ts";
import { clip } from "../clip.ts";

/** The names of Foxglove's messages, such as `foxglove.Log`, `foxglove_msgs/msg/Log` and `foxglove::Log`. */
const FOXGLOVE_NAME = /^(?:foxglove(?:\.|::)|foxglove_msgs\/(?:msg\/)?)(\w+)$/;
/** The encodings that the page decodes. */
const DECODED = new Set(["json", "protobuf"]);

/** Returns the name of one of Foxglove's messages without its package; `undefined` for other messages. */
export function foxgloveNameOf(schemaName: string): string | undefined {
  return FOXGLOVE_NAME.exec(schemaName)?.[1];
}

/** Returns why the page cannot show the messages of a channel; `undefined` if it can. */
export function undecodableReason({ encoding }: Channel): string | undefined {
  if (DECODED.has(encoding)) return undefined;
  return `This page does not decode "${clip(encoding, 40)}". Foxglove and Lichtblick do.`;
}
