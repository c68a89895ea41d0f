// RequestServer: requests in several parts.

import { assertEquals } from "@std/assert/equals";
import { writeFrames } from "../../src/nats/frames.ts";
import { RequestServer } from "../../src/nats/request_server.ts";
import { TestClock } from "../support/test_clock.ts";
import { FakeConnection, linkOn } from "./fake_connection.ts";

const MIB = 1024 * 1024;
const HEADER = { sequence: 1, timestamp: 0n, sentMs: 0, period: 0 };

Deno.test("RequestServer refuses a request when one of its parts is too old, and drops the rest", async () => {
  const connection = new FakeConnection();
  const answered: number[] = [];
  const server = new RequestServer({
    link: linkOn(connection, new TestClock()),
    subject: "r",
    refuse: (_reply, { sentMs }) => sentMs > 100 ? new Uint8Array([7]) : undefined,
    answer: (_subject, body) => {
      answered.push(body.length);
      return Promise.resolve(new Uint8Array([1]));
    },
  });
  const header = { ...HEADER };
  const frames = [...writeFrames(header, new Uint8Array(100), 60)];
  const late = [...writeFrames({ ...header, sentMs: 101 }, new Uint8Array(100), 60)];
  for (const data of [frames[0]!, late[1]!, frames[2]!]) connection.deliver("r", { subject: "r", reply: "late", data });
  for (const data of frames) connection.deliver("r", { subject: "r", reply: "new", data });
  await new Promise<void>((resolve) => setTimeout(resolve, 0));
  assertEquals(answered, [100]);
  assertEquals(connection.published.map(({ subject }) => subject), ["late", "new"]);
  server.close();
});

Deno.test("RequestServer drops the oldest incomplete requests if they have too many bytes, but not the newest", () => {
  const connection = new FakeConnection();
  const answered: number[] = [];
  const server = new RequestServer({
    link: linkOn(connection, new TestClock()),
    subject: "r",
    refuse: () => undefined,
    answer: (_subject, body) => {
      answered.push(body.length);
      return Promise.resolve(body);
    },
  });
  /** Sends the first 10 MiB of a request. Returns a function that sends the rest. */
  const begin = (reply: string, bytes: number) => {
    const frames = writeFrames(HEADER, new Uint8Array(bytes), 10 * MIB);
    const next = () => {
      const { value } = frames.next();
      if (value) connection.deliver("r", { subject: "r", reply, data: value });
      return value !== undefined;
    };
    next();
    return () => {
      while (next());
    };
  };
  const finishDropped = begin("dropped", 20 * MIB);
  const finishKept = begin("kept", 20 * MIB);
  begin("never finished", 20 * MIB);
  // Before its end, 70 MiB wait.
  const finishLarge = begin("large", 40 * MIB);
  finishLarge();
  assertEquals(answered, [40 * MIB]);
  finishDropped();
  assertEquals(answered, [40 * MIB]);
  finishKept();
  assertEquals(answered, [40 * MIB, 20 * MIB]);
  server.close();
});
