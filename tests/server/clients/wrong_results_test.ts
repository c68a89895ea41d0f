// Request hooks with invalid results: the log says what was expected, and the client only gets a failure.

import { assertEquals } from "@std/assert/equals";
import type { ClientMessage, ServerMessage } from "../../../src/protocol/messages.ts";
import type { Parameter } from "../../../src/protocol/parameters.ts";
import type { PlaybackState } from "../../../src/protocol/playback.ts";
import { StatusLevel } from "../../../src/protocol/status.ts";
import type { ParametersHook } from "../../../src/server/clients/hook_results.ts";
import type { RequestHookName } from "../../../src/server/clients/hooks.ts";
import type { FoxgloveServerListener } from "../../../src/server/listener.ts";
import { assertStillWorks, fullConversation } from "../../support/full_conversation.ts";
import { bytes, type FakeClient, service, settled } from "../../support/conversation.ts";

const INVALID = "the server's answer is not valid";

/** A request for each hook, and the messages to the client when it fails for this reason. */
const REQUESTS: Readonly<Record<RequestHookName, { asks: ClientMessage; fails: (why: string) => ServerMessage[] }>> = {
  onServiceRequest: {
    asks: { op: "serviceCallRequest", serviceId: service(1), callId: 9, encoding: "json", payload: bytes("{}") },
    fails: (why) => [{
      op: "serviceCallFailure",
      serviceId: service(1),
      callId: 9,
      message: `Service "/reset" failed: ${why}`,
    }],
  },
  onGetParameters: {
    asks: { op: "getParameters", parameterNames: [], id: "q" },
    fails: (why) => [error(`Cannot get parameters: ${why}`, "q")],
  },
  onSetParameters: {
    asks: { op: "setParameters", parameters: [{ name: "a", value: 1 }], id: "q" },
    fails: (why) => [
      error(`Cannot set parameters: ${why}`, "q"),
      { op: "parameterValues", parameters: [], id: "q" },
    ],
  },
  onFetchAsset: {
    asks: { op: "fetchAsset", uri: "package://a", requestId: 7 },
    fails: (why) => [{
      op: "fetchAssetResponse",
      requestId: 7,
      status: "error",
      error: `Cannot fetch "package://a": ${why}`,
    }],
  },
  onPlaybackControl: {
    asks: { op: "playbackControlRequest", command: "play", speed: 1, requestId: "r" },
    fails: (why) => [error(`Cannot control playback: ${why}`, "r")],
  },
};

function error(message: string, id: string): ServerMessage {
  return { op: "status", level: StatusLevel.ERROR, message, id };
}

/** Lets a hook answer one request. Returns the log lines about it. */
async function answer(name: RequestHookName, hook: () => unknown, why: string): Promise<string[]> {
  const { server, client, errors } = fullConversation({ [name]: hook } as FoxgloveServerListener);
  const [app, other]: FakeClient[] = [client({ subprotocol: "foxglove.sdk.v1" }), client()];
  const { asks, fails } = REQUESTS[name];
  app!.says(asks);
  await settled();
  app!.hears(...fails(why));
  app!.hearsNothing();
  other!.hearsNothing();
  assertStillWorks(server, app!);
  return errors();
}

const PLAYING: PlaybackState = { status: "playing", currentTime: 5n, speed: 1, didSeek: false };
const ANY_VALUE = "value is made of finite numbers, booleans, strings, arrays and plain objects";
const UINT64 = "a bigint from 0 to 18446744073709551615";

class Pose {}

/** Results of each hook, and the end of the log line that begins with the hook's name and "must return". */
const RESULTS: Readonly<Record<RequestHookName, readonly (readonly [result: unknown, says: string])[]>> = {
  onServiceRequest: [
    [undefined, "but returned undefined"],
    [null, "but returned null"],
    [5, "but returned a number"],
    [5n, "but returned a bigint"],
    [[1, 2], 'but its "encoding" is undefined'],
    [{ success: true }, 'but its "encoding" is undefined'],
    [{ encoding: 5, payload: bytes("x") }, 'but its "encoding" is a number'],
    [{ encoding: "json" }, 'but its "payload" is undefined'],
    [{ encoding: "json", payload: "secret" }, 'but its "payload" is a string'],
  ].map(([result, says]) => [
    result,
    `text, bytes (a buffer or a view of one), or an object with "encoding" and "payload", ${says}`,
  ]),
  onFetchAsset: [
    [undefined, "bytes (a buffer or a view of one), but returned undefined"],
    [null, "bytes (a buffer or a view of one), but returned null"],
    ["secret", "bytes (a buffer or a view of one), but returned a string"],
    [5, "bytes (a buffer or a view of one), but returned a number"],
    [[1, 2, 3], "bytes (a buffer or a view of one), but returned an Array"],
    [{ byteLength: 1, length: 1 }, "bytes (a buffer or a view of one), but returned an Object"],
    [() => bytes("x"), "bytes (a buffer or a view of one), but returned a function"],
  ],
  onGetParameters: [
    ["secret", "an array of parameters, but returned a string"],
    [{ a: 1 }, "an array of parameters, but returned an Object"],
    [new Map([["a", 1]]), "an array of parameters, but returned a Map"],
  ],
  onSetParameters: [
    [undefined, "an array of parameters, but returned undefined"],
    [null, "an array of parameters, but returned null"],
    [new Pose(), "an array of parameters, but returned an Object"],
  ],
  onPlaybackControl: [
    [null, "a playback state or nothing, but returned null"],
    ["playing", "a playback state or nothing, but returned a string"],
    [{}, 'a playback state whose status is one of "playing", "paused", "buffering", "ended", but it is undefined'],
    [
      { ...PLAYING, status: "stopped" },
      'a playback state whose status is one of "playing", "paused", "buffering", "ended", but it is a string',
    ],
    [{ ...PLAYING, currentTime: 5 }, `a playback state whose currentTime is ${UINT64}, but it is a number`],
    [{ ...PLAYING, currentTime: -1n }, `a playback state whose currentTime is ${UINT64}, but it is a bigint`],
    [{ ...PLAYING, speed: NaN }, "a playback state whose speed is a finite number, but it is NaN"],
    [{ ...PLAYING, didSeek: 1 }, "a playback state whose didSeek is a boolean, but it is a number"],
  ],
};

for (const [name, results] of Object.entries(RESULTS) as [RequestHookName, (typeof RESULTS)[RequestHookName]][]) {
  for (const [result, says] of results) {
    Deno.test(`FoxgloveServer logs that ${name} must return ${says}, without details for the client`, async () => {
      const line = `error: Client 1: ${name} must return ${says}`;
      assertEquals(await answer(name, () => result, INVALID), [line]);
      assertEquals(await answer(name, () => Promise.resolve(result), INVALID), [line]);
    });
  }
}

/** Second entries of a hook's result, and the end of the log line about them. The first entry is sent. */
const ENTRIES: readonly (readonly [entry: unknown, says: string])[] = [
  [null, "an array of parameters, but entry 1 is null"],
  [undefined, "an array of parameters, but entry 1 is undefined"],
  ["a", "an array of parameters, but entry 1 is a string"],
  [{ value: 1 }, "an array of parameters, but the name of entry 1 is undefined"],
  [{ name: 5, value: 1 }, "an array of parameters, but the name of entry 1 is a number"],
  [
    { name: "b", value: 2n ** 64n },
    "parameters whose value is made of integers from -9223372036854775808 to 18446744073709551615, but that of " +
    '"b" is a bigint',
  ],
  [{ name: "b", value: [null] }, `parameters whose ${ANY_VALUE}, but that of "b" is an Array`],
  [{ name: "b", value: new Date(0) }, `parameters whose ${ANY_VALUE}, but that of "b" is a Date`],
  [
    { name: "b", value: "secret", type: "float64" },
    'parameters whose value is a number for type "float64", but that of "b" is a string',
  ],
  [
    { name: "b", value: 1, type: "int8" },
    'parameters whose type is absent or one of "byte_array", "float64", "float64_array", but that of "b" is a string',
  ],
];

/** Lets a hook that returns parameters answer one request. Returns the log lines about it. */
async function answerWith(name: ParametersHook, result: unknown, parameters: Parameter[]): Promise<string[]> {
  const { server, client, errors } = fullConversation({ [name]: () => result } as FoxgloveServerListener);
  const app = client();
  app.says(REQUESTS[name].asks);
  await settled();
  app.hears({ op: "parameterValues", parameters, id: "q" });
  app.hearsNothing();
  assertStillWorks(server, app);
  return errors();
}

const PARAMETERS_HOOKS: readonly ParametersHook[] = ["onGetParameters", "onSetParameters"];

for (const name of PARAMETERS_HOOKS) {
  for (const [entry, says] of ENTRIES) {
    Deno.test(`FoxgloveServer logs that ${name} must return ${says}, and sends the other entry`, async () => {
      const good: Parameter = { name: "a", value: 1 };
      assertEquals(await answerWith(name, [good, entry], [good]), [`error: Client 1: ${name} must return ${says}`]);
    });
  }

  Deno.test(`FoxgloveServer logs ten lines if ${name} returns many entries that cannot be sent`, async () => {
    const bad = Array.from({ length: 50 }, (_, index) => ({ name: `${index}`, value: new Date(0) }));
    assertEquals((await answerWith(name, bad, [])).length, 10);
  });
}

const HOSTILE = new Proxy({}, {
  get() {
    throw new Error("trap");
  },
  getPrototypeOf() {
    throw new Error("trap");
  },
  ownKeys() {
    throw new Error("trap");
  },
});

/** A Proxy of an array whose entries cannot be read. */
const HOSTILE_LIST = new Proxy([1], {
  get(target, name, receiver) {
    if (name === "then") return undefined;
    if (name === Symbol.iterator) throw new Error("trap");
    return Reflect.get(target, name, receiver);
  },
});

/** A Proxy that can be awaited, but not read. */
const HOSTILE_RESULT = new Proxy({}, {
  get(_target, name) {
    if (name === "then") return undefined;
    throw new Error("trap");
  },
  getPrototypeOf() {
    throw new Error("trap");
  },
  ownKeys() {
    throw new Error("trap");
  },
});

for (const name of Object.keys(REQUESTS) as RequestHookName[]) {
  const results = name.endsWith("Parameters") ? [HOSTILE_LIST] : [HOSTILE_RESULT];
  for (const [index, result] of results.entries()) {
    Deno.test(`FoxgloveServer fails the request if ${name} returns a Proxy whose traps throw (${index})`, async () => {
      // The server can check for bytes without the traps.
      const says = name === "onFetchAsset"
        ? "must return bytes (a buffer or a view of one), but returned an Object"
        : "returned a value that cannot be read";
      assertEquals(await answer(name, () => result, INVALID), [`error: Client 1: ${name} ${says}`]);
    });
  }
}

for (const name of PARAMETERS_HOOKS) {
  Deno.test(`FoxgloveServer skips an entry of ${name} that is a Proxy whose traps throw, and sends the others`, async () => {
    const good: Parameter = { name: "a", value: 1 };
    const line = `error: Client 1: ${name} returned a value that cannot be read`;
    assertEquals(await answerWith(name, [HOSTILE_RESULT, good], [good]), [line]);
  });
}

/** Values that are neither errors nor text, and their text for the client. */
const THROWN: Readonly<Record<string, readonly [value: unknown, text: string]>> = {
  "a Proxy whose traps throw": [HOSTILE, "unknown error"],
  "an object whose toString() throws": [
    {
      toString() {
        throw new Error("trap");
      },
    },
    "unknown error",
  ],
  "an error whose message cannot be read": [
    Object.defineProperty(new Error(), "message", {
      get() {
        throw new Error("trap");
      },
    }),
    "unknown error",
  ],
  "an error": [new Error("no such file"), "no such file"],
};

for (const name of Object.keys(REQUESTS) as RequestHookName[]) {
  for (const [what, [value, text]] of Object.entries(THROWN)) {
    const failures: Record<string, () => unknown> = {
      throws: () => {
        throw value;
      },
      "rejects with": () => Promise.reject(value),
      "returns a thenable that throws": () => ({
        then() {
          throw value;
        },
      }),
      "returns an object whose then throws": () => ({
        get then() {
          throw value;
        },
      }),
    };
    for (const [how, hook] of Object.entries(failures)) {
      Deno.test(`FoxgloveServer only fails the request when ${name} ${how} ${what}`, async () => {
        const target = name === "onServiceRequest" ? ' "/reset"' : "";
        assertEquals(await answer(name, hook, text), [`error: Client 1: ${name}${target} failed`]);
      });
    }
  }
}

Deno.test("hooks that change the lists in their arguments do not change the answers", async () => {
  const { client, errors } = fullConversation({
    onGetParameters: (_server, names) => {
      (names as string[]).length = 0;
      return [{ name: "a", value: 1 }, { name: "b", value: 2 }];
    },
    onSetParameters: (_server, parameters) => {
      (parameters as unknown[]).splice(0, 2, null);
      throw new Error("no bus");
    },
  });
  const app = client();
  app.says({ op: "getParameters", parameterNames: ["a"], id: "get" });
  await settled();
  app.hears({ op: "parameterValues", parameters: [{ name: "a", value: 1 }], id: "get" });
  app.says({ op: "setParameters", parameters: [{ name: "b", value: 3 }, { name: "c" }], id: "set" });
  await settled();
  app.hears(
    error("Cannot set parameters: no bus", "set"),
    { op: "parameterValues", parameters: [{ name: "b", value: 2 }], id: "set" },
  );
  assertEquals(errors(), ["error: Client 1: onSetParameters failed"]);
});

Deno.test("notification hooks may return a thenable that throws, or a Proxy", async () => {
  const results: unknown[] = [HOSTILE, {
    then() {
      throw HOSTILE;
    },
  }];
  for (const result of results) {
    const { server, client, errors } = fullConversation({ onClientSubscribe: () => result as undefined });
    const app = client();
    app.subscribes(1, 1 as never);
    await settled();
    app.hearsStatus(StatusLevel.ERROR, "Error in onClientSubscribe on the server");
    assertEquals(errors(), ["error: Client 1: onClientSubscribe failed"]);
    server.setListener(undefined);
    assertStillWorks(server, app);
  }
});
