// FoxgloveServer.stats(): how requests end, and how long they take.

import { assertEquals } from "@std/assert/equals";
import type { FoxgloveServerListener } from "../../../src/server/listener.ts";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import { RefusalError } from "../../../src/server/refusal_error.ts";
import type { RequestOutcome } from "../../../src/server/stats/request_stats.ts";
import type { RequestType } from "../../../src/session/session_counter.ts";
import {
  bytes,
  type Conversation,
  conversation,
  type FakeClient,
  type FakeClientOptions,
  service,
  settled,
} from "../../support/conversation.ts";
import { TestClock } from "../../support/test_clock.ts";

const NONE: Readonly<Record<RequestOutcome, number>> = { ok: 0, failed: 0, timeout: 0, refused: 0, cancelled: 0 };

/** A type of request: how a client makes it, the hook that answers it, and a valid result of the hook. */
interface Kind {
  type: RequestType;
  hook?: keyof FoxgloveServerListener;
  good?: unknown;
  ask: (client: FakeClient) => void;
}

const KINDS: readonly Kind[] = [
  {
    type: "callService",
    hook: "onServiceRequest",
    good: "{}",
    ask: (client) =>
      client.says({
        op: "serviceCallRequest",
        serviceId: service(1),
        callId: 1,
        encoding: "json",
        payload: bytes("{}"),
      }),
  },
  {
    type: "fetchAsset",
    hook: "onFetchAsset",
    good: bytes("mesh"),
    ask: (client) => client.says({ op: "fetchAsset", uri: "package://a", requestId: 1 }),
  },
  {
    type: "getParameters",
    hook: "onGetParameters",
    good: [],
    ask: (client) => client.says({ op: "getParameters", parameterNames: ["a"], id: "q" }),
  },
  {
    type: "setParameters",
    hook: "onSetParameters",
    good: [],
    ask: (client) => client.says({ op: "setParameters", parameters: [{ name: "a", value: 1 }] }),
  },
  {
    type: "watchAllParameters",
    hook: "onGetParameters",
    good: [],
    ask: (client) => client.says({ op: "subscribeParameterUpdates", parameterNames: [] }),
  },
  {
    type: "controlPlayback",
    hook: "onPlaybackControl",
    good: { status: "playing", currentTime: 1n, speed: 1, didSeek: false },
    ask: (client) => client.says({ op: "playbackControlRequest", command: "play", speed: 1, requestId: "q" }),
  },
  { type: "sendGraph", ask: (client) => client.says({ op: "subscribeConnectionGraph" }) },
];

const HOOKED = KINDS.filter((kind): kind is Required<Kind> => kind.hook !== undefined);

/** A server with all capabilities and one service. */
function fixture(
  listener: FoxgloveServerListener,
  options: Partial<FoxgloveServerOptions> = {},
): Conversation & { clock: TestClock } {
  const clock = new TestClock();
  const talk = conversation({
    capabilities: ["services", "assets", "parameters", "parametersSubscribe", "playbackControl", "connectionGraph"],
    supportedEncodings: ["json"],
    dataStartTime: 1n,
    dataEndTime: 9n,
    listener,
    ...options,
  }, { clock });
  talk.server.addService({ name: "/reset", type: "Reset" });
  return { ...talk, clock };
}

/** Asserts the outcomes of the requests of one type, and that there were no requests of other types. */
function assertOutcomes(
  { server }: Conversation,
  type: RequestType,
  outcomes: Partial<Record<RequestOutcome, number>>,
): void {
  const { requests } = server.stats();
  const others = Object.entries(requests).filter(([other]) => other !== type);
  assertEquals(requests[type].outcomes, { ...NONE, ...outcomes });
  for (const [other, stats] of others) {
    assertEquals([other, stats.outcomes, stats.inFlight, stats.durations.count], [other, NONE, 0, 0]);
  }
}

async function turns(count = 5): Promise<void> {
  for (let turn = 0; turn < count; turn++) await settled();
}

for (const { type, hook, good, ask } of HOOKED) {
  Deno.test(`FoxgloveServer.stats() counts successful and running requests, and their durations: ${type}`, async () => {
    const answers: ((value: unknown) => void)[] = [];
    const talk = fixture({ [hook]: () => new Promise((resolve) => answers.push(resolve)) });
    const { server, client, clock } = talk;
    const app = client();
    ask(app);
    await turns();
    clock.advance(30);
    assertOutcomes(talk, type, {});
    assertEquals([server.stats().requests[type].inFlight, server.stats().requests[type].durations.count], [1, 0]);
    answers[0]?.(good);
    await turns();
    assertOutcomes(talk, type, { ok: 1 });
    const { inFlight, durations: { boundsSeconds, counts, count, sumSeconds } } = server.stats().requests[type];
    assertEquals([inFlight, count, sumSeconds], [0, 1, 0.03]);
    assertEquals(boundsSeconds.filter((_, index) => counts[index] === 1), [0.05]);
  });

  Deno.test(`FoxgloveServer.stats() counts requests whose hook fails or rejects them: ${type}`, async () => {
    const results: (() => unknown)[] = [
      () => {
        throw new Error("broken");
      },
      () => Promise.reject(new Error("broken later")),
      () => 5,
      () => {
        throw new RefusalError("not now");
      },
    ];
    const talk = fixture({ [hook]: () => results.shift()?.() });
    const app = talk.client();
    for (let count = 4; count > 0; count--) {
      ask(app);
      await turns();
    }
    assertOutcomes(talk, type, { failed: 3, refused: 1 });
    assertEquals(talk.server.stats().requests[type].durations.count, 4);
    assertEquals(talk.server.stats().hookErrors[hook], 3);
  });

  Deno.test(`FoxgloveServer.stats() counts requests that time out: ${type}`, async () => {
    const talk = fixture({ [hook]: () => new Promise(() => {}) }, { requestTimeoutMs: 1000 });
    ask(talk.client());
    await turns();
    talk.clock.advance(1000);
    await turns();
    assertOutcomes(talk, type, { timeout: 1 });
    assertEquals(talk.server.stats().requests[type].durations.sumSeconds, 1);
    assertEquals(talk.server.stats().hookErrors[hook], 1);
  });

  Deno.test(`FoxgloveServer.stats() counts a timeout of the hook's own as a failure: ${type}`, async () => {
    const late = new DOMException("no answer within 1000 ms", "TimeoutError");
    const talk = fixture({ [hook]: () => Promise.reject(late) }, { requestTimeoutMs: 1000 });
    ask(talk.client());
    await turns();
    assertOutcomes(talk, type, { failed: 1 });
  });

  Deno.test(`FoxgloveServer.stats() counts requests whose client leaves before the answer: ${type}`, async () => {
    const answers: ((value: unknown) => void)[] = [];
    const talk = fixture({ [hook]: () => new Promise((resolve) => answers.push(resolve)) });
    const app = talk.client();
    ask(app);
    await turns();
    app.leaves();
    await turns();
    assertEquals(talk.server.stats().requests[type].inFlight, 1);
    answers[0]?.(good);
    await turns();
    assertOutcomes(talk, type, { cancelled: 1 });
    const { inFlight, durations } = talk.server.stats().requests[type];
    assertEquals([inFlight, durations.count], [0, 0]);
  });
}

Deno.test("FoxgloveServer.stats() counts answered requests for the graph", async () => {
  const talk = fixture({});
  talk.client().says({ op: "subscribeConnectionGraph" });
  await turns();
  assertOutcomes(talk, "sendGraph", { ok: 1 });
  assertEquals(talk.server.stats().requests.sendGraph.durations.count, 1);
});

for (const { type, ask, hook } of KINDS) {
  Deno.test(`FoxgloveServer.stats() counts requests that need a missing capability as refused: ${type}`, async () => {
    const talk = conversation();
    ask(talk.client());
    await turns();
    assertOutcomes(talk, type, { refused: 1 });
    assertEquals(talk.server.stats().requests[type].durations.count, 0);
  });

  // Without the hook, parameters are an empty list.
  if (hook === undefined || hook === "onGetParameters") continue;
  Deno.test(`FoxgloveServer.stats() counts requests without a hook as refused: ${type}`, async () => {
    const talk = fixture({});
    ask(talk.client());
    await turns();
    assertOutcomes(talk, type, { refused: 1 });
  });
}

for (
  const [what, type, options, ask] of [
    ["a service that does not exist", "callService", {}, (client: FakeClient) => {
      client.says({
        op: "serviceCallRequest",
        serviceId: service(9),
        callId: 1,
        encoding: "json",
        payload: bytes("{}"),
      });
    }],
    ["an encoding that is not supported", "callService", {}, (client: FakeClient) => {
      client.says({ op: "serviceCallRequest", serviceId: service(1), callId: 1, encoding: "cdr", payload: bytes("") });
    }],
    ["an asset that the rights exclude", "fetchAsset", { identity: { rights: { assets: ["package://b"] } } }, (
      client: FakeClient,
    ) => {
      client.says({ op: "fetchAsset", uri: "package://a", requestId: 1 });
    }],
    [
      "a parameter that the rights exclude",
      "setParameters",
      { identity: { rights: { writableParameters: ["b"] } } },
      (
        client: FakeClient,
      ) => {
        client.says({ op: "setParameters", parameters: [{ name: "a", value: 1 }] });
      },
    ],
    ["a speed that is not positive", "controlPlayback", {}, (client: FakeClient) => {
      client.says({ op: "playbackControlRequest", command: "play", speed: 0, requestId: "q" });
    }],
  ] as const satisfies readonly [string, RequestType, FakeClientOptions, (client: FakeClient) => void][]
) {
  Deno.test(`FoxgloveServer.stats() counts a request for ${what} as refused`, async () => {
    const talk = fixture({});
    ask(talk.client(options));
    await turns();
    assertOutcomes(talk, type, { refused: 1 });
  });
}

Deno.test("FoxgloveServer.stats() counts requests beyond a limit as refused, and the limit", async () => {
  const talk = fixture({ onServiceRequest: () => new Promise(() => {}) }, { maxPendingRequests: 1 });
  const app = talk.client();
  for (let count = 0; count < 3; count++) KINDS[0]?.ask(app);
  await turns();
  assertOutcomes(talk, "callService", { refused: 2 });
  const { requests, limitHits } = talk.server.stats();
  assertEquals([requests.callService.inFlight, limitHits.maxPendingRequests], [1, 2]);
});

Deno.test("FoxgloveServer.stats() counts queued requests of a client that leaves as cancelled", async () => {
  const talk = fixture({ onFetchAsset: () => new Promise(() => {}) });
  const app = talk.client();
  for (let count = 0; count < 3; count++) app.says({ op: "fetchAsset", uri: "package://a", requestId: count });
  await turns();
  assertEquals(talk.server.stats().requests.fetchAsset.inFlight, 1);
  app.leaves();
  await turns();
  assertOutcomes(talk, "fetchAsset", { cancelled: 2 });
});

Deno.test("FoxgloveServer.stats() does not count a subscription to named parameters as a request", async () => {
  const talk = fixture({}, { maxParameters: 2 });
  const app = talk.client();
  app.says({ op: "subscribeParameterUpdates", parameterNames: ["a"] });
  app.says({ op: "subscribeParameterUpdates", parameterNames: ["b", "c", "d"] });
  await turns();
  assertOutcomes(talk, "watchAllParameters", {});
  assertEquals(talk.server.stats().limitHits.maxParameters, 1);
});

Deno.test("FoxgloveServer.stats() counts assets that are larger than maxAssetBytes", async () => {
  const talk = fixture({ onFetchAsset: () => bytes("large") }, { maxAssetBytes: 4 });
  KINDS[1]?.ask(talk.client());
  await turns();
  assertOutcomes(talk, "fetchAsset", { refused: 1 });
  assertEquals(talk.server.stats().limitHits.maxAssetBytes, 1);
});
