// StateKeeper: restores the state of a robot, and asks again until it has succeeded.

import { assertEquals } from "@std/assert/equals";
import { StateStream } from "../../src/nats/jet_stream.ts";
import { StateKeeper } from "../../src/nats/state_keeper.ts";
import { StateWriter } from "../../src/nats/state_writer.ts";
import { Subjects } from "../../src/nats/subjects.ts";
import { TestClock } from "../support/test_clock.ts";
import { FakeConnection, linkOn } from "./fake_connection.ts";

function keeperWith() {
  const connection = new FakeConnection();
  const clock = new TestClock();
  const events: string[] = [];
  const link = linkOn(connection, clock, { log: (line) => events.push(line) });
  const { window, sentMs, maxFrameBytes } = link;
  const writer = new StateWriter({ window, clock, subjectOf: (key) => key, maxFrameBytes, sentMs });
  const stream = new StateStream(connection, new Subjects("Cannot", "fg"));
  const keeper = new StateKeeper({ link, stream, writer, onRestored: () => events.push("restored") });
  const refuse = (refuses: boolean) => {
    connection.response = refuses ? { error: { code: 503, description: "no" } } : {};
  };
  return { connection, clock, link, events, keeper, refuse };
}

/** Lets promises go on. */
const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

Deno.test("StateKeeper asks again until it has succeeded, once at a time, and not after close()", async () => {
  const { clock, events, keeper, refuse } = keeperWith();
  refuse(true);
  await Promise.all([keeper.restore(), keeper.restore()]);
  const failed =
    "test: cannot put the state of the robot into NATS: JetStream refuses STREAM.CREATE.foxglove_fg: no; " +
    "trying again";
  assertEquals([events, clock.pendingTimers], [[failed], 1]);
  refuse(false);
  clock.advance(1000);
  await turn();
  const works = "test: the state of the robot can be put into NATS again";
  assertEquals([events.slice(1), clock.pendingTimers], [[works, "restored"], 0]);
  refuse(true);
  await keeper.restore();
  keeper.close();
  assertEquals(clock.pendingTimers, 0);
});

Deno.test("StateKeeper logs each reason of a failure once", async () => {
  const { clock, connection, events, keeper } = keeperWith();
  for (const description of ["no", "no", "not allowed"]) {
    connection.response = { error: { code: 503, description } };
    await keeper.restore();
    clock.advance(1000);
  }
  await new Promise<void>((resolve) => setTimeout(resolve, 0));
  assertEquals(events.map((line) => line.replace(/.*STREAM.CREATE.foxglove_fg: /, "")), [
    "no; trying again",
    "not allowed; trying again",
  ]);
  keeper.close();
});

Deno.test("StateKeeper restores for edges at most every 5 s, and by itself before the stream removes the state", async () => {
  const { clock, connection, keeper } = keeperWith();
  keeper.refresh();
  keeper.refresh();
  await turn();
  assertEquals(connection.requested.length, 1);
  clock.advance(5000);
  keeper.refresh();
  await turn();
  keeper.tick();
  assertEquals(connection.requested.length, 2);
  clock.advance(1_800_000);
  keeper.tick();
  await turn();
  assertEquals(connection.requested.length, 3);
  keeper.close();
});

Deno.test("StateKeeper asks for nothing while there is no connection", async () => {
  const { clock, connection, link, events, keeper, refuse } = keeperWith();
  refuse(true);
  const restored = keeper.restore();
  link.window.disconnected();
  await restored;
  clock.advance(60_000);
  assertEquals([connection.requested.length, events, clock.pendingTimers], [1, [], 0]);
});
