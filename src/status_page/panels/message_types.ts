// MessageType: which channels have messages of a type that a panel shows, by the names that apps accept.

import type { Channel } from "../../client/mod.ts";
import { clip } from "../clip.ts";
import { canDecode } from "../message_decoder.ts";

/** The names of Foxglove's messages, such as `foxglove.Log`, `foxglove_msgs/msg/Log` and `foxglove::Log`. */
const FOXGLOVE_NAME = /^(?:foxglove(?:\.|::)|foxglove_msgs\/(?:msg\/)?)(\w+)$/;

/** Returns the name of one of Foxglove's messages without its package; `undefined` for other messages. */
export function foxgloveNameOf(schemaName: string): string | undefined {
  return FOXGLOVE_NAME.exec(schemaName)?.[1];
}

/** Returns why the page cannot show the messages of a channel; `undefined` if it can. */
export function undecodableReason(channel: Channel): string | undefined {
  if (canDecode(channel)) return undefined;
  return `This page does not decode "${clip(channel.encoding, 40)}". Foxglove and Lichtblick do.`;
}
