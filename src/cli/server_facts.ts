// serverFacts(): what a server says about itself, for the command info.

import type { FoxgloveClient, PlaybackState, Status } from "../client/mod.ts";
import { parseServerAddress } from "../client/server_address.ts";
import { knownParameters } from "./parameters/known_parameters.ts";
import { Failure } from "./failure.ts";
import { settledChannels } from "./settled_channels.ts";

/** Facts about a server. Absent members are not known. Times are in ns since the Unix epoch. */
export interface ServerFacts {
  readonly name: string;
  /** The URL, without a token. */
  readonly url: string;
  readonly subprotocol?: string;
  readonly sessionId?: string;
  readonly capabilities: readonly string[];
  readonly supportedEncodings?: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly topics: number;
  /** How many topics have an encoding, by encoding. */
  readonly topicEncodings: Readonly<Record<string, number>>;
  readonly services: readonly { readonly name: string; readonly type: string }[];
  /** The names of the parameters. */
  readonly parameters?: readonly string[];
  readonly dataStartTime?: bigint;
  readonly dataEndTime?: bigint;
  readonly playback?: Omit<PlaybackState, "requestId">;
  /** The clock of the server. */
  readonly time?: bigint;
  /** The statuses that the server has not removed. */
  readonly statuses: readonly Status[];
}

/** Returns the facts after the server has advertised everything. `playback`: the state that it has sent, if any. */
export async function serverFacts(
  client: FoxgloveClient,
  url: string,
  playback: () => PlaybackState | undefined,
  signal: AbortSignal,
): Promise<ServerFacts> {
  const channels = await settledChannels(client, signal);
  const parameters = await parameterNames(client, signal);
  const { name, capabilities, supportedEncodings, metadata = {}, sessionId, dataStartTime, dataEndTime } =
    client.serverInfo;
  const { state, time } = client;
  const subprotocol = state.type === "open" ? state.subprotocol : undefined;
  const playbackState = playback();
  const byEncoding = Map.groupBy(channels, ({ encoding }) => encoding);
  return {
    name,
    url: parseServerAddress(url).label,
    ...(subprotocol !== undefined && { subprotocol }),
    ...(sessionId !== undefined && { sessionId }),
    capabilities,
    ...(supportedEncodings && { supportedEncodings }),
    metadata,
    topics: channels.length,
    topicEncodings: Object.fromEntries([...byEncoding].map(([encoding, some]) => [encoding, some.length])),
    services: [...client.services.values()].map(({ name, type }) => ({ name, type }))
      .toSorted((a, b) => a.name < b.name ? -1 : 1),
    ...(parameters && { parameters }),
    ...(dataStartTime !== undefined && dataEndTime !== undefined && { dataStartTime, dataEndTime }),
    ...(playbackState && { playback: playbackState }),
    ...(time !== undefined && { time }),
    statuses: [...client.statuses.values()],
  };
}

/** Returns the names of the parameters, or `undefined` if the server has none or does not answer. */
async function parameterNames(client: FoxgloveClient, signal: AbortSignal): Promise<string[] | undefined> {
  if (!client.serverInfo.capabilities.includes("parameters")) return undefined;
  try {
    return (await knownParameters(client, [], signal)).map(({ name }) => name);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
