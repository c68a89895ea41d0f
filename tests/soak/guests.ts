// Guests: the clients of the soak, which come, look, and leave, each in its own way.

import { FoxgloveClient } from "../../src/client/client.ts";
import type { Subscription } from "../../src/client/subscription.ts";
import type { ChannelId, SubscriptionId } from "../../src/protocol/ids.ts";
import { decodeServerMessage } from "../../src/protocol/decode.ts";
import { encodeClientMessage } from "../../src/protocol/encode.ts";
import { timeNs } from "../../src/time_ns.ts";
import { Opcode, RawSocket } from "../support/raw_socket.ts";
import { SequenceCheck } from "./payload.ts";
import type { GuestFigures } from "./soak_figures.ts";

/** Before it leaves, a slow guest has what is left read at full speed, for so many messages at most. */
const MAX_REST = 100_000;

/** Where guests go, and where they tell what they saw. */
export interface Visit {
  port: number;
  figures: GuestFigures;
  /** Latencies of this second, in ms. */
  latencies: number[];
  /** Ends all visits. */
  signal: AbortSignal;
  random: () => number;
}

/** Subscribes to some topics, asks for this and that, and leaves after some seconds; again and again. */
export async function comeAndGo(visit: Visit): Promise<void> {
  while (!visit.signal.aborted) await failing(visit, () => lookAround(visit));
}

/** Reads slowly what it has subscribed to, so that the server has to drop. */
export async function dawdle(visit: Visit): Promise<void> {
  while (!visit.signal.aborted) await failing(visit, () => readSlowly(visit));
}

/** Subscribes to everything and reads nothing, until the server gives it up; again and again. */
export async function sitThere(visit: Visit): Promise<void> {
  while (!visit.signal.aborted) {
    await failing(visit, async () => {
      using socket = await subscribeRaw(visit.port, () => true);
      // Longer than the server's patience.
      await sleep(15_000, visit.signal);
      socket.close();
    });
  }
}

async function lookAround({ port, figures, latencies, signal, random }: Visit): Promise<void> {
  const problems: string[] = [];
  await using client = await FoxgloveClient.connect(`ws://127.0.0.1:${port}`, {
    listener: {
      onError: (_client, error) => problems.push(String(error)),
      onWarning: (_client, message) => problems.push(message),
      // A subscription may cross the end of its channel on the way.
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
    const wanted = new Set(Array.from({ length: 200 }, (_, index) => index).filter(() => random() < share));
    const subscription = client.subscribe(({ topic }) => wanted.has(Number(topic.split("/")[2])), {
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
  // Then nothing more can be dropped, and what was explains all gaps.
  for (const subscription of subscriptions) subscription.close();
  const { payload } = await client.callService("/dropped", "");
  const dropped = Number(new TextDecoder().decode(payload));
  await Promise.all(loops);
  count(figures, checks, dropped, problems);
}

async function readSlowly({ port, figures, signal, random }: Visit): Promise<void> {
  const check = new SequenceCheck();
  const share = 0.3 + random() * 0.4;
  using socket = await subscribeRaw(
    port,
    () => random() < share,
    (channelId, payload) => check.take(channelId, payload),
  );
  const end = performance.now() + 5000 + random() * 15_000;
  while (performance.now() < end && !signal.aborted) {
    for (let few = 0; few < 20; few++) await socket.read();
    await sleep(100, signal);
  }
  await socket.unsubscribe();
  await socket.askDropped();
  for (let rest = 0; rest < MAX_REST; rest++) {
    const dropped = await socket.read();
    if (dropped === undefined) continue;
    count(figures, [check], dropped, []);
    return;
  }
  throw new Error("The answer to a service call did not come");
}

function count(figures: GuestFigures, checks: readonly SequenceCheck[], dropped: number, problems: string[]): void {
  const missing = checks.reduce((sum, check) => sum + check.missing, 0);
  figures.visits += 1;
  figures.messages += checks.reduce((sum, check) => sum + check.received, 0);
  figures.dropped += Math.min(missing, dropped);
  figures.unexplained += Math.max(0, missing - dropped);
  figures.failures.push(...problems);
}

/** A connection that is read by hand. */
interface RawGuest extends Disposable {
  /** Reads a message; returns what was dropped, when that is what it tells. */
  read(): Promise<number | undefined>;
  /** Ends all subscriptions: then nothing more can be dropped, and what was explains all gaps. */
  unsubscribe(): Promise<void>;
  askDropped(): Promise<void>;
  close(): void;
}

/** Connects, and subscribes to those channels of the first `advertise`s that are wanted. */
async function subscribeRaw(
  port: number,
  wants: () => boolean,
  onData: (channelId: ChannelId, payload: Uint8Array) => void = () => {},
): Promise<RawGuest> {
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
    const subscriptions = message.channels.filter(wants).map(({ id }) => ({
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
    async askDropped() {
      const call = { serviceId, callId: 1, encoding: "json", payload: new Uint8Array() };
      await socket.sendBinary(encodeClientMessage({ op: "serviceCallRequest", ...call } as never) as Uint8Array);
    },
    close: () => socket.close(),
    [Symbol.dispose]: () => socket.close(),
  };
}

/** One visit; what fails is noted, unless all is ending. */
async function failing({ figures, signal }: Visit, visit: () => Promise<void>): Promise<void> {
  try {
    await visit();
  } catch (error) {
    if (signal.aborted) return;
    figures.failures.push(String(error));
    await sleep(500, signal);
  }
}

/** Ends early, and without an error, when the signal aborts. */
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
