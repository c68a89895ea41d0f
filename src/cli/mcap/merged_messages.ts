// mergedMessages(): the messages of several files in the order of their times, in batches.

import type { McapMessage, McapSelection } from "../../mcap/mod.ts";
import type { PlayFiles } from "../../mcap/play/play_files.ts";

/** Ctrl-C and the progress are handled after so many messages. */
const MESSAGES_PER_TURN = 4096;

/** Yields the messages. A file that cannot be read further is reported to `files`, and the others are read on. */
export async function* mergedMessages(
  files: PlayFiles,
  selection: McapSelection,
  signal: AbortSignal,
): AsyncGenerator<readonly McapMessage[], undefined, undefined> {
  const [{ FileCursor }, { MessageFeed }] = await Promise.all([
    import("../../mcap/play/file_cursor.ts"),
    import("../../mcap/play/message_feed.ts"),
  ]);
  const cursors = files.files.map((file) =>
    new FileCursor(file, selection, (file, error) => files.report(file, error))
  );
  const feed = new MessageFeed(cursors);
  try {
    for (await feed.ready(); !feed.isEnded; await feed.ready()) {
      const batch: McapMessage[] = [];
      for (let head = feed.head; head && batch.length < MESSAGES_PER_TURN; head = feed.head) {
        batch.push(head);
        feed.take();
      }
      signal.throwIfAborted();
      yield batch;
    }
  } finally {
    await feed.close();
  }
  return undefined;
}
