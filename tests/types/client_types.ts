// The types of FoxgloveClient's typed methods. `deno check` checks them; nothing runs.

import type { Codec, Decoder, Encoder } from "../../src/client/mod.ts";
import type {
  CallbackSubscription,
  DecodedMessage,
  FoxgloveClient,
  ReceivedMessage,
  Subscription,
  TypedSubscription,
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
