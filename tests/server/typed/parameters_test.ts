// FoxgloveServer.parameters(): stores answer clients, beside the hooks of the listener.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import type { Parameter } from "../../../src/protocol/parameters.ts";
import type { FoxgloveServerListener } from "../../../src/server/listener.ts";
import { conversation, type FakeClient, settled } from "../../support/conversation.ts";

const DEFINITIONS = {
  "/kp": { value: 1.5, min: 0, max: 10 },
  "/mode": { value: "auto", oneOf: ["auto", "manual"] },
  "/serial": { value: "A17", readOnly: true },
} as const;

const KP = { name: "/kp", value: 1.5, type: "float64" } as const;
const MODE = { name: "/mode", value: "auto" };
const SERIAL = { name: "/serial", value: "A17" };

function talk(listener?: FoxgloveServerListener) {
  const { server, client, log } = conversation(listener ? { listener } : {});
  return { server, client, log, store: server.parameters(DEFINITIONS) };
}

/** Sets parameters, and returns what the client hears: texts of statuses, and values. */
async function set(app: FakeClient, parameters: readonly Parameter[], id?: string): Promise<unknown[]> {
  app.says({ op: "setParameters", parameters, ...(id === undefined ? {} : { id }) });
  await settled();
  return app.takesAll().map((message) => {
    if (message.op === "status") return [message.message, message.id];
    return message.op === "parameterValues" ? { parameters: message.parameters, id: message.id } : message;
  });
}

Deno.test("FoxgloveServer.parameters() declares both capabilities, and answers get requests", async () => {
  const { client } = talk();
  const app = client({ keepFirstMessages: true });
  const info = app.takes();
  assertEquals(info.op === "serverInfo" && info.capabilities, ["parameters", "parametersSubscribe"]);
  app.takesAll();
  app.says({ op: "getParameters", parameterNames: [], id: "all" });
  app.says({ op: "getParameters", parameterNames: ["/mode", "/none", "/mode"], id: "one" });
  // Requests that arrive together start one per turn of the event loop.
  assertEquals(await app.next(), { op: "parameterValues", parameters: [KP, MODE, SERIAL], id: "all" });
  assertEquals(await app.next(), { op: "parameterValues", parameters: [MODE], id: "one" });
});

Deno.test("FoxgloveServer.parameters() sets what is allowed, and sends it to the clients that watch it", async () => {
  const { client, store } = talk();
  const [app, other] = [client(), client()];
  other.says({ op: "subscribeParameterUpdates", parameterNames: ["/kp"] });
  app.says({ op: "subscribeParameterUpdates", parameterNames: ["/kp"] });
  const kp = { ...KP, value: 2 };
  // The response comes before the update.
  assertEquals(await set(app, [kp], "1"), [{ parameters: [kp], id: "1" }, { parameters: [kp], id: undefined }]);
  other.hears({ op: "parameterValues", parameters: [kp] });
  assertEquals(store.get("/kp"), 2);
  // An equal value is answered, but not sent again.
  assertEquals(await set(app, [kp], "2"), [{ parameters: [kp], id: "2" }]);
  other.hearsNothing();
});

Deno.test("FoxgloveServer.parameters() refuses with a status and the value that still holds", async () => {
  const { client, store } = talk();
  const app = client();
  const refuse = (parameter: Parameter, text: string, current: object) =>
    set(app, [parameter], "x").then((heard) => {
      assertEquals(heard, [[text, "x"], { parameters: [current], id: "x" }]);
    });
  await refuse({ name: "/kp", value: 11 }, '"/kp": above 10', KP);
  await refuse({ name: "/kp", value: "2" }, '"/kp": not a number', KP);
  await refuse({ name: "/kp" }, '"/kp": cannot be unset', KP);
  await refuse({ name: "/serial", value: "B" }, '"/serial": read-only', SERIAL);
  await refuse({ name: "/mode", value: "off" }, '"/mode": not one of "auto", "manual"', MODE);
  assertEquals([store.get("/kp"), store.get("/serial"), store.get("/mode")], [1.5, "A17", "auto"]);
});

Deno.test("FoxgloveServer.parameters() does not fail a request of which a part was set", async () => {
  const { client } = talk();
  const app = client();
  const heard = await set(app, [{ name: "/mode", value: "manual" }, { name: "/kp", value: -1 }], "x");
  assertEquals(heard, [
    ['"/kp": below 0', undefined],
    { parameters: [{ ...MODE, value: "manual" }, KP], id: "x" },
  ]);
  // Without an id, only the refusal is reported.
  assertEquals(await set(app, [{ name: "/kp", value: -1 }]), [['"/kp": below 0', undefined]]);
});

Deno.test("ParameterStore.set() sends the value to watching clients, also for a name that was watched before", () => {
  const { server, client } = conversation({ capabilities: ["parameters", "parametersSubscribe"] });
  const app = client();
  app.says({ op: "subscribeParameterUpdates", parameterNames: ["/mode", "/serial"] });
  const store = server.parameters(DEFINITIONS);
  app.hears({ op: "parameterValues", parameters: [MODE, SERIAL] });
  store.set("/serial", "B18");
  store.set("/kp", 3);
  app.hears({ op: "parameterValues", parameters: [{ ...SERIAL, value: "B18" }] });
  app.hearsNothing();
});

Deno.test("FoxgloveServer.parameters() is part of a subscription to all parameters", async () => {
  const { client, store } = talk();
  const app = client();
  app.says({ op: "subscribeParameterUpdates", parameterNames: [] });
  await settled();
  app.takesAll();
  store.set("/mode", "manual");
  app.hears({ op: "parameterValues", parameters: [{ ...MODE, value: "manual" }] });
});

Deno.test("FoxgloveServer.parameters() leaves other parameters to the listener, and tells it about all subscriptions", async () => {
  const calls: unknown[] = [];
  const { client } = talk({
    onGetParameters: (_server, names) => {
      calls.push(["get", names]);
      // Values of owned parameters are not used.
      return [{ name: "/other", value: 1 }, { name: "/kp", value: 99 }];
    },
    onSetParameters: (_server, parameters) => {
      calls.push(["set", parameters]);
      return parameters;
    },
    onParametersSubscribe: (_server, names, subscribe) => void calls.push(["watch", names, subscribe]),
  });
  const app = client();
  app.says({ op: "getParameters", parameterNames: ["/kp"], id: "own" });
  await settled();
  app.says({ op: "getParameters", parameterNames: ["/kp", "/other"], id: "both" });
  await settled();
  app.says({ op: "getParameters", parameterNames: [], id: "all" });
  app.says({ op: "subscribeParameterUpdates", parameterNames: ["/kp", "/other"] });
  await settled();
  const other = { name: "/other", value: 1 };
  app.hears({ op: "parameterValues", parameters: [KP], id: "own" });
  app.hears({ op: "parameterValues", parameters: [KP, other], id: "both" });
  app.hears({ op: "parameterValues", parameters: [KP, MODE, SERIAL, other], id: "all" });
  assertEquals(calls.splice(0), [["get", ["/other"]], ["get", []], ["watch", ["/kp", "/other"], true]]);
  const kp = { ...KP, value: 2 };
  assertEquals(await set(app, [kp, { name: "/other", value: 5 }], "x"), [
    { parameters: [kp, { name: "/other", value: 5 }], id: "x" },
    { parameters: [kp], id: undefined },
    { parameters: [{ name: "/other", value: 5 }], id: undefined },
  ]);
  assertEquals(calls, [["set", [{ name: "/other", value: 5 }]]]);
});

Deno.test("FoxgloveServer.parameters() sets its part of a request although the listener fails", async () => {
  const { client, store } = talk({
    onGetParameters: () => [{ name: "/other", value: 1 }],
    onSetParameters: () => Promise.reject(new Error("no")),
  });
  const app = client();
  const heard = await set(app, [{ ...KP, value: 2 }, { name: "/other", value: 5 }], "x");
  assertEquals(heard, [
    ["Cannot set parameters: no", "x"],
    { parameters: [{ ...KP, value: 2 }, { name: "/other", value: 1 }], id: "x" },
  ]);
  assertEquals(store.get("/kp"), 2);
});

Deno.test("FoxgloveServer.parameters() without hooks refuses names that no store defines", async () => {
  const { client } = talk();
  const app = client();
  const text = '"/other": no such parameter';
  assertEquals(await set(app, [{ name: "/other", value: 5 }], "x"), [[text, "x"], { parameters: [], id: "x" }]);
  // The rest of a request is set.
  const kp = { ...KP, value: 2 };
  assertEquals(await set(app, [{ name: "/other", value: 5 }, kp], "y"), [
    [text, undefined],
    { parameters: [kp], id: "y" },
  ]);
});

Deno.test("FoxgloveServer.parameters() respects the rights of a client", async () => {
  const { client } = talk();
  const rights = { readableParameters: ["/kp", "/mode"], writableParameters: ["/kp"] };
  const app = client({ identity: { rights } });
  app.says({ op: "getParameters", parameterNames: [], id: "all" });
  await settled();
  app.hears({ op: "parameterValues", parameters: [KP, MODE], id: "all" });
  const [denied] = await set(app, [{ name: "/mode", value: "manual" }], "x");
  assertEquals(denied, ['Cannot set parameters: permission denied for "/mode"', "x"]);
});

Deno.test("ParameterStore.onChange() may set a newer value, which clients get last", async () => {
  const { client, store } = talk();
  store.onChange("/kp", (value) => {
    if (value > 5) store.set("/kp", 5);
  });
  const app = client();
  app.says({ op: "subscribeParameterUpdates", parameterNames: ["/kp"] });
  assertEquals(await set(app, [{ ...KP, value: 9 }], "x"), [
    { parameters: [{ ...KP, value: 9 }], id: "x" },
    { parameters: [{ ...KP, value: 9 }], id: undefined },
    { parameters: [{ ...KP, value: 5 }], id: undefined },
  ]);
});

Deno.test("FoxgloveServer.parameters() allows several stores with different names", async () => {
  const { server, client } = talk();
  const text = 'Cannot define parameter "/kp": another store has that name';
  assertThrows(() => server.parameters({ "/new": { value: 1 }, "/kp": { value: 1 } }), TypeError, text);
  const second = server.parameters({ "/ki": { value: 0.5 } });
  const app = client();
  const ki = { name: "/ki", value: 0.25, type: "float64" } as const;
  assertEquals(await set(app, [ki, { ...KP, value: 2 }, { name: "/new", value: 1 }], "x"), [
    ['"/new": no such parameter', undefined],
    { parameters: [{ ...KP, value: 2 }, ki], id: "x" },
  ]);
  assertEquals(second.get("/ki"), 0.25);
});

Deno.test("FoxgloveServer.close() ends the loops of a store and saves its file", async () => {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/parameters.json`;
  const { server } = conversation();
  const store = server.parameters({ "/kp": { value: 1.5 } }, { file });
  const changes = Array.fromAsync(store.changes());
  store.set("/kp", 2.5);
  await server.close({ graceMs: 5000 });
  assertEquals((await changes).map(({ value, previous }) => [value, previous]), [[2.5, 1.5]]);
  assertEquals(JSON.parse(await Deno.readTextFile(file)), { "/kp": 2.5 });
  assertThrows(() => server.parameters({ "/ki": { value: 1 } }), TypeError, "the server has been closed");
  const next = conversation().server;
  const second = () => {
    next.parameters({ "/ki": { value: 1 } }, { file });
    next.parameters({ "/kd": { value: 1 } }, { file: new URL(`file://${file}`) });
  };
  assertThrows(second, TypeError, `Cannot add parameters: another store has the file "${file}"`);
  await next.close({ graceMs: 0 });
  const last = conversation().server;
  assertEquals(last.parameters({ "/kp": { value: 1.5 } }, { file }).get("/kp"), 2.5);
  await last.close({ graceMs: 0 });
  await Deno.remove(folder, { recursive: true });
});
