// The clients of the soak: most connect and leave again and again, some read slowly, and some are stuck.

import { FoxgloveClient } from "../../src/client/client.ts";
import type { Subscription } from "../../src/client/subscription.ts";
import type { ChannelId, SubscriptionId } from "../../src/protocol/ids.ts";
import { decodeServerMessage } from "../../src/protocol/decode.ts";
import { encodeClientMessage } from "../../src/protocol/encode.ts";
import { timeNs } from "../../src/time_ns.ts";
import { Opcode, RawSocket } from "../support/raw_socket.ts";
import { SequenceCheck } from "./payload.ts";
import type { ClientFigures } from "./soak_figures.ts";

/** Before a slow client leaves, it reads at most this many queued messages at full speed. */
const MAX_REST = 100_000;

/** What all clients share: the server, the figures and the end of the run. */
export interface ClientContext {
  port: number;
  figures: ClientFigures;
  /** The latencies of this second, in ms. */
  latencies: number[];
  /** Ends all connections. */
  signal: AbortSignal;
  random: () => number;
}

/** Again and again: subscribes to some topics, sends requests, and leaves after some seconds. */
export async function runComingAndGoing(context: ClientContext): Promise<void> {
  while (!context.signal.aborted) await recordFailure(context, () => visitOnce(context));
}

/** Again and again: reads so slowly that the server has to drop messages. */
export async function runSlowClient(context: ClientContext): Promise<void> {
  while (!context.signal.aborted) await recordFailure(context, () => visitSlowly(context));
}

/** Again and again: subscribes to everything and reads nothing, until the server evicts it. */
export async function runStuckClient(context: ClientContext): Promise<void> {
  while (!context.signal.aborted) {
    await recordFailure(context, async () => {
      using socket = await subscribeRaw(context.port, () => true);
      // Longer than the `stuckAfterMs` of the server.
      await sleep(15_000, context.signal);
      socket.close();
    });
  }
}

async function visitOnce({ port, figures, latencies, signal, random }: ClientContext): Promise<void> {
  const problems: string[] = [];
  await using client = await FoxgloveClient.connect(`ws://127.0.0.1:${port}`, {
    listener: {
      onError: (_client, error) => problems.push(String(error)),
      onWarning: (_client, message) => problems.push(message),
      // A channel may be removed while the subscription is on its way.
      onStatus: (_client, { message }) => message.endsWith("no such channel") || problems.push(message),
      onConnectionState: (_client, state) => state.type === "reconnecting" && problems.push(state.error.message),
    },
  });
  const checks: SequenceCheck[] = [];
  const loops: Promise<void>[] = [];
  const subscriptions: Subscription[] = [];
  const subscribe = () => {
    const check = new SequenceCheck();
    const share = 0.02 + random() * 0.1;
    const selected = new Set(Array.from({ length: 200 }, (_, index) => index).filter(() => random() < share));
    const subscription = client.subscribe(({ topic }) => selected.has(Number(topic.split("/")[2])), {
      maxQueued: 100_000,
      maxQueuedBytes: Infinity,
    });
    checks.push(check);
    loops.push((async () => {
      for await (const { channel, timestamp, payload } of subscription) {
        check.take(channel.id, payload);
        latencies.push(Number(timeNs() - timestamp) / 1e6);
      }
    })());
    subscriptions.push(subscription);
  };
  subscribe();
  subscribe();
  const end = performance.now() + 2000 + random() * 18_000;
  while (performance.now() < end && !signal.aborted) {
    await sleep(200 + random() * 1000, signal);
    await client.getParameters();
    subscriptions.pop()?.close();
    subscribe();
  }
  // Then nothing more can be dropped, and the count explains all gaps.
  for (const subscription of subscriptions) subscription.close();
  const { payload } = await client.callService("/dropped", "");
  const dropped = Number(new TextDecoder().decode(payload));
  await Promise.all(loops);
  count(figures, checks, dropped, problems);
}

async function visitSlowly({ port, figures, signal, random }: ClientContext): Promise<void> {
  const check = new SequenceCheck();
  const share = 0.3 + random() * 0.4;
  using socket = await subscribeRaw(
    port,
    () => random() < share,
    (channelId, payload) => check.take(channelId, payload),
  );
  const end = performance.now() + 5000 + random() * 15_000;
  while (performance.now() < end && !signal.aborted) {
    for (let count = 0; count < 20; count++) await socket.read();
    await sleep(100, signal);
  }
  await socket.unsubscribe();
  await socket.requestDropped();
  for (let rest = 0; rest < MAX_REST; rest++) {
    const dropped = await socket.read();
    if (dropped === undefined) continue;
    count(figures, [check], dropped, []);
    return;
  }
  throw new Error("The server did not answer the service call");
}

function count(figures: ClientFigures, checks: readonly SequenceCheck[], dropped: number, problems: string[]): void {
  const missing = checks.reduce((sum, check) => sum + check.missing, 0);
  figures.visits += 1;
  figures.messages += checks.reduce((sum, check) => sum + check.received, 0);
  figures.dropped += Math.min(missing, dropped);
  figures.unexplained += Math.max(0, missing - dropped);
  figures.failures.push(...problems);
}

/** A connection whose messages are read one at a time. */
interface RawClient extends Disposable {
  /** Reads a message. Returns the number of dropped messages if it is the answer to `requestDropped()`. */
  read(): Promise<number | undefined>;
  /** Ends all subscriptions. Then nothing more can be dropped. */
  unsubscribe(): Promise<void>;
  requestDropped(): Promise<void>;
  close(): void;
}

/** Connects, and subscribes to the selected channels of the first `advertise` messages. */
async function subscribeRaw(
  port: number,
  isSelected: () => boolean,
  onData: (channelId: ChannelId, payload: Uint8Array) => void = () => {},
): Promise<RawClient> {
  const headers = [["Sec-WebSocket-Protocol", "foxglove.websocket.v1"]] as const;
  const socket = await RawSocket.connect({ port, headers, answersPings: true });
  const channels = new Map<SubscriptionId, ChannelId>();
  let serviceId: number | undefined;

  async function receive() {
    while (true) {
      const frame = await socket.readFrame();
      if (!frame || frame.opcode === Opcode.CLOSE) throw new Error("The server ended the connection of a slow client");
      const isText = frame.opcode === Opcode.TEXT;
      return decodeServerMessage(isText ? new TextDecoder().decode(frame.payload) : frame.payload);
    }
  }

  while (serviceId === undefined) {
    const message = await receive();
    if (message.op === "advertiseServices") serviceId = message.services[0]?.id;
    if (message.op !== "advertise") continue;
    const subscriptions = message.channels.filter(isSelected).map(({ id }) => ({
      id: id as number as SubscriptionId,
      channelId: id,
    }));
    for (const { id, channelId } of subscriptions) channels.set(id, channelId);
    await socket.sendText(String(encodeClientMessage({ op: "subscribe", subscriptions })));
  }
  return {
    async read() {
      const message = await receive();
      if (message.op === "serviceCallResponse") return Number(new TextDecoder().decode(message.payload));
      if (message.op === "messageData") onData(channels.get(message.subscriptionId)!, message.payload);
      return undefined;
    },
    async unsubscribe() {
      await socket.sendText(String(encodeClientMessage({ op: "unsubscribe", subscriptionIds: [...channels.keys()] })));
    },
    async requestDropped() {
      const call = { serviceId, callId: 1, encoding: "json", payload: new Uint8Array() };
      await socket.sendBinary(encodeClientMessage({ op: "serviceCallRequest", ...call } as never) as Uint8Array);
    },
    close: () => socket.close(),
    [Symbol.dispose]: () => socket.close(),
  };
}

/** Runs `visit`, and records its error unless the run is ending. */
async function recordFailure({ figures, signal }: ClientContext, visit: () => Promise<void>): Promise<void> {
  try {
    await visit();
  } catch (error) {
    if (signal.aborted) return;
    figures.failures.push(String(error));
    await sleep(500, signal);
  }
}

/** Resolves early when the signal aborts. */
function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}
