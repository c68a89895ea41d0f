// Cases: the status page, the statistics, the metrics, and OpenTelemetry.

import { expectEqual, expectIncludes } from "../expect.ts";
import { FakeMeterProvider } from "../../support/fake_meter_provider.ts";
import { httpUrlOf, type ServerCases } from "../server_fixture.ts";

/** The key of the global API object of OpenTelemetry. */
const API = Symbol.for("opentelemetry.js.api.1");

export const STATUS_CASES: ServerCases = {
  "the status page and the statistics are answered": async (fixture) => {
    const server = await fixture.start();
    server.publish("/battery", { volts: 12.5 });
    const page = await fetch(httpUrlOf(server, "/"));
    expectEqual([page.status, page.headers.get("content-type")], [200, "text/html; charset=utf-8"]);
    expectIncludes(await page.text(), "foxglove-ws:url");
    const stats = await (await fetch(httpUrlOf(server, "/api/stats"))).json();
    expectEqual([stats.name, stats.channels[0].channel.topic], ["robot", "/battery"]);
    const head = await fetch(httpUrlOf(server, "/"), { method: "HEAD" });
    expectEqual([head.status, await head.text()], [200, ""]);
    const post = await fetch(httpUrlOf(server, "/"), { method: "POST" });
    expectEqual([post.status, post.headers.get("allow")], [405, "GET, HEAD"]);
    await post.body?.cancel();
  },

  "the metrics have figures of the process and of the event loop": async (fixture) => {
    const server = await fixture.start();
    const lines = (await (await fetch(httpUrlOf(server, "/metrics"))).text()).split("\n");
    const valueOf = (name: string) => Number(lines.find((line) => line.startsWith(`${name} `))?.split(" ")[1]);
    for (
      const name of [
        "process_resident_memory_bytes",
        "process_heap_bytes",
        "process_cpu_seconds_total",
        "process_start_time_seconds",
        "foxglove_ws_event_loop_lag_seconds",
      ]
    ) expectEqual([name, valueOf(name) > 0], [name, true]);
    const info = lines.find((line) => line.startsWith("foxglove_ws_info")) ?? "";
    expectIncludes(info, `runtime="${fixture.runtime} `);
    expectIncludes(info, `transport="${fixture.transport}"`);
  },

  "the metrics are observed by OpenTelemetry from start() until close()": async (fixture) => {
    const provider = new FakeMeterProvider();
    const global = globalThis as { [API]?: unknown };
    global[API] = { version: "1.999.999", metrics: provider };
    try {
      const server = await fixture.start();
      await provider.observed;
      expectEqual([provider.meters, provider.callbacks.size], [["foxglove-ws"], 1]);
      server.publish("/battery", { volts: 12.5 });
      const values = provider.collect();
      const ownName = { "foxglove_ws.server.name": "robot" };
      expectEqual(values.get("foxglove_ws.messages.published"), [[1, { ...ownName, topic: "/battery" }]]);
      expectEqual(values.get("foxglove_ws.channels"), [[1, ownName]]);
      server.publish("/battery", { volts: 12.5 });
      expectEqual(provider.collect().get("foxglove_ws.messages.published")?.[0]?.[0], 2);
      await server.close();
      expectEqual([provider.callbacks.size, provider.collect().size], [0, 0]);
    } finally {
      delete global[API];
    }
  },
};
