// mcap cat: prints the messages of a file.

import type { Channel as ServerChannel } from "../../client/mod.ts";
import { isBinarySchema } from "../../protocol/schema.ts";
import type { McapMessage } from "../../mcap/mod.ts";
import type { Channel, Schema } from "../../mcap/records/records.ts";
import { usageError } from "../failure.ts";
import { parseFieldPaths } from "../field_path.ts";
import { csvPrinter, jsonPrinter, textPrinter } from "../message_printers.ts";
import type { McapAction } from "./mcap_action.ts";
import { openRecording, recordingFailure } from "./open_recording.ts";
import { selectionOf } from "./selection.ts";

/** Prints messages as `echo` does, with their log times. */
export const catFile: McapAction = {
  usage: "mcap cat FILE",
  maxFiles: 1,
  options: ["topic", "start", "end", "field", "csv", "count", "full"],
  async run([path = ""], { options, isJson, output, signal }) {
    const { csv, count = Infinity, full, field, topic } = options;
    if (csv && isJson) throw usageError("--csv and --json exclude each other");
    if (!(count >= 1)) throw usageError("--count must be at least 1");
    const fields = field === undefined ? [] : parseFieldPaths(field);
    const selection = await selectionOf(options, [path], signal);
    await using reader = await openRecording(path, signal);
    const hasTopics = topic === undefined ? reader.channels.size > 1 : /[*,]/.test(topic);
    if (csv && hasTopics && fields.length === 0) throw usageError("--csv with several topics requires --field");
    const createPrinter = isJson ? jsonPrinter : csv ? csvPrinter : textPrinter;
    const print = createPrinter({ output, fields, hasTopics, isFull: full });
    const channels = new ServerChannels();
    let printed = 0;
    try {
      for await (const batch of reader.batches({ ...selection, signal })) {
        for (const message of batch) {
          const { logTime: timestamp, data: payload } = message;
          if (print({ channel: channels.of(message), timestamp, payload })) printed += 1;
          if (printed >= count) return;
        }
        // A reader of a pipe may be slower than the file.
        await output.drained();
        signal.throwIfAborted();
      }
    } catch (error) {
      signal.throwIfAborted();
      throw recordingFailure(path, error);
    }
  },
};

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
