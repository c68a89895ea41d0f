// topics: lists the topics of a server.

import type { Channel, ConnectionGraph, FoxgloveClient } from "../../client/mod.ts";
import { type Command, defineCommand } from "../command.ts";
import { usageError } from "../failure.ts";
import { firstGraph } from "../first_graph.ts";
import { bytesText, significant } from "../../quantities.ts";
import { tableLines } from "../format/table.ts";
import { pause } from "../pause.ts";
import { DEFAULT_URL } from "../server_url.ts";
import { settledChannels } from "../settled_channels.ts";
import { statusNotes } from "../status_notes.ts";

/** What the list shows of a topic. Absent members are not known. */
interface Entry {
  readonly topic: string;
  readonly id: number;
  readonly encoding: string;
  readonly schemaName: string;
  readonly schemaEncoding?: string;
  readonly publishers?: number;
  readonly subscribers?: number;
  readonly hz?: number;
  readonly bytesPerSecond?: number;
}

const DEFAULT_SECONDS = 3;

/** Lists the topics of a server. */
export const topics: Command = defineCommand({
  name: "topics",
  summary: "list topics with their encodings and schemas",
  about: "Servers with a connection graph also report the publishers and subscribers of each topic.",
  options: {
    rate: { type: "flag", help: "measure messages and bytes per second; subscribes to all topics" },
    seconds: { type: "number", help: `how long --rate measures (default: ${DEFAULT_SECONDS})` },
  },
  examples: [
    ["topics", "lists the topics of ws://localhost:8765"],
    ["topics --url robot.local:9000 --rate", "also measures their rates"],
    ["topics --json | jq -r .topic", "prints only the names"],
  ],
  async run({ options, isJson, output, signal, isDefaultServer, connect }) {
    const { rate, seconds = DEFAULT_SECONDS } = options;
    if (!(seconds > 0)) throw usageError("--seconds must be greater than 0");
    const client = await connect({ listener: statusNotes(output) });
    const channels = await settledChannels(client, signal);
    const graph = await firstGraph(client, signal);
    const rates = rate ? await measure(client, seconds, signal) : undefined;
    const entries = channels.map((channel) => entryOf(channel, graph, rates));
    if (isJson) return entries.forEach((entry) => output.json(entry));
    // Programs do not need it, and other commands report a topic that is missing.
    if (isDefaultServer && output.isTerminal) output.note(`"${client.serverInfo.name}" at ${DEFAULT_URL}`);
    if (entries.length === 0) return output.note("The server has no topics");
    for (const line of table(entries, (text) => output.style("bold", text))) output.line(line);
  },
});

/** The messages of a channel. */
interface Count {
  messages: number;
  bytes: number;
  readonly seconds: number;
}

async function measure(client: FoxgloveClient, seconds: number, signal: AbortSignal): Promise<Map<number, Count>> {
  const counts = new Map<number, Count>();
  using _subscription = client.subscribe(() => true, {
    onMessage({ channel, payload }) {
      const count = counts.get(channel.id) ?? { messages: 0, bytes: 0, seconds };
      counts.set(channel.id, count);
      count.messages += 1;
      count.bytes += payload.byteLength;
    },
  });
  await pause(seconds * 1000, signal);
  return counts;
}

function entryOf(channel: Channel, graph: ConnectionGraph | undefined, rates: Map<number, Count> | undefined): Entry {
  const { topic, id, encoding, schemaName, schemaEncoding } = channel;
  const count = rates?.get(id);
  return {
    topic,
    id,
    encoding,
    schemaName,
    ...(schemaEncoding !== undefined && { schemaEncoding }),
    ...(graph && {
      publishers: graph.publishedTopics.find(({ name }) => name === topic)?.publisherIds.length ?? 0,
      subscribers: graph.subscribedTopics.find(({ name }) => name === topic)?.subscriberIds.length ?? 0,
    }),
    ...(rates && {
      hz: count ? count.messages / count.seconds : 0,
      bytesPerSecond: count ? count.bytes / count.seconds : 0,
    }),
  };
}

function table(entries: readonly Entry[], styleHeader: (text: string) => string): string[] {
  const [first] = entries;
  const header = ["TOPIC", "ENCODING", "SCHEMA"];
  if (first?.publishers !== undefined) header.push("PUBS", "SUBS");
  if (first?.hz !== undefined) header.push("HZ", "PER SECOND");
  const rows = entries.map(({ topic, encoding, schemaName, publishers, subscribers, hz, bytesPerSecond }) => [
    topic,
    encoding,
    schemaName || "-",
    ...(publishers === undefined ? [] : [`${publishers}`, `${subscribers}`]),
    ...(hz === undefined ? [] : [significant(hz), bytesText(bytesPerSecond ?? 0)]),
  ]);
  return tableLines({ header, rows, right: [3, 4, 5, 6], styleHeader });
}
