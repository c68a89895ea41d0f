// RecordingError: why a recording ended early, and what it lost.

import { textOf } from "../../error_text.ts";

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
  constructor({ path, savedMessages, lostMessages }: RecordingLoss, cause: unknown) {
    const place = path === undefined ? "the recording" : `"${path}"`;
    const counts = `it has ${savedMessages} messages, and ${lostMessages} were lost`;
    super(`Cannot write ${place}: ${textOf(cause)}; ${counts}`, { cause });
    this.path = path;
    this.savedMessages = savedMessages;
    this.lostMessages = lostMessages;
  }
}
