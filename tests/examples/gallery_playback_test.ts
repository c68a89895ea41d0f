// playback_server.ts: play, pause, seek, speed and the end.

import { assertEquals } from "@std/assert/equals";
import { assertRejects } from "@std/assert/rejects";
import { FoxgloveClient, type PlaybackRequest, type PlaybackState, RequestError } from "../../src/client/mod.ts";
import { PoseInFrame } from "../../src/schemas/mod.ts";
import { startExample } from "../support/example.ts";
import { assertChannels, assertLayout } from "../support/gallery.ts";

const SECOND = 1_000_000_000n;

Deno.test("playback_server.ts plays, pauses, seeks and ends", async () => {
  await using server = await startExample("playback_server.ts");
  const connected = Promise.withResolvers<PlaybackState>();
  const ended = Promise.withResolvers<PlaybackState>();
  const times: bigint[] = [];
  await using client = await FoxgloveClient.connect(server.url, {
    reconnect: false,
    listener: {
      onPlaybackState: (_client, state) => {
        connected.resolve(state);
        if (state.status === "ended") ended.resolve(state);
      },
      onTime: (_client, time) => times.push(time),
    },
  });
  const { dataStartTime: start = 0n, dataEndTime: end = 0n } = client.serverInfo;
  assertEquals([end - start, (await connected.promise).status], [300n * SECOND, "playing"]);

  const poses = client.subscribe("/pose", PoseInFrame);
  const speeds = client.subscribe("/speed").json<{ metersPerSecond: number }>();
  const poseAt = async (accept: (timestamp: bigint) => boolean) => {
    for (;;) {
      const { value: message } = await poses.next();
      if (!message) throw new Error("the subscription has ended");
      if (accept(message.timestamp)) return message;
    }
  };
  const first = (await poses.next()).value!;
  const second = (await poses.next()).value!;
  assertEquals([first.value.frame_id, second.timestamp > first.timestamp], ["map", true]);
  assertEquals(first.value.pose.position.x !== second.value.pose.position.x, true);
  assertEquals((await speeds.next()).value!.value.metersPerSecond > 0, true);

  const control = async (request: PlaybackRequest): Promise<PlaybackState> => {
    const { requestId: _, ...state } = await client.controlPlayback(request);
    return state;
  };
  // A seek during a pause sends the data of that time: 5 s after the start, the drive is at the right end of the eight.
  const sought = await control({ command: "pause", seekTime: start + 5n * SECOND });
  assertEquals(sought, { status: "paused", currentTime: start + 5n * SECOND, speed: 1, didSeek: true });
  const { x, y } = (await poseAt((time) => time === sought.currentTime)).value.pose.position;
  assertEquals([x.toFixed(6), Math.abs(y).toFixed(6)], ["4.000000", "0.000000"]);

  // The pose repeats every 20 s, so it is a function of the time.
  await client.controlPlayback({ command: "pause", seekTime: start + 25n * SECOND });
  const again = (await poseAt((time) => time === start + 25n * SECOND)).value.pose.position;
  assertEquals([again.x.toFixed(6), times.includes(start + 25n * SECOND)], ["4.000000", true]);

  const resumed = await control({ command: "play", speed: 2 });
  assertEquals(resumed, { status: "playing", currentTime: start + 25n * SECOND, speed: 2, didSeek: false });
  await poseAt((time) => time > resumed.currentTime);

  // Times outside of the data are limited to it, and the last message is that of the end.
  await client.controlPlayback({ command: "play", speed: 100, seekTime: end - SECOND });
  assertEquals(await ended.promise, { status: "ended", currentTime: end, speed: 100, didSeek: false });
  await poseAt((time) => time === end);
  const beyond = await client.controlPlayback({ command: "pause", seekTime: end + SECOND });
  assertEquals([beyond.currentTime, beyond.status], [end, "paused"]);
  const restarted = await control({ command: "play" });
  assertEquals(restarted, { status: "playing", currentTime: start, speed: 1, didSeek: true });
  await poseAt((time) => time > start && time < end);

  await assertRejects(() => client.controlPlayback({ command: "play", speed: 101 }), RequestError, "at most 100");
  await assertChannels(client, ["/pose", "/speed"]);
  await assertLayout("playback", client);
});

Deno.test("playback_server.ts sends the current data to a client that subscribes during a pause", async () => {
  await using server = await startExample("playback_server.ts");
  await using client = await FoxgloveClient.connect(server.url, { reconnect: false });
  const { dataStartTime: start = 0n } = client.serverInfo;
  const { currentTime } = await client.controlPlayback({ command: "pause", seekTime: start + 7n * SECOND });
  const states: string[] = [];
  await using other = await FoxgloveClient.connect(server.url, {
    reconnect: false,
    listener: { onPlaybackState: (_client, { status }) => states.push(status) },
  });
  for await (const { timestamp } of other.subscribe("/pose", PoseInFrame)) {
    if (timestamp === currentTime) break;
  }
  assertEquals(states, ["paused"]);
});
