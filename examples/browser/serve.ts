// Serves a page that shows live data in any browser, and the data itself, on one port.

import { delay } from "@std/async/delay";
import { FoxgloveServer, runCancellable, timeNs } from "../../mod.ts";
import { listenOptions, startAndAnnounce } from "../command_line.ts";
import { serveFile } from "./files.ts";

/** The pause between two rounds of messages. */
const PERIOD_MS = 50;

if (import.meta.main) {
  const options = listenOptions("Serves a page that shows live data: a sine, a counter and a battery.");
  await runCancellable(async (signal) => {
    await using server = new FoxgloveServer({ ...options, name: "example robot", fallback: serveFile });
    await startAndAnnounce(server, signal);
    console.log(`Web page:    ${server.url?.replace("ws:", "http:")}/`);
    const sine = server.addChannel({ topic: "/sine", encoding: "json", schemaName: "Sine" });
    const counter = server.addChannel({ topic: "/counter", encoding: "json", schemaName: "Counter" });
    const battery = server.addChannel({ topic: "/battery", encoding: "json", schemaName: "Battery", latch: true });
    // The page cannot decode this encoding, and shows the bytes.
    const imu = server.addChannel({ topic: "/imu", encoding: "float32", schemaName: "Acceleration" });
    const start = timeNs();
    for (let round = 0;; round++) {
      const now = timeNs();
      const seconds = Number(now - start) / 1e9;
      const sway = Math.sin(seconds);
      server.sendMessage(sine, now, JSON.stringify({ sine: sway, cosine: Math.cos(seconds) }));
      server.sendMessage(imu, now, new Uint8Array(Float32Array.of(sway, 0, 9.81).buffer));
      if (round % 4 === 0) server.sendMessage(counter, now, JSON.stringify({ count: round / 4 }));
      if (round % 20 === 0) server.sendMessage(battery, now, JSON.stringify(batteryAfter(seconds)));
      await delay(PERIOD_MS, { signal });
    }
  });
}

/** A battery that charges and discharges every two minutes. */
function batteryAfter(seconds: number) {
  const charge = (1 - Math.cos(seconds * Math.PI / 60)) / 2;
  const cells = [0, 0.01, -0.02].map((offset) => Number((3.3 + 0.9 * charge + offset).toFixed(3)));
  return { percent: Math.round(charge * 100), charging: seconds % 120 < 60, cells, temperature: { celsius: 24 } };
}
