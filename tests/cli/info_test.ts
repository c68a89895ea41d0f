// info: describes a server.

import { assertEquals } from "@std/assert/equals";
import { StatusLevel } from "../../src/client/mod.ts";
import { startServer } from "../support/test_server.ts";
import { runCli } from "./fixture.ts";

const START = 1_700_000_000_000_000_005n;
const PLAYBACK = { status: "paused", currentTime: START, speed: 0.5, didSeek: false } as const;

async function startFullServer() {
  const server = await startServer({
    name: "arm",
    sessionId: "first",
    capabilities: ["playbackControl", "services", "parameters", "time"],
    supportedEncodings: ["json"],
    metadata: { site: "lab" },
    dataStartTime: START,
    dataEndTime: START + 60_000_000_000n,
    listener: {
      onPlaybackControl: () => PLAYBACK,
      onClientConnect(server) {
        server.broadcastPlaybackState(PLAYBACK);
        server.sendStatus(StatusLevel.WARNING, "The IMU is not calibrated", { id: "imu" });
      },
    },
  });
  for (const topic of ["/a", "/b"]) server.addChannel({ topic, encoding: "json" });
  server.addChannel({ topic: "/c", encoding: "cdr" });
  server.service("/reset", () => ({}), { type: "Trigger" });
  server.parameters({ "/speed": { value: 1 }, "/mode": { value: "auto" } });
  return server;
}

Deno.test("info prints what a server offers in lines of at most 80 columns", async () => {
  await using server = await startFullServer();
  const { code, lines, stderr } = await runCli(["info", "--url", `${server.url}/?token=secret`]);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(lines, [
    "Name          arm",
    `Address       ${server.url}/`,
    "Subprotocol   foxglove.sdk.v1.1",
    "Session       first",
    "Capabilities  playbackControl, services, parameters, time, parametersSubscribe",
    "Encodings     json",
    "Metadata      site: lab",
    "Topics        3: 2 json, 1 cdr",
    "Services      1: /reset (Trigger)",
    "Parameters    2: /mode, /speed",
    "Data          2023-11-14T22:13:20.000Z to 2023-11-14T22:14:20.000Z (60 s)",
    "Playback      paused at 2023-11-14T22:13:20.000Z, speed 0.5",
    "Warning       The IMU is not calibrated",
  ]);
});

Deno.test("info --json prints one object, with times in ns as text", async () => {
  await using server = await startFullServer();
  const { code, lines } = await runCli(["info", "--json", "--url", server.url!]);
  assertEquals([code, lines.length], [0, 1]);
  const { capabilities: _capabilities, statuses, ...rest } = JSON.parse(lines[0]!);
  assertEquals(rest, {
    name: "arm",
    url: `${server.url}/`,
    subprotocol: "foxglove.sdk.v1.1",
    sessionId: "first",
    supportedEncodings: ["json"],
    metadata: { site: "lab" },
    topics: 3,
    topicEncodings: { json: 2, cdr: 1 },
    services: [{ name: "/reset", type: "Trigger" }],
    parameters: ["/mode", "/speed"],
    dataStartTime: "1700000000000000005",
    dataEndTime: "1700000060000000005",
    playback: { status: "paused", currentTime: "1700000000000000005", speed: 0.5, didSeek: false },
  });
  assertEquals(statuses.map(({ message }: { message: string }) => message), ["The IMU is not calibrated"]);
});

Deno.test("info describes a server that offers nothing", async () => {
  await using server = await startServer({ name: "empty", sessionId: "1" });
  const { lines } = await runCli(["info", "--url", server.url!]);
  assertEquals(lines.slice(4), ["Capabilities  none", "Encodings     not declared", "Topics        none"]);
});
