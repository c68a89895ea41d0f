// A plain client over PyPI's websockets, in the matrix: peers/python_client.py, in a process of its own.
//
// It prints `{"subprotocol":…}` when it is connected and `{"heard":…}` for each message, and sends what it reads from stdin. Numbers
// of 64 bits are text, bytes are base64. It ends when stdin does.

import { PYTHON } from "../../../tools/peers.ts";
import { decodeBase64, encodeBase64 } from "../../../src/protocol/schema.ts";
import type { PlaybackState } from "../../../src/protocol/playback.ts";
import type { ClientKind, ClientPeer, Playback } from "../client_peer.ts";
import { Inbox } from "../inbox.ts";
import { LineProcess } from "../line_process.ts";
import { MessageClient, type MessageWriter, sortIn } from "./message_client.ts";

/** It writes and reads the bytes itself. */
export const PYTHON_CLIENT: ClientKind = {
  name: "a Python client",
  title: "a plain client over PyPI's `websockets`",
  needs: "python",
  connect,
};

const PROGRAM = `${import.meta.dirname}/../peers/python_client.py`;
/** As in the protocol. */
const COMMANDS = ["play", "pause"];
const STATUSES = ["playing", "paused", "buffering", "ended"] as const;

async function connect(url: string): Promise<ClientPeer> {
  const inbox = new Inbox();
  const process = new LineProcess(PYTHON, [PROGRAM, url], ({ subprotocol, heard }) => {
    if (subprotocol !== undefined) inbox.push("subprotocol", subprotocol);
    else take(inbox, heard as Record<string, unknown>);
  });
  try {
    const subprotocol = await inbox.next("subprotocol");
    const client = new MessageClient(writer(process), inbox, subprotocol, async () => {
      await process.end();
      await process[Symbol.asyncDispose]();
    });
    return Object.assign(client, { playback: playback(process, inbox) });
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
}

function take(inbox: Inbox, { op, timestamp, data, ...rest }: Record<string, unknown>): void {
  const message = {
    ...rest,
    ...(typeof timestamp === "string" && { timestamp: BigInt(timestamp) }),
    ...(typeof data === "string" && { data: decodeBase64(data) }),
  };
  // As the events of npm's client.
  const list = { advertise: "channels", unadvertise: "channelIds", advertiseServices: "services" }[String(op)];
  sortIn(inbox, String(op), list ? rest[list] : message);
}

function writer(process: LineProcess): MessageWriter {
  let lastId = 0;
  const say = (op: string, members: object = {}) => void process.say({ op, ...members });
  const base64 = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
    encodeBase64(new Uint8Array(buffer, byteOffset, byteLength));
  return {
    subscribe(channelId) {
      say("subscribe", { subscriptions: [{ id: ++lastId, channelId }] });
      return lastId;
    },
    unsubscribe: (id) => say("unsubscribe", { subscriptionIds: [id] }),
    advertise(channel) {
      say("advertise", { channels: [{ id: ++lastId, ...channel }] });
      return lastId;
    },
    unadvertise: (id) => say("unadvertise", { channelIds: [id] }),
    sendMessage: (channelId, data) => say("messageData", { channelId, data: base64(data) }),
    getParameters: (parameterNames, id) => say("getParameters", { parameterNames, id }),
    setParameters: (parameters, id) => say("setParameters", { parameters, id }),
    subscribeParameterUpdates: (parameterNames) => say("subscribeParameterUpdates", { parameterNames }),
    sendServiceCallRequest: ({ data, ...call }) => say("serviceCallRequest", { ...call, data: base64(data) }),
    subscribeConnectionGraph: () => say("subscribeConnectionGraph"),
    unsubscribeConnectionGraph: () => say("unsubscribeConnectionGraph"),
    fetchAsset: (uri, requestId) => say("fetchAsset", { uri, requestId }),
  };
}

function playback(process: LineProcess, inbox: Inbox): Playback {
  const next = async (): Promise<PlaybackState> => {
    const { status, currentTime, requestId, ...rest } = await inbox.next("playbackState");
    const state = { ...rest, status: STATUSES[status]!, currentTime: BigInt(currentTime) };
    return requestId === "" ? state : { ...state, requestId };
  };
  return {
    async request({ command, speed, seekTime }) {
      const requestId = crypto.randomUUID();
      const seek = seekTime === undefined ? {} : { seekTime: String(seekTime) };
      await process.say({
        op: "playbackControlRequest",
        command: COMMANDS.indexOf(command),
        speed,
        requestId,
        ...seek,
      });
      const state = await next();
      if (state.requestId !== requestId) throw new Error("An answer came to another request");
      return state;
    },
    state: next,
  };
}
