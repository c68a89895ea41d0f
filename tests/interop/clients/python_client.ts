// The driver of a plain client over PyPI's websockets: peers/python_client.py, in its own process.
//
// The program prints `{"subprotocol":…}` when it has connected, and `{"received":…}` for each message. It reads
// messages from stdin and sends them. 64-bit numbers are decimal text, bytes are base64. It exits when stdin closes.

import { PYTHON } from "../../../tools/peers.ts";
import { decodeBase64, encodeBase64 } from "../../../src/protocol/base64.ts";
import type { PlaybackState } from "../../../src/protocol/playback.ts";
import type { ClientDriver, ClientImplementation, PlaybackControl } from "../client_driver.ts";
import { Inbox } from "../inbox.ts";
import { LineProcess } from "../line_process.ts";
import { MessageClientDriver, type MessageWriter, pushMessage } from "./message_client_driver.ts";

/** Encodes and decodes the protocol without any package for it, and offers all subprotocols, the newest last. */
export const PYTHON_CLIENT: ClientImplementation = {
  name: "a Python client",
  title: "a plain client over PyPI's `websockets`, which offers all subprotocols",
  needs: "python",
  connect: (url) => connect(url, ["foxglove.websocket.v1", "foxglove.sdk.v1", "foxglove.sdk.v1.1"]),
};
/** Offers `foxglove.sdk.v1`, like apps before `foxglove.sdk.v1.1`. */
export const OLDER_PYTHON_CLIENT: ClientImplementation = {
  name: "an older Python client",
  title: "the same client, which does not offer `foxglove.sdk.v1.1`",
  needs: "python",
  connect: (url) => connect(url, ["foxglove.sdk.v1", "foxglove.websocket.v1"]),
};

const PROGRAM = `${import.meta.dirname}/../peers/python_client.py`;
/** The command codes of the protocol. */
const COMMANDS = ["play", "pause"];
/** The status codes of the protocol. */
const STATUSES = ["playing", "paused", "buffering", "ended"] as const;

async function connect(url: string, subprotocols: readonly string[]): Promise<ClientDriver> {
  const inbox = new Inbox();
  const process = new LineProcess(PYTHON, [PROGRAM, url, ...subprotocols], ({ subprotocol, received }) => {
    if (subprotocol !== undefined) inbox.push("subprotocol", subprotocol);
    else pushReceived(inbox, received as Record<string, unknown>);
  });
  try {
    const subprotocol = await inbox.next("subprotocol");
    const client = new MessageClientDriver(writer(process), inbox, subprotocol, async () => {
      await process.end();
      await process[Symbol.asyncDispose]();
    });
    return Object.assign(client, { playback: playback(process, inbox) });
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
}

function pushReceived(inbox: Inbox, { op, timestamp, data, ...rest }: Record<string, unknown>): void {
  const message = {
    ...rest,
    ...(typeof timestamp === "string" && { timestamp: BigInt(timestamp) }),
    ...(typeof data === "string" && { data: decodeBase64(data) }),
  };
  // Events of npm's client have only the list for these messages.
  const list = { advertise: "channels", unadvertise: "channelIds", advertiseServices: "services" }[String(op)];
  pushMessage(inbox, String(op), list ? rest[list] : message);
}

function writer(process: LineProcess): MessageWriter {
  let lastId = 0;
  const write = (op: string, members: object = {}) => void process.writeLine({ op, ...members });
  const base64 = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
    encodeBase64(new Uint8Array(buffer, byteOffset, byteLength));
  return {
    subscribe(channelId) {
      write("subscribe", { subscriptions: [{ id: ++lastId, channelId }] });
      return lastId;
    },
    unsubscribe: (id) => write("unsubscribe", { subscriptionIds: [id] }),
    advertise(channel) {
      write("advertise", { channels: [{ id: ++lastId, ...channel }] });
      return lastId;
    },
    unadvertise: (id) => write("unadvertise", { channelIds: [id] }),
    sendMessage: (channelId, data) => write("messageData", { channelId, data: base64(data) }),
    getParameters: (parameterNames, id) => write("getParameters", { parameterNames, id }),
    setParameters: (parameters, id) => write("setParameters", { parameters, id }),
    subscribeParameterUpdates: (parameterNames) => write("subscribeParameterUpdates", { parameterNames }),
    sendServiceCallRequest: ({ data, ...call }) => write("serviceCallRequest", { ...call, data: base64(data) }),
    subscribeConnectionGraph: () => write("subscribeConnectionGraph"),
    unsubscribeConnectionGraph: () => write("unsubscribeConnectionGraph"),
    fetchAsset: (uri, requestId) => write("fetchAsset", { uri, requestId }),
  };
}

function playback(process: LineProcess, inbox: Inbox): PlaybackControl {
  const next = async (): Promise<PlaybackState> => {
    const { status, currentTime, requestId, ...rest } = await inbox.next("playbackState");
    const state = { ...rest, status: STATUSES[status]!, currentTime: BigInt(currentTime) };
    return requestId === "" ? state : { ...state, requestId };
  };
  return {
    async request({ command, speed, seekTime }) {
      const requestId = crypto.randomUUID();
      const seek = seekTime === undefined ? {} : { seekTime: String(seekTime) };
      await process.writeLine({
        op: "playbackControlRequest",
        command: COMMANDS.indexOf(command),
        speed,
        requestId,
        ...seek,
      });
      const state = await next();
      if (state.requestId !== requestId) throw new Error("Received a response to another request");
      return state;
    },
    nextState: next,
  };
}
