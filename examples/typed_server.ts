// Sends a battery's state, and receives targets and service calls. All values have the types of topics.ts.

import { delay } from "@std/async/delay";
import { FoxgloveServer, json, runCancellable } from "../mod.ts";
import { listenOptions, startAndAnnounce } from "./command_line.ts";
import { BATTERY, type Charge, type Charged, TARGET } from "./topics.ts";

if (import.meta.main) {
  const options = listenOptions("Sends a battery's state, and receives targets and service calls.");
  await runCancellable(async (signal) => {
    await using server = new FoxgloveServer({ ...options, name: "example typed server" });
    const battery = server.channel("/battery", BATTERY);
    server.onPublish("/target", TARGET, ({ x, y }, { client }) => {
      console.log(`Client ${client.id} sends the robot to ${x}, ${y}`);
      server.publish("/position", { x, y });
    });
    server.service<Charge, Charged>("/charge", ({ percent }) => ({ minutes: percent / 2 }), {
      request: json({ example: { percent: 80 } }),
    });
    await startAndAnnounce(server, signal);
    for (let volts = 12.6;; volts = volts > 11 ? volts - 0.01 : 12.6) {
      await delay(100, { signal });
      battery.send({ volts, cells: [1, 2, 3].map(() => ({ volts: volts / 3, celsius: 25 })) });
    }
  });
}
