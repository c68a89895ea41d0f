// Parameters: how clients get, set and watch them, from both sides of the connection.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { assertThrows } from "@std/assert/throws";
import type { Parameter } from "../../../src/protocol/parameters.ts";
import { StatusLevel } from "../../../src/protocol/status.ts";
import type { FoxgloveServerListener } from "../../../src/server/listener.ts";
import type { FoxgloveServerOptions } from "../../../src/server/options.ts";
import type { FoxgloveServer } from "../../../src/server/server.ts";
import { type Conversation, conversation, type FakeClient, HookLog, settled } from "../../support/conversation.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { TestClock } from "../../support/test_clock.ts";

const { ERROR } = StatusLevel;

/** Stores parameters as programs do, and records the calls of its hooks. Returns unknown parameters without a value. */
class Store implements FoxgloveServerListener {
  readonly values = new Map<string, Parameter>();
  readonly calls = new HookLog();

  constructor(...parameters: Parameter[]) {
    for (const parameter of parameters) this.values.set(parameter.name, parameter);
  }

  onGetParameters(_server: FoxgloveServer, names: readonly string[], requestId: string | undefined): Parameter[] {
    this.calls.note("get", names, requestId);
    return names.length === 0 ? [...this.values.values()] : names.map((name) => this.values.get(name) ?? { name });
  }

  onSetParameters(
    _server: FoxgloveServer,
    parameters: readonly Parameter[],
    requestId: string | undefined,
  ): Parameter[] {
    this.calls.note("set", parameters, requestId);
    for (const parameter of parameters) {
      if (parameter.value === undefined) {
        this.values.delete(parameter.name);
      } else {
        this.values.set(parameter.name, parameter);
      }
    }
    return parameters.map(({ name }) => this.values.get(name) ?? { name });
  }

  onParametersSubscribe(_server: FoxgloveServer, names: readonly string[], subscribe: boolean): void {
    this.calls.note(subscribe ? "watch" : "unwatch", names);
  }
}

/** A conversation whose server offers all capabilities for parameters. */
function talk(
  listener: FoxgloveServerListener,
  options: Partial<FoxgloveServerOptions> = {},
  how?: Parameters<typeof conversation>[1],
): Conversation {
  return conversation({ capabilities: ["parameters", "parametersSubscribe"], listener, ...options }, how);
}

function gets(client: FakeClient, parameterNames: readonly string[], id?: string): void {
  client.says({ op: "getParameters", parameterNames, ...(id === undefined ? {} : { id }) });
}

function sets(client: FakeClient, parameters: readonly Parameter[], id?: string): void {
  client.says({ op: "setParameters", parameters, ...(id === undefined ? {} : { id }) });
}

function watches(client: FakeClient, ...parameterNames: string[]): void {
  client.says({ op: "subscribeParameterUpdates", parameterNames });
}

function unwatches(client: FakeClient, ...parameterNames: string[]): void {
  client.says({ op: "unsubscribeParameterUpdates", parameterNames });
}

/** Expects this status, also if it arrives later, and no other message. */
async function hearsError(client: FakeClient, message: string, id?: string): Promise<void> {
  assertEquals(await client.next(), { op: "status", level: ERROR, message, ...(id === undefined ? {} : { id }) });
}

/** The log without the lines about connections. */
function problems(log: readonly string[]): string[] {
  return log.filter((line) => !line.startsWith("info: "));
}

/** Casts a hook result that only untyped JavaScript can return. */
function untyped(answer: unknown): Parameter[] {
  return answer as Parameter[];
}

const A: Parameter = { name: "a", value: 1 };
const B: Parameter = { name: "b", value: ["x", true, { deep: [0.5] }] };

Deno.test("G01 getParameters without names returns all parameters that have a value", async () => {
  const store = new Store(A, B, { name: "unset" });
  const client = talk(store).client();
  gets(client, [], "all");
  assertEquals(await client.next(), { op: "parameterValues", parameters: [A, B], id: "all" });
  assertEquals(store.calls.take(), [["get", [], "all"]]);
});

Deno.test("G02 getParameters with names returns the known ones, with the id of the request", async () => {
  const store = new Store(A, B);
  const client = talk(store).client();
  gets(client, ["b", "unknown"], "q1");
  assertEquals(await client.next(), { op: "parameterValues", parameters: [B], id: "q1" });
  assertEquals(store.calls.take(), [["get", ["b", "unknown"], "q1"]]);
});

Deno.test("G02 getParameters without an id is answered without an id", async () => {
  const store = new Store(A);
  const client = talk(store).client();
  gets(client, ["a"]);
  await client.next();
  assertEquals(client.wire.at(-1), '{"op":"parameterValues","parameters":[{"name":"a","value":1}]}');
  client.saysRaw('{"op":"getParameters","parameterNames":["a"],"id":null}');
  await client.next();
  assertEquals(client.wire.at(-1), '{"op":"parameterValues","parameters":[{"name":"a","value":1}]}');
  assertEquals(store.calls.take(), [["get", ["a"], undefined], ["get", ["a"], undefined]]);
});

Deno.test("G02 getParameters with an empty id is answered with that id", async () => {
  const client = talk(new Store(A)).client();
  gets(client, ["a"], "");
  await client.next();
  assertEquals(client.wire.at(-1), '{"op":"parameterValues","parameters":[{"name":"a","value":1}],"id":""}');
});

Deno.test("G02 getParameters with unknown names only returns an empty list", async () => {
  const client = talk(new Store(A)).client();
  gets(client, ["unknown"], "q1");
  assertEquals(await client.next(), { op: "parameterValues", parameters: [], id: "q1" });
});

Deno.test("G02 FoxgloveServer drops parameters from a hook that the client did not request", async () => {
  const client = talk({ onGetParameters: () => [A, { name: "secret", value: NaN }, B] }).client();
  gets(client, ["b"], "q1");
  assertEquals(await client.next(), { op: "parameterValues", parameters: [B], id: "q1" });
});

Deno.test("G02 FoxgloveServer sends each response to the client that requested it", async () => {
  const { client } = talk(new Store(A, B));
  const [one, other] = [client(), client()];
  gets(one, ["a"], "same");
  gets(other, ["b"], "same");
  assertEquals(await one.next(), { op: "parameterValues", parameters: [A], id: "same" });
  assertEquals(await other.next(), { op: "parameterValues", parameters: [B], id: "same" });
  await settled();
  one.hearsNothing();
  other.hearsNothing();
});

Deno.test("G02 FoxgloveServer sends slower responses later, each with its own id", async () => {
  const slow = Promise.withResolvers<Parameter[]>();
  const client = talk({ onGetParameters: (_server, names) => names[0] === "slow" ? slow.promise : [A] }).client();
  gets(client, ["slow"], "first");
  gets(client, ["a"], "second");
  assertEquals(await client.next(), { op: "parameterValues", parameters: [A], id: "second" });
  slow.resolve([{ name: "slow", value: 2 }]);
  assertEquals(await client.next(), { op: "parameterValues", parameters: [{ name: "slow", value: 2 }], id: "first" });
});

Deno.test("G02 FoxgloveServer sends an empty response if there is no hook, or if the hook returns nothing", async () => {
  for (const listener of [{}, { onGetParameters: () => untyped(undefined) }]) {
    const client = talk(listener).client();
    gets(client, [], "q1");
    assertEquals(await client.next(), { op: "parameterValues", parameters: [], id: "q1" });
    gets(client, ["a"]);
    assertEquals(await client.next(), { op: "parameterValues", parameters: [] });
  }
});

Deno.test("G03 setParameters with an id returns the current values", async () => {
  const calls = new HookLog();
  const client = talk({
    onSetParameters(_server, parameters, requestId) {
      calls.note(parameters, requestId);
      return Promise.resolve([{ name: "speed", value: 2, type: "float64" }]);
    },
  }).client();
  sets(client, [{ name: "speed", value: 1000, type: "float64" }], "s1");
  assertEquals(await client.next(), {
    op: "parameterValues",
    parameters: [{ name: "speed", value: 2, type: "float64" }],
    id: "s1",
  });
  assertEquals(calls.take(), [[[{ name: "speed", value: 1000, type: "float64" }], "s1"]]);
  await settled();
  client.hearsNothing();
});

Deno.test("G03 setParameters without an id gets no response", async () => {
  const store = new Store();
  const client = talk(store).client();
  sets(client, [A]);
  client.saysRaw('{"op":"setParameters","parameters":[{"name":"b","value":2}],"id":null}');
  gets(client, [], "after");
  assertEquals(await client.next(), { op: "parameterValues", parameters: [A, { name: "b", value: 2 }], id: "after" });
  assertEquals(store.calls.take(), [
    ["set", [A], undefined],
    ["set", [{ name: "b", value: 2 }], undefined],
    ["get", [], "after"],
  ]);
});

Deno.test("G04 setParameters is pushed to all clients that watch, also to its sender, after the response", async () => {
  const { client } = talk(new Store());
  const [setter, watcher, other] = [client(), client(), client()];
  watches(setter, "a");
  watches(watcher, "b", "a");
  watches(other, "c");
  sets(setter, [A], "s1");
  assertEquals(await setter.next(), { op: "parameterValues", parameters: [A], id: "s1" });
  setter.hears({ op: "parameterValues", parameters: [A] });
  assertEquals(setter.wire.at(-1), '{"op":"parameterValues","parameters":[{"name":"a","value":1}]}');
  watcher.hears({ op: "parameterValues", parameters: [A] });
  other.hearsNothing();
  setter.hearsNothing();
});

Deno.test("G04 setParameters without an id is pushed as well, but not to a sender that does not watch", async () => {
  const { client } = talk(new Store());
  const [setter, watcher] = [client(), client()];
  watches(watcher, "a");
  sets(setter, [A]);
  assertEquals(await watcher.next(), { op: "parameterValues", parameters: [A] });
  await settled();
  setter.hearsNothing();
  watcher.hearsNothing();
});

Deno.test("G04 FoxgloveServer pushes the values that the hook returns", async () => {
  const { client } = talk({ onSetParameters: () => [{ name: "a", value: 5 }, { name: "mode", value: "slow" }] });
  const watcher = client();
  watches(watcher, "a", "mode");
  sets(client(), [{ name: "a", value: 1000 }]);
  assertEquals(await watcher.next(), {
    op: "parameterValues",
    parameters: [{ name: "a", value: 5 }, { name: "mode", value: "slow" }],
  });
});

Deno.test("G04 FoxgloveServer reads the values that the hook returns once, for any number of clients", async () => {
  let reads = 0;
  const value = {
    get speed(): number {
      reads += 1;
      return 2;
    },
  };
  const { server, client } = talk({ onSetParameters: () => [{ name: "a", value }] });
  const setter = client();
  const watchers = [client(), client(), client(), setter];
  for (const watcher of watchers) watches(watcher, "a");
  sets(setter, [A], "s1");
  const parameters = [{ name: "a", value: { speed: 2 } }];
  assertEquals(await setter.next(), { op: "parameterValues", parameters, id: "s1" });
  for (const watcher of watchers) watcher.hears({ op: "parameterValues", parameters });
  assertEquals(reads, 1);
  server.updateParameters([{ name: "a", value }]);
  for (const watcher of watchers) watcher.hears({ op: "parameterValues", parameters });
  assertEquals(reads, 2);
});

Deno.test("G04 FoxgloveServer pushes to each client the parameters that it watches", () => {
  const { server, client } = talk({});
  const [both, one, same, none] = [client(), client(), client(), client()];
  watches(both, "a", "b");
  watches(one, "b");
  watches(same, "b");
  watches(none, "c");
  server.updateParameters([A, B, { name: "c" }]);
  both.hears({ op: "parameterValues", parameters: [A, B] });
  for (const client of [one, same]) client.hears({ op: "parameterValues", parameters: [B] });
  none.hearsNothing();
});

Deno.test("G05 FoxgloveServer removes a parameter that is set to null or without a value", async () => {
  const store = new Store(A, B);
  const client = talk(store).client();
  sets(client, [{ name: "a" }], "s1");
  assertEquals(await client.next(), { op: "parameterValues", parameters: [], id: "s1" });
  client.saysRaw('{"op":"setParameters","parameters":[{"name":"b","value":null,"type":"float64"}],"id":"s2"}');
  assertEquals(await client.next(), { op: "parameterValues", parameters: [], id: "s2" });
  assertEquals(store.calls.take(), [["set", [{ name: "a" }], "s1"], ["set", [{ name: "b", type: "float64" }], "s2"]]);
  gets(client, []);
  assertEquals(await client.next(), { op: "parameterValues", parameters: [] });
});

Deno.test("G05 FoxgloveServer forgets a removed parameter, whether or not the hook returns it", async () => {
  for (const answer of [[{ name: "a" }], [], [{ name: "a", value: null }]]) {
    const calls = new HookLog();
    const { server, client } = talk({
      onSetParameters: () => untyped(answer),
      onParametersSubscribe: (_server, names) => calls.note(names),
    });
    server.updateParameters([A, B]);
    const one = client();
    sets(one, [{ name: "a" }]);
    await settled();
    watches(one);
    await settled();
    assertEquals(calls.take(), [[["b"]]]);
  }
});

Deno.test("G05 FoxgloveServer keeps a parameter that the hook does not remove", async () => {
  const calls = new HookLog();
  const { client } = talk({
    onSetParameters: () => [A],
    onParametersSubscribe: (_server, names) => calls.note(names),
  });
  const one = client();
  sets(one, [{ name: "a" }], "s1");
  assertEquals(await one.next(), { op: "parameterValues", parameters: [A], id: "s1" });
  watches(one);
  await settled();
  assertEquals(calls.take(), [[["a"]]]);
});

Deno.test("G06 FoxgloveServer leaves parameters without a value out of responses and pushes", async () => {
  const unset = untyped([{ name: "x" }, A, { name: "y", type: "float64" }, { name: "z", value: null }]);
  const { server, client } = talk({ onGetParameters: () => unset, onSetParameters: () => unset });
  const one = client();
  const answer = '{"op":"parameterValues","parameters":[{"name":"a","value":1}],"id":"q"}';
  gets(one, [], "q");
  await one.next();
  assertEquals(one.wire.at(-1), answer);
  sets(one, [A], "q");
  await one.next();
  assertEquals(one.wire.at(-1), answer);

  watches(one, "a", "x", "y", "z");
  sets(one, [A]);
  assertEquals(await one.next(), { op: "parameterValues", parameters: [A] });
  server.updateParameters(unset);
  one.hears({ op: "parameterValues", parameters: [A] });
  assertEquals(one.wire.at(-1), '{"op":"parameterValues","parameters":[{"name":"a","value":1}]}');
  server.updateParameters(untyped([{ name: "x" }, { name: "z", value: null }]));
  one.hearsNothing();
});

Deno.test("G07 FoxgloveServer keeps floats and bytes unchanged, with their types", async () => {
  const store = new Store();
  const { client } = talk(store);
  const [setter, watcher] = [client(), client()];
  watches(watcher, "rate", "key", "gains");
  const list = '[{"name":"rate","type":"float64","value":3},{"name":"key","type":"byte_array","value":"3q0="},' +
    '{"name":"gains","type":"float64_array","value":[1,2.5]}]';
  setter.saysRaw(`{"op":"setParameters","parameters":${list},"id":"s1"}`);
  await setter.next();
  assertEquals(setter.wire.at(-1), `{"op":"parameterValues","parameters":${list},"id":"s1"}`);
  assertEquals(watcher.wire.at(-1), `{"op":"parameterValues","parameters":${list}}`);
  assertEquals(store.calls.take().at(-1), ["set", JSON.parse(list), "s1"]);
  gets(setter, [], "q1");
  await setter.next();
  assertEquals(setter.wire.at(-1), `{"op":"parameterValues","parameters":${list},"id":"q1"}`);
});

const WRONG_KINDS: Readonly<Record<string, { type: string; value: string; rule: string }>> = {
  "a float64 that is text": { type: "float64", value: '"3"', rule: "a number" },
  "a float64 that is a boolean": { type: "float64", value: "true", rule: "a number" },
  "a float64_array that is a number": { type: "float64_array", value: "1", rule: "an array of numbers" },
  "a float64_array with text in it": { type: "float64_array", value: '[1,"2"]', rule: "an array of numbers" },
  "a byte_array that is a number": { type: "byte_array", value: "5", rule: "base64" },
  "a byte_array without padding": { type: "byte_array", value: '"3q0"', rule: "base64" },
  "a byte_array in another alphabet": { type: "byte_array", value: '"_-__"', rule: "base64" },
};

for (const [what, { type, value, rule }] of Object.entries(WRONG_KINDS)) {
  Deno.test(`G08 FoxgloveServer rejects the whole message for ${what}`, async () => {
    const store = new Store();
    const client = talk(store).client();
    const bad = `{"name":"bad","type":"${type}","value":${value}}`;
    client.saysRaw(`{"op":"setParameters","parameters":[{"name":"good","value":1},${bad}],"id":"s1"}`);
    client.hearsRefusal("s1", `parameters[1].value must be ${rule} for type "${type}"`);
    await settled();
    client.hearsNothing();
    assertEquals(store.calls.take(), []);
  });
}

Deno.test("G08 FoxgloveServer accepts null and unknown members, unknown types and mixed lists", async () => {
  const client = talk(new Store()).client();
  client.saysRaw(
    '{"op":"setParameters","parameters":[{"name":"a","value":1,"type":null,"unit":"m"},{"name":"b","value":["1",2]},' +
      '{"name":"c","value":3,"type":"int8"}],"id":"s1"}',
  );
  assertEquals(await client.next(), {
    op: "parameterValues",
    parameters: [A, { name: "b", value: ["1", 2] }, { name: "c", value: 3 }],
    id: "s1",
  });
});

Deno.test("G09 requests require their capability", async () => {
  const store = new Store(A);
  const client = conversation({ listener: store }).client();
  gets(client, ["a"], "q1");
  client.hearsStatus(ERROR, "Cannot get parameters", 'no capability "parameters"');
  sets(client, [A], "s1");
  client.hearsStatus(ERROR, "Cannot set parameters", 'no capability "parameters"');
  watches(client, "a");
  client.hearsStatus(ERROR, "Cannot subscribe to parameters", 'no capability "parametersSubscribe"');
  unwatches(client, "a");
  client.hearsStatus(ERROR, "Cannot unsubscribe from parameters", 'no capability "parametersSubscribe"');
  await settled();
  client.hearsNothing();
  assertEquals(store.calls.take(), []);
});

Deno.test("G09 each capability allows its own requests only", async () => {
  const gettable = conversation({ capabilities: ["parameters"], listener: new Store(A) }).client();
  watches(gettable, "a");
  gettable.hearsStatus(ERROR, 'no capability "parametersSubscribe"');
  sets(gettable, [A], "s1");
  assertEquals(await gettable.next(), { op: "parameterValues", parameters: [A], id: "s1" });

  const { server, client } = conversation({ capabilities: ["parametersSubscribe"], listener: new Store(A) });
  const watcher = client();
  gets(watcher, ["a"]);
  watcher.hearsStatus(ERROR, 'no capability "parameters"');
  watches(watcher, "a");
  server.updateParameters([A]);
  watcher.hears({ op: "parameterValues", parameters: [A] });
});

Deno.test("G09 FoxgloveServer.updateParameters() requires the capability", () => {
  const { server } = conversation({ capabilities: ["parameters"] });
  assertThrows(() => server.updateParameters([A]), TypeError, 'the server has no capability "parametersSubscribe"');
});

Deno.test("G10 FoxgloveServer.updateParameters() sends to each client the parameters that it watches", () => {
  const { server, client } = talk(new Store());
  const [one, other, idle] = [client(), client(), client()];
  watches(one, "a", "b");
  watches(other, "b", "c");
  server.updateParameters([A, B]);
  one.hears({ op: "parameterValues", parameters: [A, B] });
  other.hears({ op: "parameterValues", parameters: [B] });
  server.updateParameters([A]);
  one.hears({ op: "parameterValues", parameters: [A] });
  server.updateParameters([{ name: "d", value: 1 }]);
  server.updateParameters([]);
  for (const client of [one, other, idle]) client.hearsNothing();
});

Deno.test("G10 subscribing adds watched parameters, unsubscribing removes them, and neither gets a response", async () => {
  const { server, client } = talk(new Store(A, B));
  const one = client();
  watches(one, "a");
  watches(one, "b");
  server.updateParameters([A, B]);
  one.hears({ op: "parameterValues", parameters: [A, B] });
  unwatches(one, "a", "unknown");
  server.updateParameters([A, B]);
  one.hears({ op: "parameterValues", parameters: [B] });
  unwatches(one, "b");
  unwatches(one, "b");
  server.updateParameters([A, B]);
  await settled();
  one.hearsNothing();
});

Deno.test("G10 FoxgloveServer.updateParameters() ignores clients that have disconnected", () => {
  const { server, client } = talk(new Store());
  const [gone, here] = [client(), client()];
  watches(gone, "a");
  watches(here, "a");
  gone.leaves();
  server.updateParameters([A]);
  here.hears({ op: "parameterValues", parameters: [A] });
  gone.hearsNothing();
});

Deno.test("G10 FoxgloveServer.updateParameters() sends the other parameters if one cannot be sent, and throws an error that names it", async () => {
  const store = new Store();
  const { server, client, log } = talk(store);
  const one = client();
  watches(one, "a", "when", "loop", "b");
  const loop: unknown[] = [];
  loop.push(loop);
  const when = { name: "when", value: new Date() };
  assertThrows(
    () => server.updateParameters(untyped([A, when, { name: "loop", value: loop }, B])),
    TypeError,
    'Cannot send parameters "when", "loop": Cannot write "parameterValues": parameters[1].value must be made of finite',
  );
  one.hears({ op: "parameterValues", parameters: [A, B] });
  assertThrows(
    () => server.updateParameters(untyped([when])),
    TypeError,
    'Cannot send parameter "when": Cannot write "parameterValues": parameters[0].value must be made of finite',
  );
  assertThrows(() => server.updateParameters([{ name: "when", value: 2n ** 64n }]), RangeError, "parameters[0].value");
  assertThrows(() => server.updateParameters(untyped(Array(20).fill(null))), TypeError, "without a name and 10 more: ");
  one.hearsNothing();
  assertEquals(problems(log), []);
  store.calls.take();
  watches(client());
  await settled();
  assertEquals(store.calls.take(), [["get", [], undefined]], "a parameter that was not sent is not known");
});

/** Values with NaN or infinities, the JSON that clients get, and the words of the log. */
const NON_FINITE: readonly (readonly [value: unknown, json: string | undefined, outcome: string])[] = [
  [NaN, undefined, "not sent"],
  [-Infinity, undefined, "not sent"],
  [[0.1, NaN, Infinity], "[0.1,null,null]", "sent as null"],
  [{ p: NaN, i: [NaN] }, '{"i":[null]}', "sent without that member"],
];

for (const [value, json, outcome] of NON_FINITE) {
  Deno.test(`G06 ${Deno.inspect(value)} is ${outcome}, with a line in the log, and all other parameters are sent`, async () => {
    const clock = new TestClock();
    const inForce = untyped([A, { name: "odd", value }, B]);
    const { server, client, log } = talk(
      { onGetParameters: () => inForce, onSetParameters: () => inForce },
      {},
      { clock },
    );
    const one = client();
    watches(one, "a", "odd", "b");
    const [a, b] = [JSON.stringify(A), JSON.stringify(B)];
    const list = [a, ...(json === undefined ? [] : [`{"name":"odd","value":${json}}`]), b].join(",");
    const hears = async (id: string) => {
      await one.next();
      assertEquals(one.wire.at(-1), `{"op":"parameterValues","parameters":[${list}]${id}}`);
    };
    const line = `warn: Parameter "odd" contains NaN or Infinity, which JSON cannot represent: ${outcome}`;
    server.updateParameters(inForce);
    await hears("");
    assertEquals(problems(log), [line]);
    gets(one, [], "q1");
    await hears(',"id":"q1"');
    gets(one, ["odd", "b", "a"], "q2");
    await hears(',"id":"q2"');
    sets(one, [A], "s1");
    await one.next();
    await hears("");
    assertEquals(problems(log), [line]);
    clock.advance(10_000);
    gets(one, ["odd", "b", "a"], "q2");
    await hears(',"id":"q2"');
    assertEquals(problems(log), [line, `${line} (and 3 more like this were left out)`]);
  });
}

Deno.test("G06 a parameter that is NaN is known: a client that subscribes to all gets its next value", async () => {
  const calls = new HookLog();
  const { server, client } = talk({
    onGetParameters: () => [{ name: "b", value: NaN }],
    onParametersSubscribe: (_server, names) => calls.note(names),
  });
  server.updateParameters([{ name: "a", value: NaN }]);
  const one = client();
  watches(one);
  await settled();
  assertEquals(calls.take(), [[["a"]], [["b"]]]);
  server.updateParameters([A, B]);
  one.hears({ op: "parameterValues", parameters: [A, B] });
});

Deno.test("G07 large integers reach the hook and the clients with all digits", async () => {
  const store = new Store();
  const { server, client } = talk(store);
  const one = client();
  watches(one, "stamp");
  const list = '[{"name":"stamp","value":1732648800123456789},{"name":"f","type":"float64","value":2}]';
  one.saysRaw(`{"op":"setParameters","parameters":${list},"id":"s1"}`);
  const answer = await one.next();
  assertEquals(one.wire.at(-2), `{"op":"parameterValues","parameters":${list},"id":"s1"}`);
  const stamp = { name: "stamp", value: 1732648800123456789n };
  const parameters: Parameter[] = [stamp, { name: "f", type: "float64", value: 2 }];
  assertEquals(answer, { op: "parameterValues", parameters, id: "s1" });
  assertEquals(store.calls.take().at(-1), ["set", parameters, "s1"]);
  one.hears({ op: "parameterValues", parameters: [stamp] });
  server.updateParameters([{ name: "stamp", value: 2 ** 60 }]);
  assertEquals(one.wire.at(-1), '{"op":"parameterValues","parameters":[{"name":"stamp","value":1152921504606846976}]}');
});

Deno.test("G11 subscribing without names watches all parameters that are known from updates", async () => {
  const calls = new HookLog();
  const { server, client } = talk({ onParametersSubscribe: (_server, names, watch) => calls.note(names, watch) });
  server.updateParameters([A, B, { name: "unset" }]);
  const one = client();
  watches(one);
  assertEquals(calls.take(), [[["a", "b"], true]]);
  await settled();
  assertEquals(calls.take(), []);
  server.updateParameters([B, { name: "new", value: 1 }, A]);
  one.hears({ op: "parameterValues", parameters: [B, A] });
  server.updateParameters([{ name: "new", value: 2 }]);
  one.hearsNothing();
});

Deno.test("G11 subscribing without names watches all parameters for which the hook has a value", async () => {
  const store = new Store(A, { name: "unset" }, B);
  const { server, client } = talk(store);
  const one = client();
  watches(one);
  await settled();
  assertEquals(store.calls.take(), [["get", [], undefined], ["watch", ["a", "b"]]]);
  one.hearsNothing();
  server.updateParameters([B, { name: "unset", value: 1 }]);
  one.hears({ op: "parameterValues", parameters: [B] });
});

Deno.test("G11 subscribing without names combines the parameters from updates, sets and the hook", async () => {
  const store = new Store(B, { name: "c", value: 3 }, { name: "e", value: 5 });
  const { server, client } = talk(store);
  const [one, other] = [client(), client()];
  server.updateParameters([A, B]);
  sets(other, [{ name: "d", value: 4 }]);
  await settled();
  watches(other, "c");
  store.calls.take();
  watches(one);
  await settled();
  assertEquals(store.calls.take(), [["watch", ["a", "b", "d"]], ["get", [], undefined], ["watch", ["e"]]]);
  sets(other, [A, B, { name: "c", value: 3 }, { name: "d", value: 5 }]);
  assertEquals(await one.next(), {
    op: "parameterValues",
    parameters: [A, B, { name: "c", value: 3 }, { name: "d", value: 5 }],
  });
});

Deno.test("G11 subscribing without names watches nothing if no parameters are known", async () => {
  const store = new Store();
  const { server, client } = talk(store);
  const one = client();
  watches(one);
  await settled();
  assertEquals(store.calls.take(), [["get", [], undefined]]);
  server.updateParameters([A]);
  one.hearsNothing();
});

Deno.test("G11 subscribing without names misses no change while the hook runs", async () => {
  const all = Promise.withResolvers<Parameter[]>();
  const { server, client } = talk({ onGetParameters: () => all.promise });
  server.updateParameters([A]);
  const one = client();
  watches(one);
  server.updateParameters([{ name: "a", value: 2 }]);
  one.hears({ op: "parameterValues", parameters: [{ name: "a", value: 2 }] });
  all.resolve([A, B]);
  await settled();
  server.updateParameters([A, B]);
  one.hears({ op: "parameterValues", parameters: [A, B] });
});

Deno.test("G11 a failing hook sends a status to the client, which watches the parameters that are known without the hook", async () => {
  const { server, client } = talk({ onGetParameters: () => Promise.reject(new Error("no bus")) });
  server.updateParameters([A]);
  const one = client();
  watches(one);
  await hearsError(one, "Cannot subscribe to all parameters: no bus");
  server.updateParameters([B]);
  one.hearsNothing();
  server.updateParameters([A]);
  one.hears({ op: "parameterValues", parameters: [A] });
});

for (
  const [what, change, watched] of [
    ["from everything", (client: FakeClient) => unwatches(client), []],
    ["from one", (client: FakeClient) => unwatches(client, "a"), ["b"]],
    ["temporarily from one", (client: FakeClient) => (unwatches(client, "a"), watches(client, "a")), ["a", "b"]],
  ] as const
) {
  Deno.test(`G11 unsubscribing ${what} takes effect while the hook looks up all parameters`, async () => {
    const all = Promise.withResolvers<Parameter[]>();
    const { server, client } = talk({ onGetParameters: () => all.promise });
    const someone = client();
    watches(someone);
    change(someone);
    all.resolve([{ name: "a", value: 1 }, { name: "b", value: 2 }]);
    await settled();
    server.updateParameters([{ name: "a", value: 3 }, { name: "b", value: 4 }, { name: "end" }]);
    const heard = someone.inboxSize > 0 ? someone.takes() : undefined;
    const names = heard?.op === "parameterValues" ? heard.parameters.map(({ name }) => name) : [];
    assertEquals(names, watched);
  });
}

Deno.test("G11 unsubscribing without names removes all parameters of this client, and of no other", () => {
  const store = new Store();
  const { server, client } = talk(store);
  const [one, other] = [client(), client()];
  watches(one, "a", "b", "c");
  watches(other, "b");
  store.calls.take();
  unwatches(one);
  assertEquals(store.calls.take(), [["unwatch", ["a", "c"]]]);
  server.updateParameters([A, B]);
  one.hearsNothing();
  other.hears({ op: "parameterValues", parameters: [B] });
  unwatches(one);
  assertEquals(store.calls.take(), []);
});

Deno.test("G12 onParametersSubscribe gets a name only for its first and its last watcher", () => {
  const store = new Store();
  const { client } = talk(store);
  const [one, other] = [client(), client()];
  const heard = (...calls: unknown[][]) => assertEquals(store.calls.take(), calls);
  watches(one, "a", "unknown", "a");
  heard(["watch", ["a", "unknown"]]);
  watches(other, "a", "b");
  heard(["watch", ["b"]]);
  watches(one, "a");
  watches(other, "unknown");
  heard();
  unwatches(one, "a", "b", "never");
  unwatches(one, "a");
  heard();
  unwatches(other, "a", "a");
  heard(["unwatch", ["a"]]);
  unwatches(other, "a");
  heard();
  watches(one, "a");
  heard(["watch", ["a"]]);
});

Deno.test("G12 FoxgloveServer removes the watched parameters of a client that disconnects", () => {
  const store = new Store();
  const { client } = talk(store);
  const [one, other, third] = [client(), client(), client()];
  watches(one, "a", "b");
  watches(other, "b", "c");
  watches(third, "b");
  store.calls.take();
  one.leaves();
  one.leaves();
  third.leaves();
  assertEquals(store.calls.take(), [["unwatch", ["a"]]]);
  other.leaves();
  assertEquals(store.calls.take(), [["unwatch", ["b", "c"]]]);
});

Deno.test("G12 onParametersSubscribe reports the end of all watches when the server closes", async () => {
  const store = new Store();
  const { server, client } = talk(store);
  watches(client(), "a", "b");
  watches(client(), "b");
  store.calls.take();
  await server.close({ graceMs: 0 });
  assertEquals(store.calls.take(), [["unwatch", ["a"]], ["unwatch", ["b"]]]);
});

Deno.test("G12 onParametersSubscribe gets the client, and may push at once", () => {
  const seen: unknown[] = [];
  const { server, client } = talk({
    onParametersSubscribe(from, names, subscribe, { client }) {
      seen.push([from === server, names, subscribe, client.id]);
      from.updateParameters([A]);
    },
  });
  const [one, other] = [client(), client()];
  watches(other, "a");
  other.hears({ op: "parameterValues", parameters: [A] });
  other.leaves();
  other.hearsNothing();
  one.hearsNothing();
  assertEquals(seen, [[true, ["a"], true, 2], [true, ["a"], false, 2]]);
});

Deno.test("G13 FoxgloveServer rejects a set beyond 32 open requests, while gets and watches wait in order", async () => {
  const answers: PromiseWithResolvers<Parameter[]>[] = [];
  const { client } = talk({
    onGetParameters: () => {
      const answer = Promise.withResolvers<Parameter[]>();
      answers.push(answer);
      return answer.promise;
    },
  });
  const [one, other] = [client(), client()];
  for (let count = 1; count <= 34; count++) gets(one, [], `q${count}`);
  watches(one);
  gets(one, [], "q35");
  one.hearsNothing();
  while (answers.length < 32) await settled();
  sets(one, [A], "s36");
  assertStringIncludes(
    one.hearsRefusal("s36", "Cannot set parameters: "),
    'unanswered requests than "maxPendingRequests"',
  );
  gets(other, [], "q1");
  while (answers.length < 33) await settled();
  answers[32]?.resolve([A]);
  assertEquals(await other.next(), { op: "parameterValues", parameters: [A], id: "q1" });

  for (let count = 1; count <= 35; count++) {
    const index = count <= 32 ? count - 1 : count;
    while (answers.length <= index) await settled();
    answers[index]?.resolve([A]);
    if (count === 34) {
      // The watch, which gets no response.
      while (answers.length <= 35) await settled();
      answers[35]?.resolve([]);
      while (answers.length <= 36) await settled();
      answers[36]?.resolve([A]);
    }
    assertEquals(await one.next(), { op: "parameterValues", parameters: [A], id: `q${count}` });
  }
  await settled();
  sets(one, [A]);
  assertEquals(answers.length, 37);
});

Deno.test("G13 FoxgloveServer sends a status for each rejected request with an id, however many there are", () => {
  using _clock = new FakeClock();
  const client = talk({ onGetParameters: () => new Promise(() => {}) }, { maxPendingRequests: 1 }).client();
  gets(client, [], "open");
  for (let count = 0; count < 100; count++) sets(client, [A], `s${count}`);
  for (let count = 0; count < 100; count++) client.hearsRefusal(`s${count}`, "Cannot set parameters: ");
  // They do not count towards the ten other statuses per second.
  for (let count = 0; count < 100; count++) sets(client, [A]);
  for (let count = 0; count < 10; count++) client.hearsStatus(ERROR, "Cannot set parameters: ");
  client.hearsStatus(StatusLevel.WARNING, "left out");
  client.hearsNothing();
});

Deno.test("G13 FoxgloveServer counts a request of any kind as open until it ends, however it ends", async () => {
  const answers = new Map<string | undefined, PromiseWithResolvers<Parameter[]>>();
  const open = (id: string | undefined) => {
    const answer = Promise.withResolvers<Parameter[]>();
    answers.set(id, answer);
    return answer.promise;
  };
  const client = talk({
    onGetParameters: (_server, _names, id) => open(id),
    onSetParameters: (_server, _parameters, id) => open(id),
  }, { maxPendingRequests: 3 }).client();
  gets(client, [], "get");
  sets(client, [A], "set");
  watches(client);
  while (answers.size < 3) await settled();
  sets(client, [A], "no");
  client.hearsRefusal("no", "Cannot set parameters: ");
  watches(client, "a");
  client.hearsNothing();

  answers.get(undefined)?.resolve([]);
  await settled();
  sets(client, [A], "again");
  client.hearsNothing();
  sets(client, [A], "no");
  client.hearsRefusal("no", "Cannot set parameters: ");

  answers.get("get")?.reject(new Error("no bus"));
  await hearsError(client, "Cannot get parameters: no bus", "get");
  answers.get("set")?.resolve([A]);
  assertEquals(await client.next(), { op: "parameterValues", parameters: [A], id: "set" });
  client.hears({ op: "parameterValues", parameters: [A] });
  await settled();
  sets(client, [A], "more");
  sets(client, [A], "even more");
  client.hearsNothing();
  sets(client, [A], "no");
  client.hearsRefusal("no", "Cannot set parameters: ");
});

Deno.test("G13 FoxgloveServer answers a get whose hook fails with a status, and continues", async () => {
  const failures: (() => Parameter[] | Promise<Parameter[]>)[] = [
    () => {
      throw new Error("no bus");
    },
    () => Promise.reject(new Error("no bus")),
  ];
  for (const fail of failures) {
    const { client, log } = talk({
      onGetParameters: (_server, names) => names.includes("bad") ? fail() : [A],
    });
    const one = client();
    gets(one, ["bad"], "q1");
    await hearsError(one, "Cannot get parameters: no bus", "q1");
    gets(one, ["bad"]);
    await hearsError(one, "Cannot get parameters: no bus");
    // The server only counts the same error the second time.
    assertEquals(log.filter((line) => line.startsWith("error")), ["error: Client 1: onGetParameters failed"]);
    gets(one, [], "q2");
    assertEquals(await one.next(), { op: "parameterValues", parameters: [A], id: "q2" });
  }
});

Deno.test("G13 FoxgloveServer answers a set whose hook fails with a status and the current values", async () => {
  const failures: (() => Parameter[] | Promise<Parameter[]>)[] = [
    () => {
      throw new Error("read-only");
    },
    () => Promise.reject(new Error("read-only")),
  ];
  for (const fail of failures) {
    const calls = new HookLog();
    const { client } = talk({
      onGetParameters(_server, names, requestId) {
        calls.note(names, requestId);
        return [A, B];
      },
      onSetParameters: fail,
    });
    const one = client();
    watches(one, "a", "b");
    sets(one, [{ name: "b", value: 0 }, { name: "new", value: 0 }], "s1");
    await hearsError(one, "Cannot set parameters: read-only", "s1");
    assertEquals(await one.next(), { op: "parameterValues", parameters: [B], id: "s1" });
    assertEquals(calls.take(), [[["b", "new"], "s1"]]);

    sets(one, [{ name: "b", value: 0 }]);
    await hearsError(one, "Cannot set parameters: read-only");
    await settled();
    one.hearsNothing();
    assertEquals(calls.take(), []);
  }
});

Deno.test("G13 FoxgloveServer answers a failed set of an empty list with an empty list", async () => {
  const { client } = talk({ onGetParameters: () => [A] });
  const one = client();
  sets(one, [], "s1");
  one.hearsNothing();
  await hearsError(one, "Cannot set parameters: read-only on this server", "s1");
  assertEquals(await one.next(), { op: "parameterValues", parameters: [], id: "s1" });
});

Deno.test("G13 FoxgloveServer fails a set if there is no hook for it", async () => {
  const client = talk({ onGetParameters: () => [A] }).client();
  sets(client, [{ name: "a", value: 2 }], "s1");
  await hearsError(client, "Cannot set parameters: read-only on this server", "s1");
  assertEquals(await client.next(), { op: "parameterValues", parameters: [A], id: "s1" });
  sets(client, [{ name: "a", value: 2 }]);
  await hearsError(client, "Cannot set parameters: read-only on this server");
  await settled();
  client.hearsNothing();
});

Deno.test("G13 FoxgloveServer sends two statuses if the set fails and the current values cannot be read either", async () => {
  const fail = (text: string) => () => Promise.reject(new Error(text));
  const client = talk({ onGetParameters: fail("no bus"), onSetParameters: fail("read-only") }).client();
  sets(client, [A], "s1");
  await hearsError(client, "Cannot set parameters: read-only", "s1");
  await hearsError(client, "Cannot get parameters: no bus", "s1");
});

Deno.test("G13 FoxgloveServer answers requests without any listener", async () => {
  const client = conversation({ capabilities: ["parameters", "parametersSubscribe"] }).client();
  gets(client, [], "q1");
  assertEquals(await client.next(), { op: "parameterValues", parameters: [], id: "q1" });
  sets(client, [A], "s1");
  await hearsError(client, "Cannot set parameters: read-only on this server", "s1");
  assertEquals(await client.next(), { op: "parameterValues", parameters: [], id: "s1" });
});

Deno.test("G13 FoxgloveServer fails requests whose hooks are too slow, and ignores the late results", async () => {
  const late = Promise.withResolvers<Parameter[]>();
  const failed = Promise.withResolvers<Parameter[]>();
  const { client } = talk({
    onGetParameters: (_server, names) => names.includes("slow") ? late.promise : [A],
    onSetParameters: () => failed.promise,
  }, { requestTimeoutMs: 1 });
  const one = client();
  gets(one, ["slow"], "q1");
  await hearsError(one, "Cannot get parameters: no answer within 1 ms", "q1");
  watches(one, "a");
  sets(one, [A], "s1");
  await hearsError(one, "Cannot set parameters: no answer within 1 ms", "s1");
  assertEquals(await one.next(), { op: "parameterValues", parameters: [A], id: "s1" });
  late.resolve([A]);
  failed.reject(new Error("too late for anybody"));
  await settled();
  one.hearsNothing();
});

const THROWN: Readonly<Record<string, { error: unknown; text: string }>> = {
  "text": { error: "no bus", text: "no bus" },
  "nothing": { error: undefined, text: "undefined" },
  "a symbol": { error: Symbol("no bus"), text: "Symbol(no bus)" },
  "an object that has no text": { error: Object.create(null), text: "unknown error" },
};

for (const [what, { error, text }] of Object.entries(THROWN)) {
  Deno.test(`G13 a hook may throw ${what}`, async () => {
    const client = talk({
      onGetParameters(_server, names) {
        if (names.includes("bad")) throw error;
        return [A];
      },
      onSetParameters: () => Promise.reject(error),
    }).client();
    gets(client, ["bad"], "q1");
    await hearsError(client, `Cannot get parameters: ${text}`, "q1");
    sets(client, [A], "s1");
    await hearsError(client, `Cannot set parameters: ${text}`, "s1");
    assertEquals(await client.next(), { op: "parameterValues", parameters: [A], id: "s1" });
  });
}

const UNSENDABLE: Readonly<Record<string, unknown>> = {
  "a bigint of more than 64 bits": { name: "b", value: 2n ** 64n },
  "a Date": { name: "b", value: new Date(0) },
  "a Map": { name: "b", value: new Map() },
  "bytes": { name: "b", value: Uint8Array.of(1) },
  "a function": { name: "b", value: () => 1 },
  "null in a list": { name: "b", value: [null] },
  "a float64 that is not a number": { name: "b", value: "1", type: "float64" },
  "bytes that are not base64": { name: "b", value: "?", type: "byte_array" },
  "an unknown type": { name: "b", value: 1, type: "int8" },
  "a name that is not text": { name: 5, value: 1 },
  "null": null,
};

for (const [what, parameter] of Object.entries(UNSENDABLE)) {
  Deno.test(`G13 FoxgloveServer skips ${what} in the result of a hook, logs it, and sends the other parameters`, async () => {
    const inForce = untyped([A, parameter, { name: "c", value: 3 }]);
    const { client, log } = talk({ onGetParameters: () => inForce, onSetParameters: () => inForce });
    const faults = () => problems(log).map((line) => line.split(" must return ")[0]);
    const [one, watcher] = [client(), client()];
    watches(watcher, "a", "b", "c");
    const parameters = [A, { name: "c", value: 3 }];
    gets(one, [], "q1");
    assertEquals(await one.next(), { op: "parameterValues", parameters, id: "q1" });
    assertEquals(faults(), ["error: Client 1: onGetParameters"]);
    gets(one, ["a", "b"], "q2");
    assertEquals(await one.next(), { op: "parameterValues", parameters: [A], id: "q2" });
    sets(one, [A, B], "s1");
    assertEquals(await one.next(), { op: "parameterValues", parameters, id: "s1" });
    watcher.hears({ op: "parameterValues", parameters });
    assertEquals(faults(), ["error: Client 1: onGetParameters", "error: Client 1: onSetParameters"]);
    sets(one, [A, B]);
    assertEquals(await watcher.next(), { op: "parameterValues", parameters });
    await settled();
    one.hearsNothing();
  });
}

for (const [what, answer] of [["an object", { a: 1 }], ["text", "a"]] as const) {
  Deno.test(`G13 FoxgloveServer fails the request if the hook returns ${what}, and sends nothing of it`, async () => {
    let broken = true;
    const { client } = talk({
      onGetParameters: () => broken ? untyped(answer) : [A],
      onSetParameters: () => untyped(answer),
    });
    const [one, watcher] = [client(), client()];
    watches(watcher, "a", "b");
    gets(one, [], "q1");
    await settled();
    one.hearsRefusal("q1", "Cannot get parameters: ");
    broken = false;
    sets(one, [A, B]);
    await settled();
    one.hearsStatus(ERROR, "Cannot set parameters: ");
    sets(one, [A, B], "s1");
    await settled();
    one.hearsRefusal("s1", "Cannot set parameters: ");
    assertEquals(await one.next(), { op: "parameterValues", parameters: [A], id: "s1" });
    await settled();
    one.hearsNothing();
    watcher.hearsNothing();
  });
}

Deno.test("G13 clients can watch even if onParametersSubscribe fails", async () => {
  const failure = new Error("no bus");
  const errors: unknown[] = [];
  const { server, client, log } = talk({
    onParametersSubscribe: () => Promise.reject(failure),
    onError: (_server, error) => void errors.push(error),
  });
  const one = client();
  watches(one, "a");
  await hearsError(one, "Error in onParametersSubscribe on the server");
  assertEquals(errors, [failure]);
  assertEquals(log.filter((line) => line.startsWith("error")), ["error: Client 1: onParametersSubscribe failed"]);
  server.updateParameters([A]);
  one.hears({ op: "parameterValues", parameters: [A] });
});

Deno.test("FoxgloveServer sends no response to a client that has disconnected, and aborts the signal of its hooks", async () => {
  const answers: PromiseWithResolvers<Parameter[]>[] = [];
  const signals: AbortSignal[] = [];
  const calls = new HookLog();
  const open = (signal: AbortSignal) => {
    const answer = Promise.withResolvers<Parameter[]>();
    answers.push(answer);
    signals.push(signal);
    return answer.promise;
  };
  const { client } = talk({
    onGetParameters: (_server, _names, _id, { signal }) => open(signal),
    onSetParameters: (_server, _parameters, _id, { signal }) => open(signal),
    onParametersSubscribe: (_server, names, watch) => calls.note(names, watch),
  });
  const [one, watcher] = [client(), client()];
  watches(watcher, "b");
  calls.take();
  gets(one, [], "q1");
  sets(one, [B], "s1");
  watches(one);
  gets(one, [], "q2");
  while (signals.length < 4) await settled();
  assertEquals(signals.map(({ aborted }) => aborted), [false, false, false, false]);
  one.leaves();
  assertEquals(signals.map(({ aborted }) => aborted), [true, true, true, true]);
  assertEquals(signals[0]?.reason.name, "AbortError");
  const last = one.wire.at(-1);
  answers[0]?.resolve([A]);
  answers[1]?.resolve([B]);
  answers[2]?.resolve([A]);
  answers[3]?.reject(new Error("client gone"));
  assertEquals(
    await watcher.next(),
    { op: "parameterValues", parameters: [B] },
    "the set applies to all other clients",
  );
  await settled();
  assertEquals(one.wire.at(-1), last);
  assertEquals(calls.take(), [], "a disconnected client watches nothing");
  watches(watcher, "a");
  assertEquals(calls.take(), [[["a"], true]]);
});

Deno.test("FoxgloveServer ignores messages that arrive from a client after it has disconnected", async () => {
  const store = new Store(A);
  const client = talk(store).client();
  client.leaves();
  gets(client, [], "q1");
  sets(client, [A], "s1");
  watches(client, "a");
  await settled();
  assertEquals(store.calls.take(), []);
  client.hearsNothing();
});

Deno.test("G02 __proto__ is a name like any other", async () => {
  const store = new Store();
  const { server, client } = talk(store);
  const [one, watcher] = [client(), client()];
  watches(watcher, "__proto__");
  const list = '[{"name":"__proto__","value":{"__proto__":1,"constructor":{"__proto__":"x"}}}]';
  one.saysRaw(`{"op":"setParameters","parameters":${list},"id":"__proto__"}`);
  await one.next();
  assertEquals(one.wire.at(-1), `{"op":"parameterValues","parameters":${list},"id":"__proto__"}`);
  assertEquals(watcher.wire.at(-1), `{"op":"parameterValues","parameters":${list}}`);
  gets(one, ["__proto__", "constructor", "toString"], "q1");
  await one.next();
  assertEquals(one.wire.at(-1), `{"op":"parameterValues","parameters":${list},"id":"q1"}`);
  server.updateParameters([{ name: "constructor", value: 1 }, { name: "__proto__", value: 2 }]);
  assertEquals(watcher.wire.at(-1), '{"op":"parameterValues","parameters":[{"name":"__proto__","value":2}]}');
  store.calls.take();
  watcher.leaves();
  assertEquals(store.calls.take(), [["unwatch", ["__proto__"]]]);
});
