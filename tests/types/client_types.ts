// The types of FoxgloveClient's typed methods. `deno check` checks them; nothing runs.

import type { FoxgloveServer } from "../../mod.ts";
import { type Codec, type Decoder, type Encoder, json } from "../../src/client/mod.ts";
import type {
  CallbackSubscription,
  DecodedMessage,
  FoxgloveClient,
  ReceivedMessage,
  Subscription,
  TypedSubscription,
  WaitOptions,
} from "../../src/client/mod.ts";

/** Values are read with all members, and written with some: as in generated messages. */
interface Pose {
  x: number;
  y: number;
}
type PoseInit = Partial<Pose>;

declare const client: FoxgloveClient;
declare const pose: Codec<Pose, PoseInit>;
declare const decoder: Decoder<Pose>;
declare const encoder: Encoder<PoseInit>;

/** Compiles only if both types are equal. */
function same<Expected>() {
  return <Actual>(
    _value: Actual,
    ..._proof: [Expected] extends [Actual] ? [Actual] extends [Expected] ? [] : [never] : [never]
  ) => {};
}

export async function subscriptions(): Promise<void> {
  same<Subscription>()(client.subscribe("/a"));
  same<Subscription>()(client.subscribe(({ topic }) => topic === "/a", { maxQueued: 5 }));
  same<TypedSubscription<Pose>>()(client.subscribe("/a", pose));
  same<TypedSubscription<Pose>>()(client.subscribe("/a", decoder, { maxQueued: 5, maxQueuedBytes: 5 }));
  same<TypedSubscription<Pose>>()(client.subscribe("/a").json<Pose>());
  same<CallbackSubscription>()(client.subscribe("/a", { onMessage: (message) => same<ReceivedMessage>()(message) }));
  same<CallbackSubscription>()(
    client.subscribe("/a", pose, { onMessage: (message) => same<DecodedMessage<Pose>>()(message) }),
  );
  client.subscribe("/a", { onMessage: async () => {} });
  for await (const { value } of client.subscribe("/a", pose)) same<Pose>()(value);

  // @ts-expect-error: values have the type of the codec.
  for await (const { value } of client.subscribe("/a", pose)) value.z;
  // @ts-expect-error: undecoded messages have no value.
  for await (const { value } of client.subscribe("/a")) void value;
  // @ts-expect-error: a callback has no queue.
  client.subscribe("/a", { onMessage() {}, maxQueued: 5 });
  // @ts-expect-error: a callback has no queue.
  client.subscribe("/a", pose, { onMessage() {}, maxQueuedBytes: 5 });
  // @ts-expect-error: a subscription with a callback cannot be looped over.
  for await (const _message of client.subscribe("/a", { onMessage() {} }));
  // @ts-expect-error: an encoder cannot decode.
  client.subscribe("/a", encoder);
  // @ts-expect-error: the callback gets the values of the codec.
  client.subscribe("/a", pose, { onMessage: ({ value }: DecodedMessage<string>) => void value });
}

/** One codec gives both sides the same types. */
export function bothSides(server: FoxgloveServer): void {
  const [sent, published] = [server.channel("/pose", pose), client.channel("/pose", pose)];
  same<Parameters<typeof sent.send>[0]>()(null as unknown as PoseInit | (() => PoseInit));
  same<Parameters<typeof published.send>[0]>()(null as unknown as PoseInit);
  server.onPublish("/pose", pose, (value) => same<Pose>()(value));
  client.subscribe("/pose", pose, { onMessage: ({ value }) => same<Pose>()(value) });
  server.service("/move", (request) => (same<Pose>()(request), { x: 1 }), { request: pose, response: pose });
  const move = client.service("/move", { request: pose, response: pose });
  same<(request: PoseInit, options?: WaitOptions) => Promise<Pose>>()(move.call);
  const battery = json({ example: { volts: 12.6 } });
  server.channel("/battery", battery).send({ volts: 1 });
  client.channel("/battery", battery).send({ volts: 1 });
  client.subscribe("/battery", battery, { onMessage: ({ value }) => same<{ volts: number }>()(value) });

  // @ts-expect-error: the server sends the values of the codec.
  sent.send({ x: "1" });
  // @ts-expect-error: and so does the client.
  published.send({ x: "1" });
  // @ts-expect-error: a JSON codec has the type of its example.
  client.channel("/battery", battery).send({ volt: 1 });
}

export async function channels(): Promise<void> {
  const channel = client.channel("/pose", pose);
  channel.send({});
  channel.send({ x: 1 }, { timestamp: 5n });
  same<boolean>()(channel.send({ x: 1, y: 2 }));
  client.channel("/pose", encoder).send({ y: 1 });
  // Received values can be sent again.
  for await (const { value } of client.subscribe("/pose", pose)) channel.send(value);

  // @ts-expect-error: the type of a member is wrong.
  channel.send({ x: "1" });
  // @ts-expect-error: the codec has no such member.
  channel.send({ z: 1 });
  // @ts-expect-error: times are in nanoseconds.
  channel.send({ x: 1 }, { timestamp: 5 });
  // @ts-expect-error: a decoder cannot encode.
  client.channel("/pose", decoder);
}

export async function services(): Promise<void> {
  const move = client.service<{ angle: number }, { moved: number }>("/move");
  same<{ moved: number }>()(await move.call({ angle: 45 }, { signal: AbortSignal.timeout(5) }));
  const transform = client.service("/transform", { request: pose, response: pose });
  same<Pose>()(await transform.call({ x: 1 }));
  same<unknown>()(await client.service("/any").call({ what: "ever" }));
  same<unknown>()(await client.service("/any").call());
  same<string>()(await client.service<void, string>("/any").call(undefined, { signal: AbortSignal.timeout(5) }));

  // @ts-expect-error: the type of the request is wrong.
  move.call({ angle: "45" });
  // @ts-expect-error: the request is required.
  move.call();
  // @ts-expect-error: the response has no such member.
  (await move.call({ angle: 1 })).angle;
  // @ts-expect-error: the codec writes another type.
  transform.call({ x: "1" });
  // @ts-expect-error: the decoder of the responses reads another type.
  client.service<PoseInit, string>("/transform", { request: pose, response: pose });
  // @ts-expect-error: requests need an encoder.
  client.service("/transform", { request: decoder });
}
