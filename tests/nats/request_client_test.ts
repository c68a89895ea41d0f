// RequestClient: requests that fail before they are sent.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { RequestClient } from "../../src/nats/request_client.ts";
import { TestClock } from "../support/test_clock.ts";
import { FakeConnection, linkOn } from "./fake_connection.ts";

/** Lets promises go on. */
const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

function clientWith(maxUnconfirmedBytes: number) {
  const connection = new FakeConnection();
  const link = linkOn(connection, new TestClock(), { maxUnconfirmedBytes });
  const client = new RequestClient({
    link,
    replyTo: (request) => `re.${request}`,
    sentTime: () => ({ sentMs: 0, period: 0 }),
  });
  return { connection, window: link.window, client };
}

Deno.test("RequestClient does not send a request after it has failed", async () => {
  const { connection, window, client } = clientWith(1000);
  window.disconnected();
  const request = client.request("r.call", new Uint8Array(10), new AbortController().signal);
  const failed = assertRejects(() => request, Error, "the robot sends no heartbeats");
  client.fail("the robot sends no heartbeats");
  await failed;
  window.reconnected();
  await turn();
  assertEquals([connection.published, client.size], [[], 0]);
});

Deno.test("RequestClient does not send the rest of a request that was aborted", async () => {
  const { connection, client } = clientWith(2_000_000);
  const abort = new AbortController();
  const request = client.request("r.call", new Uint8Array(5_000_000), abort.signal);
  const failed = assertRejects(() => request, Error, "enough");
  await turn();
  const { length } = connection.published;
  assertEquals(length, 2);
  abort.abort(new Error("enough"));
  await failed;
  for (const flush of connection.flushes) flush.resolve();
  await turn();
  assertEquals(connection.published.length, length);
});
