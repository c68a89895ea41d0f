// mcap cat: prints the messages of a file.

import type { Channel as ServerChannel } from "../../client/mod.ts";
import { isBinarySchema } from "../../protocol/schema.ts";
import type { McapMessage } from "../../mcap/mod.ts";
import type { Channel, Schema } from "../../mcap/records/records.ts";
import { Failure, usageError } from "../failure.ts";
import { parseFieldPaths } from "../field_path.ts";
import { csvPrinter, jsonPrinter, textPrinter } from "../message_printers.ts";
import type { McapAction } from "./mcap_action.ts";
import { mergedMessages } from "./merged_messages.ts";
import { openFiles } from "./open_files.ts";
import { RECOVER_HINT } from "./open_recording.ts";
import { selectionOf } from "./selection.ts";

/** Prints messages as `echo` does, with their log times. */
export const catFile: McapAction = {
  summary: "print messages, as echo does",
  about: "Several files are printed as one, in the order of their log times, which are the timestamps.",
  usage: "FILE…",
  maxFiles: Infinity,
  examples: [
    ["mcap cat drive.mcap --topic /odom --json | jq .value", "prints messages as JSON"],
    ["mcap cat drive_*.mcap --topic /battery --csv", "prints a table of several files"],
  ],
  options: ["topic", "start", "end", "field", "csv", "count", "full"],
  async run(paths, { options, isJson, output, signal }) {
    const { csv, count = Infinity, full, field, topic } = options;
    if (csv && isJson) throw usageError("--csv and --json exclude each other");
    if (!(count >= 1)) throw usageError("--count must be at least 1");
    const fields = field === undefined ? [] : parseFieldPaths(field);
    await checkPaths(paths);
    const selection = await selectionOf(options, paths, signal);
    await using open = await openFiles(paths, selection, output, signal);
    const { opened, faults } = open;
    const topics = new Set(
      opened.files.flatMap(({ reader }) => [...reader.channels.values()].map(({ topic }) => topic)),
    );
    const hasTopics = topic === undefined ? topics.size > 1 : /[*,]/.test(topic);
    if (csv && hasTopics && fields.length === 0) throw usageError("--csv with several topics requires --field");
    const createPrinter = isJson ? jsonPrinter : csv ? csvPrinter : textPrinter;
    const print = createPrinter({ output, fields, hasTopics, isFull: full, timeColumn: "log_time" });
    const channels = new ServerChannels();
    let printed = 0;
    for await (const batch of mergedMessages(opened, selection, signal)) {
      for (const message of batch) {
        const { logTime: timestamp, data: payload } = message;
        if (print({ channel: channels.of(message), timestamp, payload })) printed += 1;
        if (printed >= count) return;
      }
      // A reader of a pipe may be slower than the file.
      await output.drained();
      signal.throwIfAborted();
    }
    if (faults.length > 0) throw new Failure(`${faults.join("; ")}; ${RECOVER_HINT}`);
  },
};

/** Throws a `Failure` if an operand after the first looks like a topic and is not a file. */
async function checkPaths(paths: readonly string[]): Promise<void> {
  const { stat } = await import("node:fs/promises");
  for (const path of paths.slice(1)) {
    if (!path.startsWith("/") || await stat(path).then(() => true, () => false)) continue;
    throw usageError(`the file "${path}" does not exist; use --topic ${path} for a topic`);
  }
}

/** The channels of a file, as a server would advertise them. */
class ServerChannels {
  readonly #channels = new Map<Channel, ServerChannel>();

  of({ channel, schema }: McapMessage): ServerChannel {
    const known = this.#channels.get(channel);
    if (known) return known;
    const added = serverChannel(channel, schema);
    this.#channels.set(channel, added);
    return added;
  }
}

function serverChannel({ id, topic, messageEncoding }: Channel, schema: Schema | undefined): ServerChannel {
  const { name = "", encoding = "", data = new Uint8Array() } = schema ?? {};
  return {
    id: id as ServerChannel["id"],
    topic,
    encoding: messageEncoding,
    schemaName: name,
    schema: isBinarySchema(encoding || messageEncoding) ? data : new TextDecoder().decode(data),
    ...(encoding !== "" && { schemaEncoding: encoding }),
  };
}
