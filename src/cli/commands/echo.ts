// echo: prints the messages of topics.

import type { Subscription } from "../../client/mod.ts";
import { droppedText } from "../../quantities.ts";
import { type Command, defineCommand } from "../command.ts";
import { Failure, usageError } from "../failure.ts";
import { parseFieldPaths } from "../field_path.ts";
import { csvPrinter, jsonPrinter, textPrinter } from "../message_printers.ts";
import { statusNotes } from "../status_notes.ts";
import { TopicPresence } from "../topic_presence.ts";
import { isReadable } from "../value_reader.ts";

/** How often missing topics and dropped messages are reported. */
const CHECK_MS = 1000;

/** Prints the messages of topics. */
export const echo: Command = defineCommand({
  name: "echo",
  summary: "print the messages of topics",
  about:
    "Decodes JSON, and protobuf by the schema that the server sends. Prints other messages as hexadecimal bytes. " +
    "Waits for topics that the server does not have yet. " +
    "--json prints {topic, timestamp, value}, or {topic, timestamp, encoding, hex} for other encodings.",
  operands: { usage: "TOPIC…", min: 1, max: Infinity },
  options: {
    field: { type: "text", short: "f", value: "PATHS", help: "print only these members, such as pose.x,ranges[0]" },
    csv: { type: "flag", help: "print comma-separated values, with a header" },
    count: { type: "number", short: "n", help: "end after this many messages" },
    full: { type: "flag", help: "print long lists, bytes and texts completely" },
  },
  examples: [
    ["echo /odom", "prints the messages of /odom until Ctrl-C"],
    ["echo /odom --count 1 --json | jq .value", "prints one message as JSON"],
    ["echo /odom --field pose.position.x", "prints a number per line"],
    ["echo /odom --csv --field pose.position.x,pose.position.y", "prints a table"],
  ],
  isEndless: ({ options }) => options.count === undefined,
  async run({ operands, options, isJson, output, signal, connect }) {
    const { csv, count = Infinity, full } = options;
    if (csv && isJson) throw usageError("--csv and --json exclude each other");
    if (!(count >= 1)) throw usageError("--count must be at least 1");
    const fields = options.field === undefined ? [] : parseFieldPaths(options.field);
    const topics = new Set(operands);
    if (csv && topics.size > 1 && fields.length === 0) throw usageError("--csv with several topics requires --field");
    const client = await connect({ listener: statusNotes(output) });
    const subscription = client.subscribe(({ topic }) => topics.has(topic), { signal });
    const createPrinter = isJson ? jsonPrinter : csv ? csvPrinter : textPrinter;
    const print = createPrinter({ output, fields, hasTopics: topics.size > 1, isFull: full });
    const presence = new TopicPresence(client, topics, { reportsSilence: true });
    const drops = new DropNotes(subscription);
    const timer = setInterval(
      () => [...presence.check(), ...drops.check()].forEach((text) => output.note(text)),
      CHECK_MS,
    );
    try {
      let printed = 0;
      for await (const message of subscription) {
        // After Ctrl-C, the queued messages would still come.
        signal.throwIfAborted();
        presence.onMessage(message.channel.topic);
        if ((csv || fields.length > 0) && !isReadable(message.channel)) throw unreadable(message.channel);
        if (print(message)) printed += 1;
        if (printed >= count) break;
      }
    } finally {
      clearInterval(timer);
    }
  },
});

function unreadable({ topic, encoding }: { topic: string; encoding: string }): Failure {
  return new Failure(`"${topic}" has the encoding "${encoding}", so its fields cannot be read`);
}

/** Reports messages that were dropped because they are printed too slowly. */
class DropNotes {
  readonly #subscription: Subscription;
  #reported = 0;

  constructor(subscription: Subscription) {
    this.#subscription = subscription;
  }

  check(): string[] {
    const dropped = this.#subscription.dropped - this.#reported;
    if (dropped === 0) return [];
    this.#reported += dropped;
    return [`${droppedText(dropped)}, because the output is too slow`];
  }
}
