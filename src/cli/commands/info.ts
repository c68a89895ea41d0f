// info: describes a server.

import { type PlaybackState, type Status, StatusLevel } from "../../client/mod.ts";
import { type Command, defineCommand } from "../command.ts";
import { fieldLines } from "../format/fields.ts";
import { durationText, significant } from "../../quantities.ts";
import { timeText } from "../format/times.ts";
import { type ServerFacts, serverFacts } from "../server_facts.ts";

/** Describes a server. */
export const info: Command = defineCommand({
  name: "info",
  summary: "describe a server, its services and parameters",
  options: {},
  examples: [
    ["info", "describes ws://localhost:8765"],
    ["info --url robot.local:9000 --json | jq .capabilities", "prints what the server can do"],
  ],
  async run({ isJson, output, signal, url, connect }) {
    let playback: PlaybackState | undefined;
    const client = await connect({ listener: { onPlaybackState: (_client, state) => void (playback = state) } });
    const facts = await serverFacts(client, url, () => playback, signal);
    if (isJson) return output.json(facts);
    const styleName = (name: string) => output.style("bold", name);
    for (const line of fieldLines(fieldsOf(facts), { columns: output.columns, styleName })) output.line(line);
  },
});

function fieldsOf(facts: ServerFacts): [name: string, text: string][] {
  const { capabilities, supportedEncodings, metadata, services, parameters, time, statuses } = facts;
  return [
    ["Name", facts.name],
    ["Address", facts.url],
    ["Subprotocol", facts.subprotocol ?? "none"],
    ...optional("Session", facts.sessionId),
    ["Capabilities", capabilities.join(", ") || "none"],
    ["Encodings", supportedEncodings?.join(", ") || "not declared"],
    ...Object.entries(metadata).map(([key, value], index): [string, string] => [
      index === 0 ? "Metadata" : "",
      `${key}: ${value}`,
    ]),
    ["Topics", topicsText(facts)],
    ...(capabilities.includes("services") ? [["Services", servicesText(services)] as [string, string]] : []),
    ...optional("Parameters", parameters && counted(parameters)),
    ...optional("Data", dataText(facts)),
    ...optional("Playback", facts.playback && playbackText(facts.playback)),
    ...optional("Clock", time === undefined ? undefined : timeText(time)),
    ...statuses.map((status): [string, string] => [statusName(status), status.message]),
  ];
}

function optional(name: string, text: string | undefined): [string, string][] {
  return text === undefined ? [] : [[name, text]];
}

/** Returns `3: a, b, c`, or `none`. */
function counted(names: readonly string[]): string {
  return names.length === 0 ? "none" : `${names.length}: ${names.join(", ")}`;
}

function topicsText({ topics, topicEncodings }: ServerFacts): string {
  const encodings = Object.entries(topicEncodings).map(([encoding, count]) => `${count} ${encoding}`);
  return topics === 0 ? "none" : `${topics}: ${encodings.join(", ")}`;
}

function servicesText(services: ServerFacts["services"]): string {
  return counted(services.map(({ name, type }) => type === "" ? name : `${name} (${type})`));
}

function dataText({ dataStartTime, dataEndTime }: ServerFacts): string | undefined {
  if (dataStartTime === undefined || dataEndTime === undefined) return undefined;
  const duration = durationText(Number(dataEndTime - dataStartTime) / 1e6);
  return `${timeText(dataStartTime)} to ${timeText(dataEndTime)} (${duration})`;
}

function playbackText({ status, currentTime, speed }: NonNullable<ServerFacts["playback"]>): string {
  return `${status} at ${timeText(currentTime)}, speed ${significant(speed)}`;
}

function statusName({ level }: Status): string {
  return level === StatusLevel.ERROR ? "Error" : level === StatusLevel.WARNING ? "Warning" : "Status";
}
