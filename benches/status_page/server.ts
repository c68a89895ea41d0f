// The server of the benchmark of the status page: 2,000 messages per second on 201 topics.

import { FoxgloveServer, timeNs } from "../../mod.ts";

/** Topics with 5 messages per second each, besides the fast one. */
const SLOW_TOPICS = 200;
const TICK_MS = 5;

if (import.meta.main) {
  const server = new FoxgloveServer({ name: "bench", port: 0 });
  const fast = server.addChannel({ topic: "/fast", encoding: "json", schemaName: "Imu" });
  const slow = Array.from(
    { length: SLOW_TOPICS },
    (_, index) => server.addChannel({ topic: `/slow/${index}`, encoding: "json", schemaName: "Slow" }),
  );
  await server.start();
  console.log(server.url);
  const startMs = performance.now();
  let [fastSent, slowSent] = [0, 0];
  setInterval(() => {
    const elapsedMs = performance.now() - startMs;
    // 1,000 messages per second, each at its own time, although the timer is coarse.
    for (; fastSent < elapsedMs; fastSent++) {
      const phase = fastSent / 200;
      const message = { x: Math.sin(phase), y: Math.cos(phase), z: Math.sin(phase * 7) / 3, noise: Math.random() };
      server.sendMessage(fast, timeNs(), JSON.stringify(message));
    }
    for (; slowSent < elapsedMs; slowSent++) {
      const channel = slow[slowSent % SLOW_TOPICS];
      if (channel !== undefined) server.sendMessage(channel, timeNs(), `{"count":${slowSent}}`);
    }
  }, TICK_MS);
}
