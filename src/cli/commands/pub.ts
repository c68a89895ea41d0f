// pub: publishes messages on a topic.

import { type Status, StatusLevel } from "../../client/mod.ts";
import { clientChannel } from "../client_channel.ts";
import { requireCapability } from "../capability.ts";
import { type Command, defineCommand, type Invocation } from "../command.ts";
import { connectionSignal } from "../connection_signal.ts";
import { Failure, usageError } from "../failure.ts";
import { countText } from "../../quantities.ts";
import { jsonFault } from "../../app_checks/json_fault.ts";
import { Pace } from "../pace.ts";
import { Publisher } from "../publisher.ts";
import { settledChannels } from "../settled_channels.ts";
import { stdinLines } from "../stdin_lines.ts";

/** The highest rate of lines from stdin without `--rate`. Servers disconnect clients that send too much. */
const STREAM_HZ = 1000;
/** How often a terminal shows the number of messages. */
const SHOW_MS = 200;

/** Publishes messages. */
export const pub: Command = defineCommand({
  name: "pub",
  summary: "publish messages on a topic, written as JSON",
  about: 'Publishes once, or with --rate until Ctrl-C. "-" instead of JSON reads a message from each line of stdin. ' +
    "If the server has a channel of the topic, or of the schema that --schema names, in protobuf, messages are " +
    "encoded by its schema. Ends with code 1 if the server reports an error or a warning about the topic.",
  operands: { usage: "TOPIC JSON|-", min: 2, max: 2 },
  options: {
    rate: {
      type: "number",
      short: "r",
      value: "HZ",
      help: `messages per second (default for "-": at most ${STREAM_HZ})`,
    },
    count: { type: "number", short: "n", help: "publish N messages (at 1 Hz without --rate)" },
    encoding: { type: "text", help: "json or protobuf (default: as the server's channel, or json)" },
    schema: { type: "text", value: "NAME", help: "the schema of the messages, such as geometry_msgs/Twist" },
  },
  examples: [
    [`pub /cmd_vel '{"linear": {"x": 0.2}}'`, "publishes one message"],
    [`pub /cmd_vel '{"linear": {"x": 0.2}}' --rate 10`, "publishes until Ctrl-C"],
    ["pub /log - < messages.jsonl", "publishes each line of a file"],
  ],
  isEndless: ({ operands, options }) =>
    options.count === undefined && (options.rate !== undefined || operands[1] === "-"),
  async run(invocation) {
    const { operands, options, isJson, output, signal, connect } = invocation;
    const [topic = "", json = ""] = operands;
    checkOptions(options, json);
    const client = await connect();
    requireCapability(client, "clientPublish");
    await settledChannels(client, signal);
    const channel = clientChannel(client, { topic, encoding: options.encoding, schema: options.schema });
    const publisher = new Publisher(client, channel, (status) => output.note(statusText(status)));
    // Not "published", because the server may still reject them.
    const progress = showProgress(invocation, () => `${countText(publisher.sent, "message")} sent to ${topic}`);
    const untilLost = connectionSignal(client, signal);
    try {
      await publishAll(publisher, json, options, untilLost);
      await publisher.flush(untilLost);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      progress.stop();
    }
    publisher.throwIfRefused();
    const { encoding, schemaName } = channel;
    if (isJson) output.json({ topic, encoding, schemaName, published: publisher.sent });
    else output.line(`${countText(publisher.sent, "message")} published on ${topic}`);
    signal.throwIfAborted();
  },
});

/** How often to publish. */
interface Amount {
  readonly rate: number | undefined;
  readonly count: number | undefined;
}

function checkOptions({ rate, count }: Amount, json: string): void {
  if (rate !== undefined && !(rate > 0)) throw usageError("--rate must be greater than 0");
  if (count !== undefined && !(count > 0 && Number.isInteger(count))) {
    throw usageError("--count must be an integer greater than 0");
  }
  const fault = json === "-" ? undefined : jsonFault(json);
  if (fault !== undefined) throw usageError(`the message is not JSON: ${fault}`);
}

async function publishAll(
  publisher: Publisher,
  json: string,
  { rate, count }: Amount,
  signal: AbortSignal,
): Promise<void> {
  const isStream = json === "-";
  const pace = new Pace(rate ?? (isStream ? STREAM_HZ : 1));
  if (isStream) {
    for await (const { line, number } of stdinLines(signal)) {
      const fault = jsonFault(line);
      if (fault !== undefined) throw new Failure(`line ${number} is not JSON: ${fault}`);
      await pace.next(signal);
      await publisher.publish(line, signal);
      if (publisher.sent === count) return;
    }
    return;
  }
  const last = count ?? (rate === undefined ? 1 : Infinity);
  while (publisher.sent < last) {
    await pace.next(signal);
    await publisher.publish(json, signal);
  }
}

/** Shows a text on the terminal from time to time, until it is stopped. */
function showProgress({ output, isJson }: Pick<Invocation, "output" | "isJson">, text: () => string): { stop(): void } {
  if (isJson || !output.isTerminal) return { stop: () => {} };
  const timer = setInterval(() => output.refresh([text()]), SHOW_MS);
  return {
    stop() {
      clearInterval(timer);
      output.refresh([]);
    },
  };
}

function statusText({ level, message }: Status): string {
  return `${level === StatusLevel.ERROR ? "Error" : "Warning"} from the server: ${message}`;
}
