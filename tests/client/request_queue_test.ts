// The limit on open requests, and the queue of further requests.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import type { FoxgloveClient } from "../../src/client/client.ts";
import { ConnectionClosedError, RequestError } from "../../src/client/errors.ts";
import { bytes, settled } from "../support/conversation.ts";
import { connectedClient, type FakeConnection, FULL_SERVER_INFO } from "../support/fake_server.ts";

const MAX_OPEN = 32;
const SLOT_MS = 60_000;

/** The kinds of requests that are queued: how to send a request, and how the server reads and answers it. */
const KINDS = [
  {
    name: "fetchAsset",
    make: (client: FoxgloveClient, index: number, signal?: AbortSignal) =>
      client.fetchAsset(`package://${index}`, signal ? { signal } : {}),
    take(peer: FakeConnection) {
      const message = peer.takes();
      if (message.op !== "fetchAsset") throw new Error(`"${message.op}" came`);
      const { requestId } = message;
      return {
        name: message.uri.slice("package://".length),
        answer: () => peer.says({ op: "fetchAssetResponse", requestId, status: "success", data: bytes(message.uri) }),
      };
    },
  },
  {
    name: "getParameters",
    make: (client: FoxgloveClient, index: number, signal?: AbortSignal) =>
      client.getParameters([String(index)], signal ? { signal } : {}),
    take(peer: FakeConnection) {
      const message = peer.takes();
      if (message.op !== "getParameters") throw new Error(`"${message.op}" came`);
      const { parameterNames: [name = ""], id = "" } = message;
      return {
        name,
        answer: () => peer.says({ op: "parameterValues", parameters: [{ name, value: 1 }], id }),
      };
    },
  },
] as const;

/** Returns the numbers from `from` up to, but not including, `to`. */
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

for (const { name, make, take } of KINDS) {
  /** Calls the method `count` times. The server reads all requests that the client sends. */
  const open = (client: FoxgloveClient, peer: FakeConnection, count: number) => {
    const requests = range(0, count).map((index) => make(client, index));
    for (const request of requests) request.catch(() => {});
    const taken = range(0, Math.min(count, MAX_OPEN)).map(() => take(peer));
    peer.hearsNothing();
    return { requests, taken };
  };

  Deno.test(`FoxgloveClient.${name}() keeps 32 requests open, and sends the next one after each response`, async () => {
    const { client, peer, server } = await connectedClient();
    const { requests, taken } = open(client, peer, 500);
    assertEquals(taken.map(({ name }) => name), range(0, MAX_OPEN).map(String));
    for (const next of range(MAX_OPEN, 500)) {
      // Answers them in another order than they were sent.
      taken.splice(next % taken.length, 1)[0]!.answer();
      const sent = take(peer);
      assertEquals(sent.name, String(next));
      peer.hearsNothing();
      taken.push(sent);
    }
    for (const { answer } of taken) answer();
    const answers = await Promise.all(requests);
    assertEquals(answers.length, 500);
    assertEquals(answers[499], name === "fetchAsset" ? bytes("package://499") : [{ name: "499", value: 1 }]);
    assertEquals(server.clock.pendingTimers, 0);
  });

  Deno.test(`FoxgloveClient.${name}() rejects a queued request when its signal aborts, and never sends it`, async () => {
    const { client, peer } = await connectedClient();
    const { taken } = open(client, peer, MAX_OPEN);
    const control = new AbortController();
    const aborted = [33, 34, 36].map((index) => make(client, index, control.signal));
    const other = make(client, 35);
    control.abort(new Error("enough"));
    for (const request of aborted) await assertRejects(() => request, Error, "enough");
    taken[0]!.answer();
    const sent = take(peer);
    assertEquals(sent.name, "35");
    sent.answer();
    taken[1]!.answer();
    await other;
    peer.hearsNothing();
  });

  Deno.test(`FoxgloveClient.${name}() rejects queued requests when the connection is lost, and does not send them later`, async () => {
    const { client, peer, server } = await connectedClient();
    const { requests } = open(client, peer, 40);
    peer.leaves(1006);
    for (const request of requests) await assertRejects(() => request, ConnectionClosedError, "code 1006");
    server.clock.advance(10_000);
    const again = await server.next();
    again.accepts();
    again.says(FULL_SERVER_INFO);
    again.hearsNothing();
    // Requests of the lost connection do not count any more.
    open(client, again, MAX_OPEN);
    assertEquals(server.clock.pendingTimers, 0);
    again.leaves();
    void client.close();
  });

  Deno.test(`FoxgloveClient.${name}() counts an aborted request until it is answered, because the server still works on it`, async () => {
    const { client, peer } = await connectedClient();
    const control = new AbortController();
    const requests = range(0, MAX_OPEN).map((index) => make(client, index, control.signal));
    const taken = requests.map(() => take(peer));
    control.abort(new Error("enough"));
    for (const request of requests) await assertRejects(() => request, Error, "enough");
    const next = make(client, 99);
    peer.hearsNothing();
    taken[5]!.answer();
    const sent = take(peer);
    assertEquals(sent.name, "99");
    sent.answer();
    await next;
  });

  Deno.test(`FoxgloveClient.${name}() counts a request without a response for 60 s, aborted or not`, async () => {
    const { client, peer, server } = await connectedClient();
    const control = new AbortController();
    const first = make(client, 0, control.signal);
    const firstTaken = take(peer);
    server.clock.advance(1000);
    const requests = range(1, MAX_OPEN).map((index) => make(client, index));
    const taken = requests.map(() => take(peer));
    const waiting = range(0, 3).map((index) => make(client, 100 + index));
    control.abort(new Error("enough"));
    await assertRejects(() => first, Error, "enough");

    server.clock.advance(SLOT_MS - 1001);
    peer.hearsNothing();
    server.clock.advance(1);
    assertEquals(take(peer).name, "100");
    peer.hearsNothing();
    server.clock.advance(1000);
    assertEquals([take(peer).name, take(peer).name], ["101", "102"]);
    assertEquals(server.clock.pendingTimers, 0);
    // The late response resolves its request, but does not raise the limit.
    taken[0]!.answer();
    await requests[0];
    firstTaken.answer();
    peer.hearsNothing();
    peer.leaves();
    for (const request of [...waiting, ...requests.slice(1)]) await assertRejects(() => request, ConnectionClosedError);
    void client.close();
  });

  Deno.test(`FoxgloveClient.${name}() does not count a request that cannot be encoded`, async () => {
    const { client, peer } = await connectedClient();
    const bad = (): Promise<unknown> =>
      name === "fetchAsset" ? client.fetchAsset(5 as never) : client.getParameters([5 as never]);
    for (let count = 0; count < 40; count++) await assertRejects(bad, TypeError);
    const { taken } = open(client, peer, MAX_OPEN);
    const [first, second, third] = [bad(), bad(), make(client, 50)];
    taken[0]!.answer();
    await assertRejects(() => first, TypeError);
    await assertRejects(() => second, TypeError);
    const sent = take(peer);
    assertEquals(sent.name, "50");
    sent.answer();
    await third;
  });
}

Deno.test("FoxgloveClient counts open requests of assets separately, and gets and sets of parameters together", async () => {
  const { client, peer } = await connectedClient();
  const requests: Promise<unknown>[] = range(0, 40).map((index) => client.fetchAsset(`package://${index}`));
  for (let count = 0; count < MAX_OPEN; count++) peer.takes();
  requests.push(client.setParameters([{ name: "a", value: 1 }]), client.controlPlayback({ command: "play" }));
  const set = peer.takes();
  assertEquals([set.op, peer.takes().op], ["setParameters", "playbackControlRequest"]);
  // The set is one of the 32.
  requests.push(...range(0, MAX_OPEN).map(() => client.getParameters()));
  for (let count = 0; count < MAX_OPEN - 1; count++) assertEquals(peer.takes().op, "getParameters");
  peer.hearsNothing();
  peer.says({ op: "parameterValues", parameters: [], id: set.op === "setParameters" ? set.id ?? "" : "" });
  assertEquals(peer.takes().op, "getParameters");
  // A set is not queued, even if the server may reject it.
  requests.push(client.setParameters([{ name: "a", value: 2 }]));
  assertEquals(peer.takes().op, "setParameters");
  peer.hearsNothing();
  peer.leaves();
  const results = await Promise.allSettled(requests);
  assertEquals(results.filter(({ status }) => status === "fulfilled").length, 1);
  void client.close();
});

Deno.test("FoxgloveClient sends the next request after any kind of failure", async () => {
  const { client, peer, log } = await connectedClient();
  const gets = range(0, 34).map((index) => client.getParameters([String(index)]));
  const ids = range(0, MAX_OPEN).map(() => {
    const message = peer.takes();
    return message.op === "getParameters" ? message.id ?? "" : "";
  });
  peer.says({ op: "status", level: 2, message: "Cannot get parameters: busy", id: ids[0]! });
  assertEquals(peer.takes().op, "getParameters");
  peer.says({ op: "status", level: 2, message: `Cannot get parameters (request "${ids[1]}"): busy` });
  assertEquals(peer.takes().op, "getParameters");
  for (const get of gets.slice(0, 2)) await assertRejects(() => get, RequestError, "busy");

  const assets = range(0, 34).map((index) => client.fetchAsset(`package://${index}`));
  for (let count = 0; count < MAX_OPEN; count++) peer.takes();
  peer.says({ op: "fetchAssetResponse", requestId: 1, status: "error", error: "busy" });
  assertEquals(peer.takes(), { op: "fetchAsset", uri: "package://32", requestId: 33 });
  // Status 7 is not valid.
  peer.saysRaw(Uint8Array.of(4, 2, 0, 0, 0, 7, 0, 0, 0, 0));
  assertEquals(peer.takes(), { op: "fetchAsset", uri: "package://33", requestId: 34 });
  for (const asset of assets.slice(0, 2)) await assertRejects(() => asset, RequestError);
  log.take();
  peer.leaves();
  await Promise.allSettled([...gets, ...assets]);
  void client.close();
});

Deno.test("FoxgloveClient.subscribeParameters() sends no queued request for a loop that has ended", async () => {
  const { client, peer } = await connectedClient();
  const gets = range(0, MAX_OPEN).map(() => client.getParameters());
  const [first] = gets.map(() => peer.takes());
  const updates = client.subscribeParameters(["a"]);
  peer.hears({ op: "subscribeParameterUpdates", parameterNames: ["a"] });
  updates.close();
  peer.hears({ op: "unsubscribeParameterUpdates", parameterNames: ["a"] });
  peer.says({ op: "parameterValues", parameters: [], id: first?.op === "getParameters" ? first.id ?? "" : "" });
  await gets[0];
  await settled();
  peer.hearsNothing();
  peer.leaves();
  await Promise.allSettled(gets);
  void client.close();
});
