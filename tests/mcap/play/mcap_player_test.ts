// McapPlayer: what it sends when, to clients on a test clock.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { assertStringIncludes } from "@std/assert/string-includes";
import { assertThrows } from "@std/assert/throws";
import { RecordingSink } from "../../support/recording_sink.ts";
import { McapError, McapPlayer, type SeekableSource } from "../../../src/mcap/mod.ts";
import { LATCHED, nsOf, playFile, PlayFixture, type PlayMessage, S } from "./play_fixture.ts";

/** A map, and odometry twice a second. */
const DRIVE = await playFile([
  [["/map", 1, "m1"], ["/odom", 1], ["/odom", 1.5]],
  [["/odom", 2], ["/map", 2.5, "m2"], ["/odom", 3]],
], { "/map": { metadata: { ...LATCHED, source: "slam" } } });

const PLAYED = ["/map 1 m1", "/odom 1 1", "/odom 1.5 1.5", "/odom 2 2", "/map 2.5 m2", "/odom 3 3"];

Deno.test("McapPlayer serves the channels of the file, with the depth of their latch in the metadata", async () => {
  const file = await playFile([[["/a", 1], ["/b", 1]]], {
    "/a": { metadata: { ...LATCHED, source: "slam" }, schemaName: "Pose" },
    "/b": { messageEncoding: "cdr" },
  });
  await using fixture = await PlayFixture.open(file);
  const [first, second] = [...fixture.player.server.channels.values()];
  assertEquals([first?.topic, first?.encoding, first?.schemaName, first?.metadata], ["/a", "json", "Pose", {
    ...LATCHED,
    source: "slam",
  }]);
  assertEquals([second?.topic, second?.encoding, second?.metadata], ["/b", "cdr", undefined]);
  assertEquals([fixture.player.startTime, fixture.player.endTime], [S, S]);
});

Deno.test("McapPlayer skips a channel that the server rejects, and logs it", async () => {
  const file = await playFile([[["/a", 1], ["/b", 1]]], { "/a": { messageEncoding: "protobuf", schemaName: "Pose" } });
  await using fixture = await PlayFixture.open(file);
  const client = fixture.client();
  fixture.player.play();
  await fixture.advance(100);
  assertEquals(client.takeMessages(), ["/b 1 1"]);
  assertStringIncludes(fixture.log.join(), 'Messages of "/a" are not played');
});

Deno.test("McapPlayer waits for play(), and sends each message when it is due", async () => {
  await using fixture = await PlayFixture.open(DRIVE);
  const client = fixture.client();
  await fixture.advance(1000);
  assertEquals([client.take(), fixture.player.state.status], [[], "paused"]);
  fixture.player.play();
  await fixture.settle();
  assertEquals(client.take(), ["playing 1", "/map 1 m1", "/odom 1 1"]);
  await fixture.advance(490);
  assertEquals(client.takeMessages(), []);
  await fixture.advance(10);
  assertEquals(client.takeMessages(), ["/odom 1.5 1.5"]);
  await fixture.advance(1600);
  assertEquals(client.takeMessages(), PLAYED.slice(3));
  assertEquals(fixture.player.state, { status: "ended", currentTime: 3n * S, speed: 1, didSeek: false });
});

Deno.test("McapPlayer sends messages that are due together in one turn, after one time", async () => {
  const messages = Array.from({ length: 50 }, (_, index): PlayMessage => ["/a", 2 + index / 1e6, `${index}`]);
  await using fixture = await PlayFixture.open(await playFile([[["/a", 1]], messages]));
  const client = fixture.client();
  fixture.player.play();
  await fixture.advance(1100);
  const lines = client.take();
  assertEquals(lines.filter((line) => line.startsWith("/")).length, 51);
  assertEquals(lines.filter((line) => line.startsWith("time 2")), ["time 2"]);
});

Deno.test("McapPlayer sends at most 1000 messages in one turn, and all of them in the end", async () => {
  const messages = Array.from({ length: 2500 }, (_, index): PlayMessage => ["/a", 1, `${index}`]);
  await using fixture = await PlayFixture.open(await playFile([messages]));
  const client = fixture.client();
  fixture.player.play();
  const counts: number[] = [];
  for (let turn = 0; turn < 5; turn++) {
    fixture.clock.advance(0);
    counts.push(client.takeMessages().length);
  }
  assertEquals([Math.max(...counts), counts.reduce((sum, count) => sum + count)], [1000, 2500]);
});

Deno.test("McapPlayer has no timers while it is paused, and when it has ended", async () => {
  await using fixture = await PlayFixture.open(DRIVE);
  const { clock, player } = fixture;
  const idle = clock.pendingTimers;
  player.play();
  await fixture.advance(100);
  assertEquals(clock.pendingTimers, idle + 1);
  player.pause();
  assertEquals(clock.pendingTimers, idle);
  player.seek(2n * S);
  await fixture.settle();
  assertEquals(clock.pendingTimers, idle);
  player.play();
  await fixture.advance(2000);
  assertEquals([player.state.status, clock.pendingTimers], ["ended", idle]);
});

Deno.test("McapPlayer.pause() keeps the time, and play() continues", async () => {
  await using fixture = await PlayFixture.open(DRIVE);
  const client = fixture.client();
  fixture.player.play();
  await fixture.settle();
  await fixture.advance(600);
  client.take();
  fixture.player.pause();
  await fixture.advance(5000);
  assertEquals(client.take(), ["time 1.6", "paused 1.6"]);
  fixture.player.play();
  await fixture.settle();
  await fixture.advance(390);
  assertEquals(client.takeMessages(), []);
  await fixture.advance(10);
  assertEquals(client.takeMessages(), ["/odom 2 2"]);
});

Deno.test("McapPlayer.rate changes the speed from the current time on", async () => {
  await using fixture = await PlayFixture.open(DRIVE, { rate: 0.5 });
  const client = fixture.client();
  fixture.player.play();
  await fixture.advance(990);
  assertEquals(client.takeMessages(), ["/map 1 m1", "/odom 1 1"]);
  fixture.player.rate = 10;
  await fixture.advance(10, 1);
  assertEquals(client.takeMessages(), ["/odom 1.5 1.5"]);
  await fixture.advance(150);
  assertEquals(client.takeMessages(), PLAYED.slice(3));
  assertThrows(() => fixture.player.rate = 0, RangeError, "Cannot play: the rate is 0, not a finite number above 0");
});

Deno.test("McapPlayer.seek() forward sends the newest earlier message of latched channels", async () => {
  await using fixture = await PlayFixture.open(DRIVE);
  const client = fixture.client();
  fixture.player.seek(2n * S);
  await fixture.settle();
  assertEquals(client.take(), ["paused 2 didSeek", "time 2", "/map 1 m1"]);
  fixture.player.seek(99n * S);
  await fixture.settle();
  assertEquals(client.take(), ["paused 3 didSeek", "time 3", "/map 2.5 m2"]);
  fixture.player.play();
  await fixture.settle();
  assertEquals(client.take(), ["playing 3", "/odom 3 3", "ended 3"]);
});

Deno.test("McapPlayer.seek() back begins a new session if no client controls playback", async () => {
  await using fixture = await PlayFixture.open(DRIVE);
  const client = fixture.client();
  fixture.player.play();
  await fixture.advance(1600);
  client.take();
  fixture.player.seek(nsOf(1.9));
  await fixture.settle();
  assertEquals(client.take(), [
    "playing 1.9 didSeek",
    "/map 1 m1",
    "serverInfo",
    "advertise",
    "/map 1 m1",
    "time 1.9",
  ]);
  await fixture.advance(100);
  assertEquals(client.takeMessages(), ["/odom 2 2"]);
});

Deno.test("McapPlayer.seek() back sends didSeek, and keeps the session, while a client controls playback", async () => {
  await using fixture = await PlayFixture.open(DRIVE);
  const client = fixture.client();
  client.controls({ command: "play" });
  await fixture.advance(1600);
  client.take();
  fixture.player.seek(nsOf(1.9));
  await fixture.settle();
  assertEquals(client.take(), ["playing 1.9 didSeek", "time 1.9", "/map 1 m1"]);
  client.leave();
  const other = fixture.client();
  fixture.player.seek(S);
  await fixture.settle();
  assertEquals(other.take().includes("serverInfo"), true);
});

Deno.test("K01 McapPlayer answers requests of clients: seek, then speed, then command", async () => {
  await using fixture = await PlayFixture.open(DRIVE);
  const [client, other] = [fixture.client(), fixture.client()];
  assertEquals(client.take(), ["paused 1"]);
  client.controls({ seekTime: 2n * S, speed: 2, requestId: "a" });
  await fixture.settle();
  // The state is sent before the messages, because apps discard what precedes it.
  const expected = ["playing 2 x2 didSeek a", "time 2", "/map 1 m1", "/odom 2 2"];
  assertEquals([client.take(), other.take()], [expected, expected]);
  client.controls({ command: "pause", speed: 2, requestId: "b" });
  await fixture.settle();
  assertEquals(client.take(), ["paused 2 x2 b"]);
});

Deno.test("K01 McapPlayer sends the state before the time, also if nothing must be read before", async () => {
  await using fixture = await PlayFixture.open(await playFile([[["/a", 1], ["/a", 9]]]));
  const client = fixture.client();
  client.controls({ command: "pause", seekTime: 5n * S });
  await fixture.settle();
  assertEquals(client.take(), ["paused 5 didSeek r", "time 5"]);
});

Deno.test("McapPlayer clamps seeks of clients to the range, also to before the start", async () => {
  await using fixture = await PlayFixture.open(DRIVE);
  const client = fixture.client();
  client.controls({ command: "pause", seekTime: 2n ** 64n - 1n, requestId: "late" });
  await fixture.settle();
  client.controls({ command: "pause", seekTime: 0n, requestId: "early" });
  await fixture.settle();
  assertEquals(client.take(), [
    "paused 3 didSeek late",
    "time 3",
    "/map 2.5 m2",
    "paused 1 didSeek early",
    "time 1",
  ]);
});

Deno.test("McapPlayer broadcasts the end once, and a seek from there pauses, and play begins again", async () => {
  await using fixture = await PlayFixture.open(DRIVE);
  const client = fixture.client();
  fixture.player.play();
  await fixture.advance(3000);
  assertEquals(client.take().filter((line) => line.startsWith("ended")), ["ended 3"]);
  client.controls({ command: "pause", seekTime: 2n * S });
  await fixture.advance(2000);
  assertEquals(client.take(), ["paused 2 didSeek r", "time 2", "/map 1 m1"]);
  client.controls({ command: "play" });
  await fixture.advance(2000);
  assertEquals(client.take().at(-1), "ended 3");
  client.controls({ command: "play" });
  await fixture.advance(3000);
  const lines = client.take();
  assertEquals([lines[0], lines.filter((line) => line.startsWith("/"))], ["playing 1 didSeek r", PLAYED]);
});

Deno.test("McapPlayer keeps only the last of many seeks", async () => {
  await using fixture = await PlayFixture.open(DRIVE);
  const client = fixture.client();
  for (const seconds of [1, 3, 2, 1.2, 2.6]) client.controls({ command: "pause", seekTime: nsOf(seconds) });
  await fixture.settle();
  const lines = client.take();
  assertEquals(lines.filter((line) => !line.startsWith("paused")), ["time 2.6", "/map 2.5 m2"]);
  assertEquals(lines.filter((line) => line.startsWith("paused")).length, 5);
});

Deno.test("McapPlayer sends a client that connects the state and the time", async () => {
  await using fixture = await PlayFixture.open(DRIVE);
  const first = fixture.client();
  fixture.player.seek(2n * S);
  await fixture.settle();
  first.take();
  fixture.client();
  assertEquals(first.take(), ["paused 2"]);
});

Deno.test("K06 McapPlayer sends no states to foxglove.websocket.v1 clients, and a new session when it loops", async () => {
  await using fixture = await PlayFixture.open(DRIVE, { loop: true });
  const client = fixture.client("foxglove.websocket.v1");
  fixture.player.play();
  await fixture.advance(2010);
  await fixture.settle();
  const lines = client.take();
  assertEquals(lines.filter((line) => /playing|ended/.test(line)), []);
  const messages = lines.filter((line) => line.startsWith("/") || line === "serverInfo");
  // The latched message is sent again with the session, because the server has it.
  assertEquals(messages, [...PLAYED, "serverInfo", "/map 2.5 m2", "/map 1 m1", "/odom 1 1"]);
});

Deno.test("McapPlayer sends the newest latched messages again after a new session, when apps show their panels", async () => {
  const file = await playFile([[["/map", 0, "m1"], ["/log", 0], ["/map", 2, "m2"], ["/odom", 9]]], {
    "/map": { metadata: LATCHED },
    // A history is not sent again.
    "/log": { metadata: { "foxglove-ws.latchDepth": "10" } },
  });
  await using fixture = await PlayFixture.open(file, { loop: true });
  const [client, sink] = [fixture.client("foxglove.websocket.v1"), new RecordingSink()];
  fixture.player.play();
  await fixture.advance(9010);
  await fixture.settle();
  client.takeMessages();
  using _ = fixture.player.server.addSink(sink);
  sink.take();
  await fixture.advance(900);
  assertEquals(client.takeMessages(), []);
  await fixture.advance(200);
  assertEquals(client.takeMessages(), ["/map 0 m1"]);
  await fixture.advance(1800);
  assertEquals(client.takeMessages(), ["/map 2 m2"]);
  await fixture.advance(200);
  assertEquals(client.takeMessages(), ["/map 2 m2"]);
  await fixture.advance(3000);
  assertEquals([client.takeMessages(), sink.take()], [[], [`1@${2n * S} m2`]]);
  // A seek forward keeps the session, and the repeats of an earlier one must not follow.
  fixture.player.seek(1n * S);
  await fixture.settle();
  fixture.player.seek(5n * S);
  await fixture.settle();
  client.takeMessages();
  await fixture.advance(3500);
  assertEquals(client.takeMessages(), []);
});

Deno.test("McapPlayer loops with didSeek if a client controls playback", async () => {
  await using fixture = await PlayFixture.open(DRIVE, { loop: true });
  const client = fixture.client();
  client.controls({ command: "play" });
  await fixture.advance(2010);
  await fixture.settle();
  const lines = client.take();
  assertEquals(lines.slice(lines.indexOf("/odom 3 3")).filter((line) => !line.startsWith("time")), [
    "/odom 3 3",
    "playing 1 didSeek",
    "/map 1 m1",
    "/odom 1 1",
  ]);
});

Deno.test("McapPlayer loops a single message once a second", async () => {
  await using fixture = await PlayFixture.open(await playFile([[["/a", 1]]]), { loop: true });
  const client = fixture.client();
  fixture.player.play();
  await fixture.advance(3500, 100);
  assertEquals(client.takeMessages().length, 4);
});

Deno.test("McapPlayer sends the transforms of the last 10 s again after a seek, at most 1000", async () => {
  const few = Array.from({ length: 30 }, (_, index): PlayMessage => ["/tf", index, `${index}`]);
  const many = Array.from({ length: 1500 }, (_, index): PlayMessage => ["/tf2", 30 + index / 1000, `${index}`]);
  for (const schemaName of ["tf2_msgs/msg/TFMessage", "foxglove.FrameTransforms", "foxglove.FrameTransform"]) {
    const channels = { "/tf": { schemaName }, "/tf2": { schemaName } };
    await using fixture = await PlayFixture.open(await playFile([few, many, [["/x", 40]]], channels));
    const client = fixture.client();
    fixture.player.seek(nsOf(25.5));
    await fixture.settle();
    assertEquals(client.takeMessages(), few.slice(16, 26).map(([, time]) => `/tf ${time} ${time}`));
    fixture.player.seek(nsOf(32));
    await fixture.settle();
    const again = client.takeMessages();
    assertEquals([again.length, again[0], again.at(-1)], [1000, "/tf2 30.5 500", "/tf2 31.499 1499"]);
  }
  await using fixture = await PlayFixture.open(await playFile([few], { "/tf": { schemaName: "other.Transform" } }));
  const client = fixture.client();
  fixture.player.seek(nsOf(25.5));
  await fixture.settle();
  assertEquals(client.takeMessages(), []);
});

Deno.test("McapPlayer latches what ROS has latched, also all static transforms", async () => {
  const offered = (durability: string) => `- history: 3\n  depth: 0\n  reliability: 1\n  durability: ${durability}\n`;
  const file = await playFile([[
    ["/tf_static", 0, "a"],
    ["/tf_static", 0, "b"],
    ["/map", 0, "old"],
    ["/map", 1],
    ["/ros1", 1],
    ["/volatile", 1],
    ["/end", 99],
  ]], {
    "/tf_static": {
      schemaName: "tf2_msgs/msg/TFMessage",
      metadata: { offered_qos_profiles: offered("2") + offered("1") },
    },
    "/map": { metadata: { offered_qos_profiles: offered("transient_local") } },
    "/ros1": { metadata: { latching: "1" } },
    "/volatile": { metadata: { offered_qos_profiles: offered("2"), latching: "0" } },
  });
  await using fixture = await PlayFixture.open(file);
  const client = fixture.client();
  fixture.player.seek(60n * S);
  await fixture.settle();
  const expected = ["/tf_static 0 a", "/tf_static 0 b", "/map 1 1", "/ros1 1 1"];
  assertEquals(client.takeMessages(), expected);
  assertEquals(fixture.client().takeMessages(), expected);
});

Deno.test("McapPlayer latches topics of the option latch, whose files do not say it", async () => {
  const file = await playFile([[["/map", 0], ["/room", 1], ["/odom", 1], ["/end", 99]]], {});
  for (
    const [latch, expected] of [[undefined, ["/map 0 0"]], [["/room*", /^\/odom$/], [
      "/room 1 1",
      "/odom 1 1",
    ]]] as const
  ) {
    await using fixture = await PlayFixture.open(file, latch ? { latch } : {});
    fixture.player.seek(60n * S);
    await fixture.settle();
    assertEquals(fixture.client().takeMessages(), expected);
  }
  await assertRejects(() => McapPlayer.open(file, { latch: ["/a*b"] }), TypeError, 'Cannot play: "latch" contains');
});

Deno.test("McapPlayer warns of selected topics that no file has, and rejects if it has none of them", async () => {
  await using fixture = await PlayFixture.open(DRIVE, { topics: ["/mpa", "/od*", "/none", "/camera/*", /^\/x/] });
  assertEquals(fixture.log, [
    'the file has no topic "/mpa"; did you mean "/map"?',
    'the file has no topic "/none"; it has "/map" and "/odom"',
    'the file has no topic "/camera/*"; it has "/map" and "/odom"',
    'the file has no topic that matches /^\\/x/; it has "/map" and "/odom"',
  ]);
  await assertRejects(
    () => McapPlayer.open([DRIVE, DRIVE], { topics: ["/mpa", "/none"] }),
    RangeError,
    'Cannot play: the files have no topic "/mpa"; did you mean "/map"?',
  );
});

Deno.test("McapPlayer merges several files by time, and equal channels become one", async () => {
  const one = await playFile([[["/a", 1], ["/a", 3]], [["/b", 5]]]);
  const two = await playFile([[["/a", 2], ["/a", 4]]]);
  const later = await playFile([[["/a", 6]], [["/a", 7]]], { "/a": { schemaName: "Other" } });
  await using fixture = await PlayFixture.open([one, two, later]);
  assertEquals([...fixture.player.server.channels.values()].map(({ topic }) => topic), ["/a", "/a", "/b"]);
  const client = fixture.client();
  fixture.player.play();
  await fixture.advance(7000, 50);
  assertEquals(client.takeMessages(), ["/a 1 1", "/a 2 2", "/a 3 3", "/a 4 4", "/b 5 5", "/a 6 6", "/a 7 7"]);
});

Deno.test("McapPlayer.seek() sends the newest latched message of all files", async () => {
  const channels = { "/map": { metadata: LATCHED }, "/two": { metadata: { "foxglove-ws.latchDepth": "2" } } };
  const files = [
    await playFile([[["/map", 1], ["/two", 1], ["/two", 4], ["/map", 5], ["/end", 99]]], channels),
    await playFile([[["/two", 2], ["/map", 3], ["/two", 3]]], channels),
  ];
  await using fixture = await PlayFixture.open(files);
  const client = fixture.client();
  fixture.player.seek(9n * S);
  await fixture.settle();
  assertEquals(client.takeMessages(), ["/two 3 3", "/two 4 4", "/map 5 5"]);
});

Deno.test("McapPlayer plays the selected topics and times, and what is latched before", async () => {
  await using fixture = await PlayFixture.open(DRIVE, { topics: ["/m*"], start: nsOf(1.5), end: 3n * S });
  const client = fixture.client();
  assertEquals([fixture.player.startTime, fixture.player.endTime], [nsOf(1.5), 3n * S - 1n]);
  fixture.player.play();
  await fixture.advance(2000);
  assertEquals(client.takeMessages(), ["/map 1 m1", "/map 2.5 m2"]);
  assertEquals(fixture.player.state.status, "ended");
});

Deno.test("McapPlayer is not slowed down by a client that does not read", async () => {
  await using fixture = await PlayFixture.open(DRIVE);
  const [slow, client] = [fixture.client(), fixture.client()];
  slow.stall();
  fixture.player.play();
  await fixture.advance(2100);
  assertEquals([client.takeMessages(), fixture.player.state.status], [PLAYED, "ended"]);
});

Deno.test("McapPlayer plays a file up to where it is cut, and reports the fault once", async () => {
  const cut = DRIVE.subarray(0, DRIVE.length - 700);
  await using fixture = await PlayFixture.open(cut, { loop: true });
  const client = fixture.client();
  fixture.player.play();
  await fixture.advance(3000);
  assertEquals(client.takeMessages().slice(0, 3), PLAYED.slice(0, 3));
  const { faults } = fixture.player;
  assertEquals([faults.length, faults[0]?.file, faults[0]?.error instanceof McapError], [1, "file 1", true]);
  assertEquals(fixture.log.length, 1);
  assertStringIncludes(fixture.log[0]!, "file 1 is broken, and is read up to the fault: Cannot read the MCAP file");
});

Deno.test("McapPlayer tells clients that a chunk in the middle is broken, and plays what precedes it", async () => {
  const broken = DRIVE.slice();
  // Damages the last message in the second chunk, which the checksum of the chunk shows.
  broken[indexOf(DRIVE, "m2")] = 0;
  await using fixture = await PlayFixture.open([broken, await playFile([[["/other", 2.9]]])]);
  const client = fixture.client();
  fixture.player.play();
  await fixture.advance(2500);
  const lines = client.take();
  assertEquals(lines.filter((line) => line.startsWith("/")), [...PLAYED.slice(0, 3), "/other 2.9 2.9"]);
  assertStringIncludes(lines.find((line) => line.startsWith("status")) ?? "", "file 1 is broken");
  assertEquals(fixture.player.state.status, "ended");
});

function indexOf(bytes: Uint8Array, text: string): number {
  return new TextDecoder("latin1").decode(bytes).indexOf(text);
}

/** A source whose reads wait while it is blocked. */
class SlowSource implements SeekableSource {
  readonly #bytes: Uint8Array;
  readonly size: number;
  blocked: PromiseWithResolvers<void> | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.size = bytes.length;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    await this.blocked?.promise;
    return this.#bytes.subarray(offset, offset + length);
  }
}

Deno.test("McapPlayer is buffering while a source is slow, and stops the time meanwhile", async () => {
  const chunks = Array.from({ length: 20 }, (_, index): PlayMessage[] => [["/a", index]]);
  const source = new SlowSource(await playFile(chunks));
  await using fixture = await PlayFixture.open(source);
  const client = fixture.client();
  source.blocked = Promise.withResolvers();
  fixture.player.seek(10n * S);
  fixture.player.play();
  await fixture.advance(2000);
  const waiting = client.take();
  source.blocked.resolve();
  assertEquals(waiting, ["paused 10 didSeek", "playing 10", "time 10", "buffering 10"]);
  await fixture.advance(20);
  assertEquals(client.take().slice(0, 2), ["playing 10", "/a 10 10"]);
});

Deno.test("McapPlayer is buffering when it has played all that was read ahead, and loses nothing", async () => {
  const chunks = Array.from({ length: 40 }, (_, index): PlayMessage[] => [["/a", index]]);
  const source = new SlowSource(await playFile(chunks));
  await using fixture = await PlayFixture.open(source);
  const client = fixture.client();
  source.blocked = Promise.withResolvers();
  fixture.player.play();
  await fixture.advance(30_000, 100);
  const { status, currentTime } = fixture.player.state;
  await fixture.advance(5000, 100);
  const later = fixture.player.state;
  source.blocked.resolve();
  assertEquals([status, later], ["buffering", { status, currentTime, speed: 1, didSeek: false }]);
  await fixture.advance(40_000, 100);
  const lines = client.take();
  assertEquals(lines.filter((line) => line.startsWith("/")), chunks.map((_, index) => `/a ${index} ${index}`));
  assertEquals(lines.filter((line) => /^[a-z]+ing /.test(line)).map((line) => line.split(" ")[0]), [
    "playing",
    "buffering",
    "playing",
  ]);
});

Deno.test("McapPlayer calls the hooks of the program with their listener", async () => {
  const calls: string[] = [];
  const listener = {
    name: "mine",
    onClientConnect() {
      calls.push(`connect ${this.name}`);
    },
    onClientDisconnect() {
      calls.push(`disconnect ${this.name}`);
    },
    onClientSubscribe() {
      calls.push(`subscribe ${this.name}`);
    },
  };
  await using fixture = await PlayFixture.open(DRIVE, { server: { listener, capabilities: ["parameters"] } });
  fixture.client().leave();
  await fixture.settle();
  assertEquals(new Set(calls), new Set(["connect mine", "subscribe mine", "disconnect mine"]));
});

Deno.test("McapPlayer ignores channels that the program has removed", async () => {
  await using fixture = await PlayFixture.open(DRIVE);
  const client = fixture.client();
  const [map] = fixture.player.server.channels.keys();
  fixture.player.server.removeChannel(map!);
  fixture.player.play();
  await fixture.advance(2100);
  assertEquals(client.takeMessages(), PLAYED.filter((line) => line.startsWith("/odom")));
});

Deno.test("McapPlayer.open() rejects files without messages, wrong options, and an aborted signal", async () => {
  const empty = await playFile([]);
  await assertRejects(() => McapPlayer.open(empty), RangeError, "Cannot play file 1: no messages");
  await assertRejects(() => McapPlayer.open([]), RangeError, "Cannot play no files: no messages");
  const span = "the file has 2 s, from 1970-01-01T00:00:01.000Z to 1970-01-01T00:00:03.000Z";
  for (
    const [selection, reason] of [
      [{ start: nsOf(4.5) }, `the start is after the last message: ${span}`],
      [{ end: 1n * S }, `the end is not after the first message: ${span}`],
      [{ start: 4n * S, end: 5n * S }, `the start is after the last message: ${span}`],
      [{ start: 2n * S, end: 2n * S }, "the start is not before the end"],
    ] as const
  ) {
    await assertRejects(() => McapPlayer.open(DRIVE, selection), RangeError, `Cannot play: ${reason}`);
  }
  await assertRejects(() => McapPlayer.open(new Uint8Array(100)), McapError, "found");
  await assertRejects(() => McapPlayer.open(DRIVE.subarray(0, 60), { server: { logger: false } }), McapError);
  for (const rate of [0, -1, NaN, Infinity]) await assertRejects(() => McapPlayer.open(DRIVE, { rate }), RangeError);
  await assertRejects(() => McapPlayer.open(DRIVE, { loop: 1 as never }), TypeError, "loop is a number, not a boolean");
  await assertRejects(() => McapPlayer.open(DRIVE, { start: 1 as never }), TypeError, "start");
  const reason = new Error("enough");
  assertEquals(
    await McapPlayer.open(DRIVE, { signal: AbortSignal.abort(reason) }).catch((error: unknown) => error),
    reason,
  );
});

Deno.test("McapPlayer closes with its signal and with its server, and then throws", async () => {
  const stop = new AbortController();
  const first = await McapPlayer.open(DRIVE, { signal: stop.signal, server: { logger: false } });
  first.play();
  stop.abort();
  await first.server.closed;
  await first.close();
  assertThrows(() => first.play(), TypeError, "Cannot control playback: the player is closed");
  const second = await McapPlayer.open(DRIVE, { server: { logger: false } });
  await second.server.close();
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertThrows(() => second.seek(S), TypeError);
  assertEquals(second.state.status, "paused");
  await second.close();
});
