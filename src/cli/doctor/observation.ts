// observe(): connects as a client, subscribes to all channels, and collects what the server does.

import type {
  Channel,
  ChannelId,
  ConnectionClosedError,
  FoxgloveClient,
  FoxgloveClientListener,
} from "../../client/mod.ts";
import { type ClientSocket, type Status, StatusLevel } from "../../client/mod.ts";
import { timeNs } from "../../time_ns.ts";
import type { Invocation } from "../command.ts";
import { pause } from "../pause.ts";
import { settledChannels } from "../settled_channels.ts";
import { withToken } from "../../client/with_token.ts";
import { Traffic } from "./traffic.ts";

/** How many different texts of one kind are kept. */
const MAX_TEXTS = 20;
/** The opcode of a binary `time` message of a server. */
const TIME_OPCODE = 2;

/** What a client has seen of a server. */
export interface Observation {
  /** The client, which is still connected unless `lost` is present. */
  readonly client: FoxgloveClient;
  /** The channels, in the order in which the server has advertised them. */
  readonly channels: readonly Channel[];
  /** The messages of each channel that has sent any. */
  readonly traffic: ReadonlyMap<Channel, Traffic>;
  /** How long the client has listened. */
  readonly seconds: number;
  /** The warnings and errors that the server has sent for its user. */
  readonly statuses: ReadonlySet<string>;
  /** Errors in messages of the server. */
  readonly errors: ReadonlySet<string>;
  /** What the client has noticed otherwise. */
  readonly warnings: ReadonlySet<string>;
  /** How many `time` messages have arrived, also without the capability. */
  readonly timeMessages: number;
  /** The newest time of the server and that of this machine, in ns. */
  readonly serverTime: { server: bigint; machine: bigint } | undefined;
  /** Whether parameters have arrived. */
  readonly hasParameters: boolean;
  /** Present if the server has closed the connection. */
  readonly lost: ConnectionClosedError | undefined;
}

/** The part of an observation that the hooks of the client fill. */
class Recorder {
  readonly statuses = new Set<string>();
  readonly errors = new Set<string>();
  readonly warnings = new Set<string>();
  readonly traffic = new Map<Channel, Traffic>();
  readonly #channels = new Map<ChannelId, Channel>();
  timeMessages = 0;
  serverTime: { server: bigint; machine: bigint } | undefined;
  hasParameters = false;
  lost: ConnectionClosedError | undefined;
  readonly #ended = new AbortController();

  /** Aborts when the connection is lost. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** The channels, also after the connection was lost, in the order in which the server has advertised them. */
  get channels(): readonly Channel[] {
    return [...this.#channels.values()];
  }

  readonly listener: FoxgloveClientListener = {
    onAdvertise: (_client, channels) => {
      for (const channel of channels) this.#channels.set(channel.id, channel);
    },
    onUnadvertise: (_client, channels, reason) => {
      if (reason === "disconnected") return;
      for (const { id } of channels) this.#channels.delete(id);
    },
    onStatus: (_client, { level, message }: Status) => {
      if (level !== StatusLevel.INFO) keep(this.statuses, message);
    },
    onError: (_client, error) => keep(this.errors, error instanceof Error ? error.message : String(error)),
    onWarning: (_client, message) => keep(this.warnings, message),
    onTime: (_client, server) => void (this.serverTime = { server, machine: timeNs() }),
    onParameterValues: () => void (this.hasParameters = true),
    onConnectionState: (_client, state) => {
      if (state.type !== "closed" || !state.error) return;
      this.lost = state.error;
      this.#ended.abort(state.error);
    },
  };

  /** Counts `time` messages, which clients ignore if the server does not declare them. */
  watch(socket: ClientSocket): ClientSocket {
    socket.addEventListener("message", ({ data }) => {
      if (data instanceof ArrayBuffer && new Uint8Array(data, 0, 1)[0] === TIME_OPCODE) this.timeMessages += 1;
    });
    return socket;
  }
}

/** Listens for some seconds. Rejects with a `Failure` if the server does not accept a client. */
export async function observe(
  { connect, token, signal }: Invocation,
  seconds: number,
): Promise<Observation> {
  const recorder = new Recorder();
  const create = token === undefined ? (url: string, offers: string[]) => new WebSocket(url, offers) : withToken(token);
  const client = await connect({
    listener: recorder.listener,
    createWebSocket: (url, offers) => recorder.watch(create(url, offers)),
  });
  const { traffic } = recorder;
  using _subscription = client.subscribe(() => true, {
    onMessage(message) {
      let entry = traffic.get(message.channel);
      if (!entry) traffic.set(message.channel, entry = new Traffic(message.channel));
      entry.add(message, performance.now());
    },
  });
  const start = performance.now();
  // A slow server may need longer than `seconds` until its channels have arrived.
  await settledChannels(client, signal);
  try {
    await pause(seconds * 1000, AbortSignal.any([signal, recorder.ended]));
  } catch (error) {
    if (signal.aborted) throw error;
  }
  return Object.assign(recorder, { client, seconds: (performance.now() - start) / 1000 });
}

function keep(texts: Set<string>, text: string): void {
  if (texts.size < MAX_TEXTS) texts.add(text);
}
