// The driver of this package's client.

import { FoxgloveClient } from "../../../src/client/client.ts";
import type { FoxgloveClientListener } from "../../../src/client/listener.ts";
import type { UpdateStream } from "../../../src/client/update_stream.ts";
import type { Channel } from "../../../src/protocol/channels.ts";
import type { ClientChannelId } from "../../../src/protocol/ids.ts";
import { encodeBase64 } from "../../../src/protocol/base64.ts";
import type { ClientDriver, ClientImplementation, Subscription } from "../client_driver.ts";
import { Inbox } from "../inbox.ts";
import type { WireChannel } from "../fixture.ts";

/** `FoxgloveClient` on Deno's WebSocket. */
export const OUR_CLIENT: ClientImplementation = {
  name: "our client",
  title: "`FoxgloveClient`",
  needs: undefined,
  connect,
};

async function connect(url: string, signal: AbortSignal): Promise<ClientDriver> {
  const inbox = new Inbox();
  const listener = toListener(inbox);
  // Short delays, because a scenario restarts the server.
  const client = await FoxgloveClient.connect(url, { signal, listener, minRetryDelayMs: 20, maxRetryDelayMs: 100 });
  const { state } = client;
  await inbox.next("open");
  return {
    subprotocol: state.type === "open" ? state.subprotocol : undefined,
    async nextServerInfo() {
      const { name, capabilities, supportedEncodings, sessionId } = await inbox.next("serverInfo");
      return { name, capabilities, supportedEncodings, sessionId };
    },
    waitForChannel: async (topic) => toWire(await client.waitForChannel(topic, { signal })),
    async waitForRemoval(topic) {
      while (!(await inbox.next("unadvertise")).some((channel: Channel) => channel.topic === topic));
    },
    subscribe(topic) {
      const { next, close } = toSubscription(client.subscribe(topic, { signal }));
      const read = async () => {
        const { timestamp, payload } = await next();
        return { timestamp, payload };
      };
      return Promise.resolve({ next: read, close });
    },
    advertise: (channel) => client.advertise(channel),
    publish: (channelId, payload) => void client.publish(channelId as ClientChannelId, payload),
    unadvertise: (channelId) => void client.unadvertise(channelId as ClientChannelId),
    getParameters: (names) => client.getParameters(names, { signal }),
    setParameters: (parameters) => client.setParameters(parameters, { signal }),
    subscribeParameters: (names) => toSubscription(client.subscribeParameters(names, { signal })),
    async callService(name, payload) {
      await client.waitForService(name, { signal });
      return await client.callService(name, payload, { signal });
    },
    fetchAsset: (uri) => client.fetchAsset(uri, { signal }),
    subscribeConnectionGraph: () => toSubscription(client.subscribeConnectionGraph({ signal })),
    nextTime: () => inbox.next("time"),
    nextStatus: () => inbox.next("status"),
    nextRemovedStatuses: () => inbox.next("removeStatus"),
    playback: {
      request: (request) => client.controlPlayback(request, { signal }),
      nextState: () => inbox.next("playbackState"),
    },
    waitForReconnect: () => inbox.next("open"),
    [Symbol.asyncDispose]: () => client.close(),
  };
}

function toListener(inbox: Inbox): FoxgloveClientListener {
  return {
    onConnectionState: (_client, state) => inbox.push(state.type, state),
    onServerInfo: (_client, info) => inbox.push("serverInfo", info),
    onUnadvertise: (_client, channels) => inbox.push("unadvertise", channels),
    onStatus(_client, { op: _op, ...status }) {
      inbox.push("status", status);
    },
    onRemoveStatus: (_client, ids) => inbox.push("removeStatus", ids),
    onTime: (_client, timestamp) => inbox.push("time", timestamp),
    onPlaybackState(_client, state) {
      if (!state.requestId) inbox.push("playbackState", state);
    },
  };
}

function toSubscription<T>(updates: UpdateStream<T>): Subscription<T> {
  return {
    async next() {
      const { done, value } = await updates.next();
      if (done) throw new Error("The subscription has ended");
      return value;
    },
    close: () => updates.close(),
  };
}

function toWire({ id: _id, schemaEncoding = "", schema, ...rest }: Channel): WireChannel {
  return { ...rest, schemaEncoding, schema: typeof schema === "string" ? schema : encodeBase64(schema) };
}
