import { assertEquals } from "@std/assert/equals";
import { connectedClient } from "../support/fake_server.ts";

Deno.test("FoxgloveClient reports statuses, and keeps those with an id until they are removed", async () => {
  const { client, peer, log } = await connectedClient();
  peer.says(
    { op: "status", level: 0, message: "first", id: "a" },
    { op: "status", level: 1, message: "second", id: "a" },
    { op: "status", level: 2, message: "no id" },
    { op: "status", level: 2, message: "other", id: "b" },
  );
  assertEquals([...client.statuses.values()].map(({ message }) => message), ["second", "other"]);
  peer.says({ op: "removeStatus", statusIds: ["a", "unknown"] });
  assertEquals([...client.statuses.keys()], ["b"]);
  assertEquals(log.take(), [
    ["status", "first"],
    ["status", "second"],
    ["status", "no id"],
    ["status", "other"],
    ["remove status", ["a", "unknown"]],
  ]);
});

Deno.test("FoxgloveClient reports the server's time and jumps, only if the server has the capability", async () => {
  const { client, peer, log } = await connectedClient();
  peer.says({ op: "time", timestamp: 5n }, { op: "time", timestamp: 9n }, { op: "time", timestamp: 2n });
  assertEquals(log.take(), [["time", 5n, false], ["time", 9n, false], ["time", 2n, true]]);
  assertEquals(client.time, 2n);
  const unable = await connectedClient({}, { op: "serverInfo", name: "x", capabilities: [] });
  unable.peer.says({ op: "time", timestamp: 5n });
  assertEquals([unable.log.take(), unable.client.time], [[], undefined]);
});

Deno.test("FoxgloveClient calls every listener, but not a removed one", async () => {
  const { client, peer } = await connectedClient();
  const heard: string[] = [];
  const one = { onTime: () => void heard.push("one") };
  const two = {
    onTime() {
      heard.push("two");
      client.removeListener(this);
    },
  };
  client.addListener(one);
  client.addListener(two);
  client.addListener(one);
  peer.says({ op: "time", timestamp: 1n }, { op: "time", timestamp: 2n });
  assertEquals(heard, ["one", "two", "one"]);
  assertEquals([client.removeListener(one), client.removeListener(one)], [true, false]);
});

Deno.test("FoxgloveClient reports a hook's error to the same listener, and continues", async () => {
  const { client, peer, log } = await connectedClient();
  const errors: unknown[] = [];
  client.addListener({
    onTime: () => {
      throw new Error("mine");
    },
    onError: (_client, error) => errors.push(error),
  });
  const last: bigint[] = [];
  client.addListener({ onTime: (_client, timestamp) => last.push(timestamp) });
  peer.says({ op: "time", timestamp: 1n });
  assertEquals([errors.map(String), last, log.take()], [["Error: mine"], [1n], [["time", 1n, false]]]);
});

Deno.test("FoxgloveClient reports the rejection of an async hook to the same listener", async () => {
  const { client, peer, log } = await connectedClient();
  const reported = Promise.withResolvers<unknown>();
  client.addListener({
    onTime: async () => {
      await undefined;
      throw new Error("mine");
    },
    onError: (_client, error) => reported.resolve(error),
  });
  peer.says({ op: "time", timestamp: 1n });
  assertEquals([String(await reported.promise), log.take()], ["Error: mine", [["time", 1n, false]]]);
});

Deno.test("FoxgloveClient does not call a listener that another listener has just removed", async () => {
  const { client, peer } = await connectedClient();
  const heard: string[] = [];
  const second = { onTime: () => void heard.push("second") };
  client.addListener({ onTime: () => void client.removeListener(second) });
  client.addListener(second);
  peer.says({ op: "time", timestamp: 1n });
  assertEquals(heard, []);
});

for (const where of ["without onError", "in onError"]) {
  Deno.test(`FoxgloveClient reports a hook's error ${where} as uncaught`, async () => {
    const { client, peer } = await connectedClient();
    const uncaught: unknown[] = [];
    const caught = (event: ErrorEvent) => {
      event.preventDefault();
      uncaught.push(event.error.message);
    };
    globalThis.addEventListener("error", caught);
    const fail = (): never => {
      throw new Error("mine");
    };
    client.addListener(where === "in onError" ? { onTime: fail, onError: fail } : { onTime: fail });
    peer.says({ op: "time", timestamp: 1n });
    await new Promise((resolve) => setTimeout(resolve, 0));
    globalThis.removeEventListener("error", caught);
    assertEquals([uncaught, client.state.type], [["mine"], "open"]);
  });
}

Deno.test("FoxgloveClient warns about responses to requests that it did not send", async () => {
  const { peer, log } = await connectedClient();
  peer.says(
    { op: "serviceCallResponse", serviceId: 1 as never, callId: 7, encoding: "json", payload: new Uint8Array() },
    { op: "fetchAssetResponse", requestId: 8, status: "error", error: "x" },
  );
  assertEquals(log.take(), [
    ["warning", "Received a response to service call 7, which this client did not send"],
    ["warning", "Received a response to asset request 8, which this client did not send"],
  ]);
});
