// SalvagedPart: a part of a broken file that was read.

import type { McapMessage } from "../reader/mcap_message.ts";
import type { Attachment, Metadata } from "../records/records.ts";

/** A part of a broken file that was read. */
export type SalvagedPart =
  | {
    /** The messages of a chunk, or some that are outside of chunks. */
    readonly type: "messages";
    /** In the order of the file; never empty. */
    readonly messages: readonly McapMessage[];
  }
  | {
    /** An attachment. */
    readonly type: "attachment";
    /** Its checksum may be wrong. */
    readonly attachment: Attachment;
  }
  | {
    /** A metadata record. */
    readonly type: "metadata";
    /** Its texts. */
    readonly metadata: Metadata;
  };
