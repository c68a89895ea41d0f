// RequestClient: requests that fail before they are sent.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { RequestClient } from "../../src/nats/request_client.ts";
import { SendWindow } from "../../src/nats/send_window.ts";
import { TestClock } from "../support/test_clock.ts";
import { FakeConnection } from "./fake_connection.ts";

/** Lets promises go on. */
const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

function clientWith(maxFrameBytes = 1000) {
  const connection = new FakeConnection();
  const window = new SendWindow(connection, new TestClock(), 200);
  const replyTo = (request: string) => `re.${request}`;
  const client = new RequestClient({ connection, window, maxFrameBytes: () => maxFrameBytes, replyTo });
  return { connection, window, client };
}

Deno.test("RequestClient does not send a request after it has failed", async () => {
  const { connection, window, client } = clientWith();
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
  const { connection, client } = clientWith(126);
  const abort = new AbortController();
  const request = client.request("r.call", new Uint8Array(1000), abort.signal);
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
