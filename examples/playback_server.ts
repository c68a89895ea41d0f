// Plays back a simulated drive, without a file. Clients play, pause, seek and set the speed. This works because all
// data is a function of the time: a pose and a speed.

import { delay } from "@std/async/delay";
import { FoxgloveServer, json, type PlaybackState, RefusalError, runCancellable } from "../mod.ts";
import { PoseInFrame, type PoseInFrameInit, quaternionFromEuler } from "../src/schemas/mod.ts";
import { listenOptions, startAndAnnounce } from "./command_line.ts";

const START = BigInt(Date.UTC(2026, 0, 1)) * 1_000_000n;
const END = START + 300_000_000_000n;

/** The drive at a time in ns: a figure of eight in 20 seconds. Returns the pose, and the speed in m/s. */
function driveAt(time: bigint): { pose: PoseInFrameInit; metersPerSecond: number } {
  const turn = 2 * Math.PI / 20;
  const angle = turn * Number(time - START) / 1e9;
  const [vx, vy] = [4 * turn * Math.cos(angle), 4 * turn * Math.cos(2 * angle)];
  const position = { x: 4 * Math.sin(angle), y: 2 * Math.sin(2 * angle) };
  const orientation = quaternionFromEuler({ yaw: Math.atan2(vy, vx) });
  return { pose: { frame_id: "map", pose: { position, orientation } }, metersPerSecond: Math.hypot(vx, vy) };
}

function clamp(time: bigint): bigint {
  return time < START ? START : time > END ? END : time;
}

if (import.meta.main) {
  const options = listenOptions("Plays back a simulated drive that clients play, pause and seek.");
  await runCancellable(async (signal) => {
    // It plays from the beginning, also for apps that cannot control it.
    let state: PlaybackState = { status: "playing", currentTime: START, speed: 1, didSeek: false };
    await using server = new FoxgloveServer({
      ...options,
      name: "example playback server",
      capabilities: ["playbackControl", "time"],
      dataStartTime: START,
      dataEndTime: END,
      listener: {
        onClientConnect: (server) => server.broadcastPlaybackState(state),
        onPlaybackControl: (_server, { command, speed, seekTime }) => {
          if (!(speed > 0 && speed <= 100)) throw new RefusalError("the speed must be above 0, and at most 100");
          // At the end, play begins again.
          const target = seekTime ?? (command === "play" && state.currentTime === END ? START : undefined);
          const currentTime = clamp(target ?? state.currentTime);
          state = { status: command === "play" ? "playing" : "paused", currentTime, speed, didSeek: false };
          return { ...state, didSeek: target !== undefined };
        },
      },
    });
    // Latched, so that panels that are opened during a pause have data too.
    const pose = server.channel("/pose", PoseInFrame, { latch: true });
    const speed = server.channel("/speed", json({ example: { metersPerSecond: 1 } }), { latch: true });
    await startAndAnnounce(server, signal);
    let sent: bigint | undefined;
    for (let last = performance.now();;) {
      await delay(33, { signal });
      const elapsedMs = performance.now() - last;
      last += elapsedMs;
      const isPlaying = state.status === "playing";
      if (isPlaying) {
        state.currentTime = clamp(state.currentTime + BigInt(Math.round(elapsedMs * 1e6 * state.speed)));
        if (state.currentTime === END) state.status = "ended";
      }
      const timestamp = state.currentTime;
      // A seek during a pause changes the time too.
      if (timestamp !== sent) {
        const drive = driveAt(timestamp);
        server.broadcastTime(timestamp);
        pose.send(drive.pose, { timestamp });
        speed.send({ metersPerSecond: drive.metersPerSecond }, { timestamp });
        sent = timestamp;
      }
      if (isPlaying && state.status === "ended") server.broadcastPlaybackState(state);
    }
  });
}
