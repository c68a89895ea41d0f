// parseServerUrl(): the forms of an address.

import { assertEquals } from "@std/assert/equals";
import { assertThrows } from "@std/assert/throws";
import { Failure } from "../../src/cli/failure.ts";
import { looksLikeAddress, parseServerUrl } from "../../src/cli/server_url.ts";

const VALID: readonly [text: string, url: string][] = [
  ["localhost", "ws://localhost:8765/"],
  ["robot.local:9000", "ws://robot.local:9000/"],
  ["robot.local:80", "ws://robot.local/"],
  ["192.0.2.7:9000/ws?token=a", "ws://192.0.2.7:9000/ws?token=a"],
  ["robot.local/ws", "ws://robot.local:8765/ws"],
  ["::1", "ws://[::1]:8765/"],
  ["[::1]:9000", "ws://[::1]:9000/"],
  [" ws://robot.local ", "ws://robot.local/"],
  ["wss://robot.local/ws#part", "wss://robot.local/ws"],
  ["http://robot.local:8080", "ws://robot.local:8080/"],
  ["https://robot.local", "wss://robot.local/"],
  ["foxglove://open?ds=foxglove-websocket&ds.url=ws%3A%2F%2Frobot%3A9000%2F", "ws://robot:9000/"],
  ["https://app.foxglove.dev/~/view?ds=foxglove-websocket&ds.url=wss://robot/ws", "wss://robot/ws"],
  ["http://localhost:8080/?ds=foxglove-websocket&ds.url=localhost:9000", "ws://localhost:9000/"],
];

for (const [text, url] of VALID) {
  Deno.test(`parseServerUrl() reads "${text}"`, () => assertEquals(parseServerUrl(text), url));
}

for (const text of ["", "ftp://robot", "ws://", "robot:99999", "a b", "foxglove://open", "/tmp/ws.sock"]) {
  Deno.test(`parseServerUrl() rejects "${text}"`, () => {
    const { exitCode, message } = assertThrows(() => parseServerUrl(text), Failure);
    assertEquals([exitCode, message.startsWith(`"${text}" is not the address of a server`)], [2, true]);
  });
}

for (
  const text of ["localhost", "localhost:9511", "robot:9511", "192.0.2.7", "robot.local", "[::1]:80", "wss://robot"]
) {
  Deno.test(`looksLikeAddress() accepts ${text}`, () => assertEquals(looksLikeAddress(text), true));
}

for (const text of ["/odom", "battery", "battery.voltage", "/a:80", "imu:1", "a b", "", "package://arm/arm.urdf"]) {
  Deno.test(`looksLikeAddress() rejects "${text}"`, () => assertEquals(looksLikeAddress(text), false));
}
