// Hooks that never return: each call affects only its own request.

import { assertEquals } from "@std/assert/equals";
import type { FoxgloveServerListener } from "../../../src/server/listener.ts";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import type { ServerMessage } from "../../../src/protocol/messages.ts";
import {
  bytes,
  type Conversation,
  conversation,
  type FakeClient,
  HookLog,
  service,
  settled,
} from "../../support/conversation.ts";

const SIDE = { encoding: "json", schemaName: "Empty", schemaEncoding: "jsonschema", schema: '{"type":"object"}' };

const NEVER = new Promise<never>(() => {});

/** A kind of request: how a client makes it, and how its response and its failure begin. */
interface Kind {
  hook: keyof FoxgloveServerListener;
  ask: (client: FakeClient) => void;
  good: unknown;
  /** Undefined if a successful request gets no response. */
  answer?: ServerMessage["op"];
  failure: string;
  /** Whether the next request of this kind waits for the previous one. */
  queues?: true;
}

const KINDS: Readonly<Record<string, Kind>> = {
  "a service call": {
    hook: "onServiceRequest",
    ask: (client) =>
      client.says({
        op: "serviceCallRequest",
        serviceId: service(1),
        callId: 1,
        encoding: "json",
        payload: bytes("{}"),
      }),
    good: "{}",
    answer: "serviceCallResponse",
    failure: 'Service "/reset" failed',
  },
  "an asset": {
    hook: "onFetchAsset",
    ask: (client) => client.says({ op: "fetchAsset", uri: "package://a", requestId: 1 }),
    good: bytes("mesh"),
    answer: "fetchAssetResponse",
    failure: 'Cannot fetch "package://a"',
    queues: true,
  },
  "getting parameters": {
    hook: "onGetParameters",
    ask: (client) => client.says({ op: "getParameters", parameterNames: ["a"], id: "q" }),
    good: [],
    answer: "parameterValues",
    failure: "Cannot get parameters",
    queues: true,
  },
  "setting parameters": {
    hook: "onSetParameters",
    ask: (client) => client.says({ op: "setParameters", parameters: [{ name: "a", value: 1 }] }),
    good: [],
    failure: "Cannot set parameters",
  },
  "watching all parameters": {
    hook: "onGetParameters",
    ask: (client) => client.says({ op: "subscribeParameterUpdates", parameterNames: [] }),
    good: [],
    failure: "Cannot subscribe to all parameters",
    queues: true,
  },
  "playback": {
    hook: "onPlaybackControl",
    ask: (client) => client.says({ op: "playbackControlRequest", command: "play", speed: 1, requestId: "p" }),
    good: { status: "playing", currentTime: 1n, speed: 1, didSeek: false },
    answer: "playbackState",
    failure: "Cannot control playback",
  },
};

/** A server whose hooks return valid results. The hook of this kind never returns for the first client. */
function hanging({ hook, good }: Kind, options: Partial<FoxgloveServerOptions> = {}): Conversation {
  const talk = conversation({
    capabilities: ["parameters", "parametersSubscribe", "services", "assets", "playbackControl"],
    dataStartTime: 0n,
    dataEndTime: 9n,
    listener: {
      ...Object.fromEntries(Object.values(KINDS).map(({ hook, good }) => [hook, () => good])),
      [hook]: (...all: { client: { id: number } }[]) => all.at(-1)?.client.id === 1 ? NEVER : good,
    },
    ...options,
  });
  talk.server.addService({ name: "/reset", type: "Reset", request: SIDE, response: SIDE });
  return talk;
}

/** Returns the error text of the next message. */
async function errorText(client: FakeClient): Promise<string | undefined> {
  const message = await client.next();
  switch (message.op) {
    case "status":
    case "serviceCallFailure":
      return message.message;
    case "fetchAssetResponse":
      return message.status === "error" ? message.error : undefined;
    default:
      return undefined;
  }
}

for (const [what, kind] of Object.entries(KINDS)) {
  Deno.test(`${what} that is never answered delays no other request of this client or of other clients`, async () => {
    const { client } = hanging(kind);
    const [app, other] = [client(), client()];
    kind.ask(app);
    for (const each of Object.values(KINDS).filter(({ answer }) => answer !== undefined)) {
      each.ask(other);
      assertEquals((await other.next()).op, each.answer);
      if (each.hook === kind.hook) continue;
      app.takesAll(); // playbackState is sent to all clients
      each.ask(app);
      assertEquals((await app.next()).op, each.answer);
    }
  });

  Deno.test(`${what} that is never answered counts as open until it times out`, async () => {
    const { client } = hanging(kind, { maxPendingRequests: 1, requestTimeoutMs: 20 });
    const app = client();
    for (let round = 0; round < 2; round++) {
      kind.ask(app);
      kind.ask(app);
      if (kind.queues) {
        assertEquals(await errorText(app), `${kind.failure}: no answer within 20 ms`);
      } else {
        assertEquals((await errorText(app))?.includes('"maxPendingRequests" allows (1)'), true);
      }
      assertEquals(await errorText(app), `${kind.failure}: no answer within 20 ms`);
      await settled();
    }
    app.hearsNothing();
  });

  Deno.test(`${what} that is never answered leaves nothing behind when its client disconnects or the server closes`, async () => {
    const { server, client } = hanging(kind, { requestTimeoutMs: 2 ** 31 - 1 });
    const app = client();
    kind.ask(app);
    app.leaves();
    const late = client();
    kind.ask(late);
    const closed = server.close();
    late.leaves();
    await closed;
    assertEquals(late.closedWith?.code, 1001);
  });
}

Deno.test("FoxgloveServer sends the current values after a set that timed out", async () => {
  const { client } = conversation({
    capabilities: ["parameters"],
    requestTimeoutMs: 1,
    listener: { onSetParameters: () => NEVER, onGetParameters: () => [{ name: "a", value: 0 }] },
  });
  const app = client();
  app.says({ op: "setParameters", parameters: [{ name: "a", value: 1 }], id: "q" });
  assertEquals(await errorText(app), "Cannot set parameters: no answer within 1 ms");
  assertEquals(await app.next(), { op: "parameterValues", parameters: [{ name: "a", value: 0 }], id: "q" });
});

Deno.test("FoxgloveServer sends values that a hook sets after its client disconnected to those that watch them", async () => {
  const set = Promise.withResolvers<{ name: string; value: number }[]>();
  const { client } = conversation({
    capabilities: ["parameters", "parametersSubscribe"],
    requestTimeoutMs: 20,
    listener: { onSetParameters: () => set.promise },
  });
  const [script, watcher] = [client(), client()];
  watcher.says({ op: "subscribeParameterUpdates", parameterNames: ["a"] });
  script.says({ op: "setParameters", parameters: [{ name: "a", value: 1 }] });
  script.leaves();
  set.resolve([{ name: "a", value: 1 }]);
  assertEquals(await watcher.next(), { op: "parameterValues", parameters: [{ name: "a", value: 1 }] });
});

Deno.test("notification hooks that never return block nothing", async () => {
  const calls = new HookLog();
  const { server, client } = conversation({
    capabilities: ["clientPublish"],
    listener: {
      onClientConnect: () => NEVER,
      onClientSubscribe: (_server, id) => (calls.note(id), NEVER),
      onClientDisconnect: () => NEVER,
    },
  });
  const [one, two] = [1, 2].map((id) => server.addChannel({ topic: `/${id}`, encoding: "json" }));
  const app = client();
  for (const id of [one, two]) if (id !== undefined) app.subscribes(id, id);
  assertEquals(calls.take(), [[1], [2]]);
  const closed = server.close();
  app.leaves();
  await closed;
  assertEquals(server.clients.size, 0);
});
