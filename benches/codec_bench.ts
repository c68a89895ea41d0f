// The time to encode and decode one message, compared with npm's @foxglove/ws-protocol.

import protocol from "npm:@foxglove/ws-protocol@0.8.0/dist/cjs/src/parse.js";
import { assertEquals } from "@std/assert/equals";
import {
  decodeClientMessage,
  decodeServerMessage,
  encodeClientMessage,
  encodeServerMessage,
  type MessageData,
  type Parameter,
  type ParameterValues,
  type ServiceCallRequest,
  type ServiceId,
  type SubscriptionId,
} from "../src/protocol/mod.ts";
import { SIZES } from "./support/sizes.ts";

for (const { bytes, label } of SIZES) {
  const message: MessageData = {
    op: "messageData",
    subscriptionId: 7 as SubscriptionId,
    timestamp: 1_700_000_000_123_456_789n,
    payload: new Uint8Array(bytes).fill(5),
  };
  const frame = encodeServerMessage(message) as Uint8Array<ArrayBuffer>;
  // npm's client gets whole buffers.
  const { buffer } = frame;
  assertEquals(decodeServerMessage(frame), message);
  assertEquals(pick(protocol.parseServerMessage(buffer)), pick(message));
  assertEquals(encodeByHand(message), frame);

  let group = `decode messageData of ${label}`;
  Deno.bench({
    name: "npm's parseServerMessage()",
    group,
    baseline: true,
    fn: () => void protocol.parseServerMessage(buffer),
  });
  Deno.bench({ name: "decodeServerMessage()", group, fn: () => void decodeServerMessage(frame) });

  group = `encode messageData of ${label}`;
  Deno.bench({ name: "the code of npm's server", group, baseline: true, fn: () => void encodeByHand(message) });
  Deno.bench({ name: "encodeServerMessage()", group, fn: () => void encodeServerMessage(message) });

  const call: ServiceCallRequest = {
    op: "serviceCallRequest",
    serviceId: 3 as ServiceId,
    callId: 9,
    encoding: "json",
    payload: message.payload,
  };
  const request = encodeClientMessage(call) as Uint8Array<ArrayBuffer>;
  assertEquals(decodeClientMessage(request), call);
  assertEquals((protocol.parseClientMessage(request) as { callId?: number }).callId, call.callId);

  group = `decode serviceCallRequest of ${label}`;
  Deno.bench({
    name: "npm's parseClientMessage()",
    group,
    baseline: true,
    fn: () => void protocol.parseClientMessage(request),
  });
  Deno.bench({ name: "decodeClientMessage()", group, fn: () => void decodeClientMessage(request) });

  Deno.bench(`encode serviceCallRequest of ${label}`, () => void encodeClientMessage(call));
}

const advertise = JSON.stringify({
  op: "advertise",
  channels: Array.from({ length: 100 }, (_, index) => ({
    id: index + 1,
    topic: `/sensors/camera_${index}/image`,
    encoding: "json",
    schemaName: "Image",
    schema: '{"type":"object","properties":{"width":{"type":"number"},"height":{"type":"number"}}}',
  })),
});
const decoded = decodeServerMessage(advertise);
assertEquals(JSON.parse(encodeServerMessage(decoded) as string), JSON.parse(advertise));

Deno.bench({
  name: "JSON.parse(), without validation, like npm's client",
  group: "decode advertise of 100 channels",
  baseline: true,
  fn: () => void JSON.parse(advertise),
});
Deno.bench({
  name: "decodeServerMessage()",
  group: "decode advertise of 100 channels",
  fn: () => void decodeServerMessage(advertise),
});
Deno.bench({
  name: "JSON.stringify()",
  group: "encode advertise of 100 channels",
  baseline: true,
  fn: () => void JSON.stringify(decoded),
});
Deno.bench({
  name: "encodeServerMessage()",
  group: "encode advertise of 100 channels",
  fn: () => void encodeServerMessage(decoded),
});

const parameters: Parameter[] = Array.from({ length: 1000 }, (_, index) => ({
  name: `/arm/joint_${index}`,
  value: index % 2 ? index / 7 : { gains: [index, 0.5, 1e-3], mode: "slow", enabled: true },
}));
const values = encodeServerMessage({ op: "parameterValues", parameters }) as string;
const oneLong = encodeServerMessage({
  op: "parameterValues",
  parameters: [...parameters, { name: "stamp", value: 1_732_648_800_123_456_789n }],
}) as string;
assertEquals(
  (JSON.parse(oneLong, exactReviver) as ParameterValues).parameters.at(-1)?.value,
  1_732_648_800_123_456_789n,
);
assertEquals((decodeServerMessage(oneLong) as ParameterValues).parameters.at(-1)?.value, 1_732_648_800_123_456_789n);

{
  const group = "decode 1000 parameters";
  Deno.bench({ name: "JSON.parse()", group, baseline: true, fn: () => void JSON.parse(values) });
  Deno.bench({ name: "decodeServerMessage()", group, fn: () => void decodeServerMessage(values) });
  Deno.bench({
    name: "decodeServerMessage(), with one integer above 2^53",
    group,
    fn: () => void decodeServerMessage(oneLong),
  });
  Deno.bench({ name: "JSON.parse() with a reviver", group, fn: () => void JSON.parse(oneLong, exactReviver) });
}
{
  const message: ParameterValues = { op: "parameterValues", parameters };
  const group = "encode 1000 parameters";
  Deno.bench({ name: "JSON.stringify()", group, baseline: true, fn: () => void JSON.stringify(message) });
  Deno.bench({ name: "encodeServerMessage()", group, fn: () => void encodeServerMessage(message) });
}

/** Another way to keep all digits of integers. Some runtimes do not pass the source text of numbers. */
function exactReviver(_name: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || !Number.isInteger(value) || Number.isSafeInteger(value)) return value;
  const exact = BigInt(context?.source ?? value);
  return exact === BigInt(value) ? value : exact;
}

/** Makes a header, and copies it and the payload into a frame. */
function encodeByHand({ subscriptionId, timestamp, payload }: MessageData): Uint8Array<ArrayBuffer> {
  const header = new DataView(new ArrayBuffer(1 + 4 + 8));
  header.setUint8(0, 1);
  header.setUint32(1, subscriptionId, true);
  header.setBigUint64(5, timestamp, true);
  const frame = new Uint8Array(header.byteLength + payload.byteLength);
  frame.set(new Uint8Array(header.buffer), 0);
  frame.set(payload, header.byteLength);
  return frame;
}

/** The members that have the same names in npm's message, whose data is a DataView. */
function pick(message: object): unknown {
  const { subscriptionId, timestamp } = message as MessageData;
  return { subscriptionId, timestamp };
}
