// RecordingError: why a recording ended early, and what it lost.

import { textOf } from "../../error_text.ts";
import { countText } from "../../quantities.ts";

/** What a recording has saved and lost. */
export interface RecordingLoss {
  /** The file, or `undefined` if the recording is not written to a path. */
  readonly path: string | undefined;
  /** How many messages the file has. They are readable, although the file has no summary. */
  readonly savedMessages: number;
  /** How many messages were received before the failure, but are not in the file. */
  readonly lostMessages: number;
}

/** A file of a recording could not be written, for example because the disk is full. The `cause` says why. */
export class RecordingError extends Error {
  /** Identifies this error where `instanceof` does not work, such as across realms. */
  override readonly name = "RecordingError";
  /** The file, or `undefined` if the recording is not written to a path. */
  readonly path: string | undefined;
  /** How many messages the file has. They are readable, although the file has no summary. */
  readonly savedMessages: number;
  /** How many messages were received before the failure, but are not in the file. */
  readonly lostMessages: number;

  /** Created by the recorder. */
  constructor(loss: RecordingLoss, cause: unknown) {
    const { path, savedMessages, lostMessages } = loss;
    const place = path === undefined ? "the recording" : `"${path}"`;
    super(`Cannot write ${place}: ${textOf(cause)}; ${lossText(loss)}`, { cause });
    this.path = path;
    this.savedMessages = savedMessages;
    this.lostMessages = lostMessages;
  }
}

/** Returns `it has 3 messages, and 2 messages could not be saved`. */
export function lossText({ savedMessages, lostMessages }: Omit<RecordingLoss, "path">): string {
  return `it has ${countText(savedMessages, "message")}, and ${countText(lostMessages, "message")} could not be saved`;
}
