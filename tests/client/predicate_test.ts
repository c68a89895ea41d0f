// Predicates of subscriptions. They are application code, which may throw or call the client.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import type { Subscription } from "../../src/client/subscription.ts";
import type { Channel } from "../../src/protocol/channels.ts";
import type { ServerMessage } from "../../src/protocol/messages.ts";
import { bytes, channel, settled, subscription } from "../support/conversation.ts";
import { connectedClient, FULL_SERVER_INFO } from "../support/fake_server.ts";

const chan = (id: number, topic: string): Channel => ({
  id: channel(id),
  topic,
  encoding: "json",
  schemaName: "",
  schema: "",
});
const advertise = (...channels: Channel[]): ServerMessage => ({ op: "advertise", channels });
const subscribe = (...pairs: [id: number, channelId: number][]) => ({
  op: "subscribe" as const,
  subscriptions: pairs.map(([id, channelId]) => ({ id: subscription(id), channelId: channel(channelId) })),
});
const topics = ({ channels }: Subscription) => channels.map(({ topic }) => topic);

Deno.test("FoxgloveClient.subscribe() calls onError and continues if a predicate throws, and the channel does not match", async () => {
  const { client, peer, log } = await connectedClient();
  peer.says(advertise(chan(1, "/bad/1"), chan(2, "/good/1")));
  log.take();
  const failing = client.subscribe(({ topic }) => {
    if (topic.startsWith("/bad")) throw new Error(`no ${topic}`);
    return true;
  });
  const others = [client.subscribe("/bad/2"), client.subscribe(() => true)];
  assertEquals(log.take(), [["error", "no /bad/1"]]);
  peer.hears(subscribe([1, 2]), subscribe([2, 1]));
  peer.says(advertise(chan(3, "/bad/2"), chan(4, "/good/2")));
  peer.hears(subscribe([3, 3], [4, 4]));
  assertEquals(log.take(), [["error", "no /bad/2"], ["advertise", ["/bad/2", "/good/2"]]]);
  assertEquals([failing, ...others].map((each) => topics(each).sort()), [
    ["/good/1", "/good/2"],
    ["/bad/2"],
    ["/bad/1", "/bad/2", "/good/1", "/good/2"],
  ]);
});

Deno.test("FoxgloveClient.subscribe() continues after a predicate that throws, also without onError", async () => {
  const { client, peer } = await connectedClient({ listener: {} });
  peer.says(advertise(chan(1, "/a")));
  const failing = client.subscribe(() => {
    throw new Error("mine");
  });
  const other = client.subscribe("/b");
  peer.says(advertise(chan(2, "/b")));
  assertEquals([topics(failing), topics(other)], [[], ["/b"]]);
});

for (
  const [result, kind] of [
    [undefined, "undefined"],
    [null, "null"],
    [1, "number"],
    ["yes", "string"],
    [["match"], "object"],
  ] as const
) {
  Deno.test(`FoxgloveClient.subscribe() reports once that a predicate returns ${kind}, and no channel matches`, async () => {
    const { client, peer, log } = await connectedClient();
    const messages = client.subscribe((() => result) as never);
    peer.says(advertise(chan(1, "/a"), chan(2, "/b")), advertise(chan(3, "/c")));
    const text = `Cannot match channels: the predicate of a subscription returned ${kind}, not a boolean`;
    assertEquals(log.take().filter(([kind]) => kind === "error"), [["error", text]]);
    peer.hearsNothing();
    assertEquals(messages.channels, []);
  });
}

Deno.test("FoxgloveClient.subscribe() matches no channel if the predicate is async, even if it rejects", async () => {
  const { client, peer, log } = await connectedClient();
  const messages = client.subscribe(
    (({ topic }: Channel) => topic === "/a" ? Promise.resolve(true) : Promise.reject(new Error("mine"))) as never,
  );
  peer.says(advertise(chan(1, "/a"), chan(2, "/b")));
  await settled();
  const text = "Cannot match channels: the predicate of a subscription returned a promise, not a boolean";
  assertEquals(log.take().filter(([kind]) => kind === "error"), [["error", text]]);
  peer.hearsNothing();
  assertEquals(messages.channels, []);
});

Deno.test("FoxgloveClient.subscribe() rejects a topic that is neither text nor a function", async () => {
  const { client, peer } = await connectedClient();
  for (const topic of [undefined, null, 5, /a/]) {
    assertThrows(() => client.subscribe(topic as never), TypeError, "must be a string or a function");
  }
  peer.says(advertise(chan(1, "/a")));
  peer.hearsNothing();
});

Deno.test("FoxgloveClient calls a predicate once for each channel, and again for a changed channel", async () => {
  const { client, peer } = await connectedClient();
  const asked: string[] = [];
  peer.says(advertise(chan(1, "/1"), chan(2, "/2")));
  client.subscribe(({ topic }) => asked.push(topic) > 0);
  for (let id = 3; id <= 6; id++) peer.says(advertise(chan(id, `/${id}`)));
  peer.says(advertise(chan(6, "/6")));
  peer.says(advertise({ ...chan(6, "/6"), schemaName: "other" }));
  peer.says({ op: "unadvertise", channelIds: [channel(1), channel(2)] });
  assertEquals(asked, ["/1", "/2", "/3", "/4", "/5", "/6", "/6"]);
});

Deno.test("FoxgloveClient allows a predicate to subscribe, and to end subscriptions including its own", async () => {
  const { client, peer } = await connectedClient();
  const found: Subscription[] = [];
  const doomed = client.subscribe("/1");
  const control = new AbortController();
  client.subscribe(({ topic }) => {
    found.push(client.subscribe(topic));
    doomed.close();
    return false;
  });
  const own = client.subscribe(() => {
    control.abort();
    return true;
  }, { signal: control.signal });
  peer.says(advertise(chan(1, "/1"), chan(2, "/2")));
  assertEquals([topics(doomed), topics(own), ...found.map(topics)], [[], [], ["/1"], ["/2"]]);
  peer.hears(subscribe([1, 1]), subscribe([2, 2]));
  peer.says({ op: "messageData", subscriptionId: subscription(2), timestamp: 1n, payload: bytes("x") });
  assertEquals(found.map(({ queued }) => queued), [0, 1]);
  for (const each of found) each.close();
  peer.hears(
    { op: "unsubscribe", subscriptionIds: [subscription(1)] },
    { op: "unsubscribe", subscriptionIds: [subscription(2)] },
  );
  peer.hearsNothing();
});

Deno.test("FoxgloveClient keeps a subscription that a predicate creates while it matches a changed channel", async () => {
  const { client, peer } = await connectedClient();
  peer.says(advertise(chan(1, "/1")));
  let inner: Subscription | undefined;
  client.subscribe(({ schemaName }) => {
    if (schemaName === "new") inner = client.subscribe("/1");
    return true;
  });
  peer.hears(subscribe([1, 1]));
  peer.says(advertise({ ...chan(1, "/1"), schemaName: "new" }));
  peer.hearsNothing();
  peer.says({ op: "messageData", subscriptionId: subscription(1), timestamp: 1n, payload: bytes("x") });
  assertEquals([inner?.queued, inner?.channels[0]?.schemaName], [1, "new"]);
});

Deno.test("FoxgloveClient allows a predicate to close the client", async () => {
  const { client, peer, log } = await connectedClient();
  client.subscribe(() => {
    void client.close();
    return true;
  });
  const other = client.subscribe("/1");
  peer.says(advertise(chan(1, "/1")));
  assertEquals(log.take(), [["state", "closed"], ["unadvertise", ["/1"], "disconnected"]]);
  assertEquals([client.channels.size, await other.next()], [0, { done: true, value: undefined }]);
  peer.hearsNothing();
});

Deno.test("FoxgloveClient subscribes again if the connection is lost during a predicate", async () => {
  const { client, peer, server } = await connectedClient();
  let isFirst = true;
  const messages = client.subscribe(() => {
    // A socket that the application creates may close at any time.
    if (isFirst) peer.leaves();
    isFirst = false;
    return true;
  });
  peer.says(advertise(chan(1, "/1")));
  server.clock.advance(10_000);
  const again = await server.next();
  again.accepts();
  again.says(FULL_SERVER_INFO, advertise(chan(1, "/1")));
  again.hears(subscribe([1, 1]));
  assertEquals(topics(messages), ["/1"]);
});
