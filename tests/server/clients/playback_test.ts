// Playback control: clients control a server that replays recorded data.

import { assertEquals } from "@std/assert/equals";
import { assertStrictEquals } from "@std/assert/strict-equals";
import { assertThrows } from "@std/assert/throws";
import type { Capability, Subprotocol } from "../../../src/protocol/capabilities.ts";
import type { PlaybackControlRequest, PlaybackState, PlaybackStateMessage } from "../../../src/protocol/playback.ts";
import { StatusLevel } from "../../../src/protocol/status.ts";
import type { FoxgloveServerListener } from "../../../src/server/listener.ts";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { bytes as hex } from "../../protocol/hex.ts";
import { type Conversation, conversation, type FakeClient, settled } from "../../support/conversation.ts";

const SDK: { subprotocol: Subprotocol } = { subprotocol: "foxglove.sdk.v1" };
const V1: { subprotocol: Subprotocol } = { subprotocol: "foxglove.websocket.v1" };

const START = 1_700_000_000_000_000_005n;
const END = 1_700_000_060_000_000_000n;
const RANGE = { capabilities: ["playbackControl"], dataStartTime: START, dataEndTime: END } as const;

const PLAY: PlaybackControlRequest = { op: "playbackControlRequest", command: "play", speed: 1, requestId: "r1" };
const PLAYING: PlaybackState = { status: "playing", currentTime: START, speed: 1, didSeek: false };

type ControlHook = NonNullable<FoxgloveServerListener["onPlaybackControl"]>;

/** A server with recorded data. With `undefined`, its listener has no hook for playback. */
function replaying(hook: ControlHook | undefined, options: Partial<FoxgloveServerOptions> = {}): Conversation {
  const listener: FoxgloveServerListener = hook ? { onPlaybackControl: hook } : {};
  return conversation({ ...RANGE, listener, ...options });
}

function answerTo(requestId: string, state: PlaybackState = PLAYING): PlaybackStateMessage {
  return { op: "playbackState", ...state, requestId };
}

/** Waits for an ERROR that contains this text, and returns the whole text. */
async function hearsError(client: FakeClient, id: string, part: string): Promise<void> {
  const status = await client.next();
  const message = status.op === "status" ? status.message : "";
  assertEquals(status, { op: "status", level: StatusLevel.ERROR, message, id });
  assertEquals(message.includes(part), true, `"${message}" does not hold "${part}"`);
}

Deno.test("I07 serverInfo of a server with recorded data has playbackControl and both times", () => {
  const { client } = conversation({ ...RANGE, sessionId: "run 1" });
  const app = client({ keepFirstMessages: true });
  assertEquals(JSON.parse(app.wire[0] as string), {
    op: "serverInfo",
    name: "test",
    capabilities: ["playbackControl"],
    sessionId: "run 1",
    dataStartTime: { sec: 1_700_000_000, nsec: 5 },
    dataEndTime: { sec: 1_700_000_060, nsec: 0 },
  });
});

Deno.test("I07 recorded data may start at zero and end at its start", () => {
  const { client } = conversation({ ...RANGE, dataStartTime: 0n, dataEndTime: 0n, sessionId: "run 1" });
  client({ keepFirstMessages: true }).hears({
    op: "serverInfo",
    name: "test",
    capabilities: ["playbackControl"],
    sessionId: "run 1",
    dataStartTime: 0n,
    dataEndTime: 0n,
  });
});

Deno.test("I07 serverInfo without recorded data has neither time", () => {
  const { client } = conversation({ capabilities: ["time"], sessionId: "run 1" });
  const app = client({ keepFirstMessages: true });
  assertEquals(JSON.parse(app.wire[0] as string), {
    op: "serverInfo",
    name: "test",
    capabilities: ["time"],
    sessionId: "run 1",
  });
});

const INCOMPLETE: Readonly<Record<string, Partial<FoxgloveServerOptions>>> = {
  "the capability without a range": { capabilities: ["playbackControl"] },
  "a range without the capability": { dataStartTime: START, dataEndTime: END },
  "a range with another capability": { capabilities: ["time"], dataStartTime: START, dataEndTime: END },
  "no end": { capabilities: ["playbackControl"], dataStartTime: START },
  "no start": { capabilities: ["playbackControl"], dataEndTime: END },
  "a start alone": { dataStartTime: 0n },
  "an end alone": { dataEndTime: END },
};

for (const [what, options] of Object.entries(INCOMPLETE)) {
  Deno.test(`I07 FoxgloveServer rejects options with ${what}`, () => {
    assertThrows(() => new FoxgloveServer({ name: "test", ...options }), TypeError, "must be set together");
  });
}

const BACKWARDS = [[5n, 4n], [-1n, 4n], [0n, 2n ** 64n]] as const;

for (const [dataStartTime, dataEndTime] of BACKWARDS) {
  Deno.test(`I07 FoxgloveServer rejects a range from ${dataStartTime} to ${dataEndTime}`, () => {
    const capabilities: Capability[] = ["playbackControl"];
    assertThrows(() => new FoxgloveServer({ name: "test", capabilities, dataStartTime, dataEndTime }), RangeError);
  });
}

Deno.test("K01 onPlaybackControl gets the request, and all clients get its state with the request id", async () => {
  const seen: unknown[] = [];
  const { server, client } = replaying((...all) => {
    seen.push(...all);
    return { ...PLAYING, requestId: "not what was asked" };
  });
  const [app, other] = [client(SDK), client(SDK)];
  app.says({ ...PLAY, command: "pause", speed: 0.5, seekTime: START + 7n, requestId: "request ü" });
  for (const each of [app, other]) {
    assertEquals(await each.next(), answerTo("request ü"));
    each.hearsNothing();
  }
  assertStrictEquals(seen[0], server);
  assertEquals(seen[1], {
    op: "playbackControlRequest",
    command: "pause",
    speed: 0.5,
    seekTime: START + 7n,
    requestId: "request ü",
  });
  assertStrictEquals((seen[2] as { client: unknown }).client, server.clients.values().next().value);
  assertEquals(seen.length, 3);
});

Deno.test("K01 onPlaybackControl may return later, and responses have the ids of their requests", async () => {
  const slow = Promise.withResolvers<PlaybackState>();
  const { client } = replaying((_server, { requestId }) => requestId === "slow" ? slow.promise : PLAYING);
  const app = client(SDK);
  app.says({ ...PLAY, requestId: "slow" });
  app.says({ ...PLAY, requestId: "fast" });
  assertEquals(await app.next(), answerTo("fast"));
  slow.resolve({ ...PLAYING, status: "paused" });
  assertEquals(await app.next(), answerTo("slow", { ...PLAYING, status: "paused" }));
});

const STATES: readonly { state: PlaybackState; frame: string }[] = [
  {
    state: { status: "playing", currentTime: 5n, speed: 1, didSeek: false },
    frame: "05 00 0500000000000000 0000803f 00 01000000 78",
  },
  {
    state: { status: "paused", currentTime: 0n, speed: 0.5, didSeek: true },
    frame: "05 01 0000000000000000 0000003f 01 01000000 78",
  },
  {
    state: { status: "buffering", currentTime: 2n ** 64n - 1n, speed: 2, didSeek: false },
    frame: "05 02 ffffffffffffffff 00000040 00 01000000 78",
  },
  {
    state: { status: "ended", currentTime: 2n ** 53n + 1n, speed: 1, didSeek: false },
    frame: "05 03 0100000000002000 0000803f 00 01000000 78",
  },
];

for (const { state, frame } of STATES) {
  Deno.test(`K01 FoxgloveServer sends the state "${state.status}" byte by byte`, async () => {
    const { client } = replaying(() => state);
    const app = client(SDK);
    app.says({ ...PLAY, requestId: "x" });
    assertEquals(await app.next(), answerTo("x", state));
    assertEquals(app.wire.at(-1), hex(frame));
  });
}

Deno.test("K01 onPlaybackControl may derive the state from the request", async () => {
  const { client } = replaying((_server, request) => ({
    ...request,
    status: "playing",
    currentTime: START,
    didSeek: request.seekTime !== undefined,
  }));
  const app = client(SDK);
  app.says({ ...PLAY, seekTime: 3n });
  assertEquals(await app.next(), answerTo("r1", { ...PLAYING, didSeek: true }));
});

Deno.test("K01 each client may have 32 open requests", async () => {
  const answers: PromiseWithResolvers<PlaybackState>[] = [];
  const { client } = replaying(() => {
    const answer = Promise.withResolvers<PlaybackState>();
    answers.push(answer);
    return answer.promise;
  });
  const [app, other] = [client(SDK), client(SDK)];
  for (let count = 1; count <= 33; count++) app.says({ ...PLAY, requestId: `r${count}` });
  await hearsError(app, "r33", "Cannot control playback: more unanswered requests");
  assertEquals(answers.length, 32);
  other.says({ ...PLAY, requestId: "other" });
  answers[32]!.resolve(PLAYING);
  assertEquals(await app.next(), answerTo("other"));
  await settled();
  app.hearsNothing();
});

Deno.test("K02 FoxgloveServer distinguishes between no seek and a seek to 0", async () => {
  const seeks: unknown[] = [];
  const { client } = replaying((_server, request) => {
    seeks.push(Object.hasOwn(request, "seekTime") ? request.seekTime : "none");
    return PLAYING;
  });
  const app = client(SDK);
  app.says(PLAY);
  app.says({ ...PLAY, seekTime: 0n });
  // Any number except 0 sets the flag. Without the flag, the time has no meaning.
  app.saysRaw(hex("03 00 0000803f 02 0500000000000000 01000000 78"));
  app.saysRaw(hex("03 00 0000803f 00 ffffffffffffffff 01000000 78"));
  for (const requestId of ["r1", "r1", "x", "x"]) assertEquals(await app.next(), answerTo(requestId));
  assertEquals(seeks, ["none", 0n, 5n, "none"]);
});

const REFUSALS: Readonly<Record<string, { hook: ControlHook | undefined; text: string }>> = {
  "a hook that returns nothing": {
    hook: () => undefined,
    text: "Cannot control playback: the server rejected the request",
  },
  "a hook that returns nothing later": {
    hook: () => Promise.resolve(undefined),
    text: "Cannot control playback: the server rejected the request",
  },
  "no hook": { hook: undefined, text: "Cannot control playback: the server rejected the request" },
  "a hook that throws": {
    hook: () => {
      throw new Error("the disk is full");
    },
    text: "Cannot control playback: the disk is full",
  },
  "a hook that rejects": { hook: () => Promise.reject(new Error("the disk is full")), text: "the disk is full" },
};

for (const [what, { hook, text }] of Object.entries(REFUSALS)) {
  Deno.test(`K03 FoxgloveServer sends an ERROR to the requester only for ${what}`, async () => {
    const { client } = replaying(hook);
    const [app, other] = [client(SDK), client(SDK)];
    app.says(PLAY);
    await hearsError(app, "r1", text);
    await settled();
    app.hearsNothing();
    other.hearsNothing();
  });
}

Deno.test("K03 FoxgloveServer sends an ERROR to the requester only without the capability, and calls no hook", async () => {
  let calls = 0;
  const { client } = conversation({
    capabilities: ["time"],
    listener: {
      onPlaybackControl() {
        calls += 1;
        return PLAYING;
      },
    },
  });
  const [app, other] = [client(SDK), client(SDK)];
  app.says(PLAY);
  app.hears({
    op: "status",
    level: StatusLevel.ERROR,
    message: 'Cannot control playback: the server has no capability "playbackControl"',
    id: "r1",
  });
  await settled();
  app.hearsNothing();
  other.hearsNothing();
  assertEquals(calls, 0);
});

const WHOLE = hex("03 00 0000803f 00 0000000000000000 02000000 7231");

const BAD_FRAMES: Readonly<Record<string, Uint8Array>> = {
  "an unknown command": hex("03 02 0000803f 00 0000000000000000 01000000 78"),
  "a request id beyond the frame": hex("03 00 0000803f 00 0000000000000000 10000000 61"),
  "a request id that is not UTF-8": hex("03 00 0000803f 00 0000000000000000 02000000 c328"),
};

/** A server whose hook counts its calls. */
function counting(): Conversation & { calls: () => number } {
  let calls = 0;
  const server = replaying(() => {
    calls += 1;
    return PLAYING;
  });
  return { ...server, calls: () => calls };
}

for (const [what, frame] of Object.entries(BAD_FRAMES)) {
  Deno.test(`K03 FoxgloveServer sends an ERROR to the requester only for ${what}, and calls no hook`, () =>
    assertRefused(frame));
}

Deno.test("K03 FoxgloveServer sends an ERROR to the requester only for a request that is cut off anywhere, and calls no hook", async () => {
  for (let length = 1; length < WHOLE.length; length++) await assertRefused(WHOLE.subarray(0, length));
});

async function assertRefused(frame: Uint8Array): Promise<void> {
  const { client, calls } = counting();
  const [app, other] = [client(SDK), client(SDK)];
  app.saysRaw(frame);
  app.hearsStatus(StatusLevel.ERROR, '"playbackControlRequest"');
  await settled();
  app.hearsNothing();
  other.hearsNothing();
  assertEquals(calls(), 0);
  app.saysRaw(WHOLE);
  assertEquals(await app.next(), answerTo("r1"));
}

const SPEEDS: Readonly<Record<string, string>> = {
  "NaN": "0000c07f",
  "Infinity": "0000807f",
  "-Infinity": "000080ff",
  "0": "00000000",
  "-0": "00000080",
  "-1": "000080bf",
};

for (const [speed, float] of Object.entries(SPEEDS)) {
  Deno.test(`K04 FoxgloveServer sends an ERROR to the requester only for speed ${speed}, and calls no hook`, async () => {
    const { client, calls } = counting();
    const [app, other] = [client(SDK), client(SDK)];
    app.saysRaw(hex(`03 00 ${float} 01 0500000000000000 01000000 78`));
    app.hearsStatus(StatusLevel.ERROR);
    await settled();
    app.hearsNothing();
    other.hearsNothing();
    assertEquals(calls(), 0);
  });
}

Deno.test("K04 FoxgloveServer accepts the slowest speed that a frame can contain", async () => {
  const { client, calls } = counting();
  const app = client(SDK);
  app.saysRaw(hex("03 00 01000000 00 0000000000000000 01000000 78"));
  assertEquals(await app.next(), answerTo("x"));
  assertEquals(calls(), 1);
});

Deno.test("K05 FoxgloveServer.broadcastPlaybackState() sends an empty request id", () => {
  const { server, client } = replaying(undefined);
  const clients = [client(SDK), client(SDK)];
  server.broadcastPlaybackState({ status: "ended", currentTime: 5n, speed: 1, didSeek: false });
  for (const app of clients) {
    assertEquals(app.wire.at(-1), hex("05 03 0500000000000000 0000803f 00 00000000"));
    app.hears({ op: "playbackState", status: "ended", currentTime: 5n, speed: 1, didSeek: false });
    app.hearsNothing();
  }
});

Deno.test("K05 FoxgloveServer.broadcastPlaybackState() throws without the capability, and sends nothing", () => {
  const { server, client } = conversation({ capabilities: ["time"] });
  const app = client(SDK);
  assertThrows(() => server.broadcastPlaybackState(PLAYING), TypeError, '"playbackControl"');
  app.hearsNothing();
});

Deno.test("K05 FoxgloveServer.broadcastPlaybackState() throws for a state that cannot be sent, and sends nothing", () => {
  const { server, client } = replaying(undefined);
  const app = client(SDK);
  assertThrows(() => server.broadcastPlaybackState({ ...PLAYING, currentTime: -1n }), RangeError, "currentTime");
  const unknown = { ...PLAYING, status: "stopped" } as unknown as PlaybackState;
  assertThrows(() => server.broadcastPlaybackState(unknown), TypeError, "status");
  app.hearsNothing();
});

for (const peer of [V1, {}]) {
  const name = "subprotocol" in peer ? "a foxglove.websocket.v1 client" : "a client without subprotocol";

  Deno.test(`K06 ${name} gets playback states only after it has requested one`, async () => {
    const { server, client } = replaying(() => PLAYING);
    const [old, app] = [client(peer), client(SDK)];
    server.broadcastPlaybackState(PLAYING);
    app.hears({ op: "playbackState", ...PLAYING });
    app.says(PLAY);
    assertEquals(await app.next(), answerTo("r1"));
    old.hearsNothing();

    old.says({ ...PLAY, requestId: "old" });
    assertEquals(await app.next(), answerTo("old"));
    old.hears(answerTo("old"));
    server.broadcastPlaybackState(PLAYING);
    old.hears({ op: "playbackState", ...PLAYING });
    old.hearsNothing();
    const another = client(peer);
    server.broadcastPlaybackState(PLAYING);
    another.hearsNothing();
  });
}
