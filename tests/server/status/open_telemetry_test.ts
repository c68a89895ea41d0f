// OpenTelemetry: what a server offers to a provider, and what Deno's own exporter sends to a collector.

import { assertEquals } from "@std/assert/equals";
import type { MeterProvider } from "../../../src/server/status/open_telemetry.ts";
import { METRIC_FAMILIES } from "../../../src/server/status/metric_families.ts";
import { FoxgloveServer } from "../../../src/server/server.ts";
import { Queue, within } from "../../support/events.ts";
import { FakeMeterProvider } from "../../support/fake_meter_provider.ts";
import { Program } from "../../support/program.ts";
import { FakeServerSocket } from "../../support/fake_server_socket.ts";
import { recordingLogger } from "../../support/test_server.ts";
import { addUpstreams } from "./fixture.ts";
import { settled } from "../../support/conversation.ts";

const API = Symbol.for("opentelemetry.js.api.1");

/** Sets the global API object until disposal. */
function withApi(api: object): Disposable {
  const global = globalThis as { [API]?: unknown };
  global[API] = api;
  return { [Symbol.dispose]: () => void delete global[API] };
}

async function observed(use: (server: FoxgloveServer) => unknown): Promise<FakeMeterProvider> {
  const provider = new FakeMeterProvider();
  using _api = withApi({ metrics: provider });
  const server = new FoxgloveServer({ name: "robot", logger: false });
  await use(server);
  await within(provider.observed, "the instruments");
  return provider;
}

Deno.test("OpenTelemetry gets an instrument for each metric of the server, with a name and a unit of its own", async () => {
  const { instruments } = await observed((server) => server.handleRequest(new Request("http://localhost/")));
  const byName = new Map(instruments.map(({ name, ...rest }) => [name, rest]));
  assertEquals(byName.size, instruments.length);
  const own = METRIC_FAMILIES.filter(({ name }) => /^foxglove_ws_(?!event_loop_lag)/.test(name));
  const histograms = own.filter(({ type }) => type === "histogram");
  assertEquals(instruments.length, own.length + histograms.length);
  assertEquals(byName.get("foxglove_ws.messages.sent"), {
    type: "counter",
    description: "Messages that were passed to the sockets of clients.",
    unit: "{message}",
  });
  const typeAndUnit = (name: string) => [byName.get(name)?.type, byName.get(name)?.unit];
  assertEquals(typeAndUnit("foxglove_ws.sent.bytes"), ["counter", "By"]);
  assertEquals(typeAndUnit("foxglove_ws.queue.oldest"), ["gauge", "s"]);
  assertEquals(typeAndUnit("foxglove_ws.request.duration.sum"), ["counter", "s"]);
  assertEquals(typeAndUnit("foxglove_ws.request.duration.count"), ["counter", "1"]);
});

Deno.test("OpenTelemetry reads values only when it collects them", async () => {
  let reads = 0;
  class CountingServer extends FoxgloveServer {
    override stats() {
      reads += 1;
      return super.stats();
    }
  }
  const provider = new FakeMeterProvider();
  using _api = withApi({ metrics: provider });
  const server = new CountingServer({ name: "robot", logger: false });
  const socket = new FakeServerSocket();
  server.acceptSocket(socket);
  await within(provider.observed, "the instruments");
  for (let count = 0; count < 10; count++) server.publish("/battery", { volts: 12 });
  assertEquals(reads, 0);
  assertEquals(provider.collect().get("foxglove_ws.connections")?.map(([value]) => value).toSorted(), [0, 0, 0, 1]);
  assertEquals(reads, 1);
  socket.emit("close");
});

Deno.test("OpenTelemetry gets the figures of upstreams", async () => {
  const provider = await observed((server) => {
    addUpstreams(server, { name: "one" }, { name: "two", isConnected: false });
    return server.handleRequest(new Request("http://localhost/"));
  });
  assertEquals(provider.collect().get("foxglove_ws.upstream.connected"), [
    [1, { "foxglove_ws.server.name": "robot", upstream: "one" }],
    [0, { "foxglove_ws.server.name": "robot", upstream: "two" }],
  ]);
});

Deno.test("OpenTelemetry is registered once, and not after close()", async () => {
  const provider = new FakeMeterProvider();
  using _api = withApi({ metrics: provider });
  await using server = new FoxgloveServer({ name: "robot", port: 0, logger: false });
  await server.start();
  await within(provider.observed, "the instruments");
  await server.handleRequest(new Request("http://localhost/"));
  await settled();
  assertEquals([provider.meters.length, provider.callbacks.size], [1, 1]);
  await server.close();
  assertEquals(provider.callbacks.size, 0);
  const closed = new FoxgloveServer({ name: "robot", logger: false });
  await closed.close();
  await closed.handleRequest(new Request("http://localhost/"));
  await settled();
  assertEquals([provider.meters.length, provider.callbacks.size], [1, 0]);
});

Deno.test("OpenTelemetry without metrics, or with a provider that throws, does not disturb the server", async () => {
  for (const metrics of [undefined, { getMeter: () => fail() } satisfies MeterProvider]) {
    const { logger, lines } = recordingLogger();
    using _api = withApi(metrics ? { metrics } : {});
    await using server = new FoxgloveServer({ name: "robot", port: 0, logger });
    await server.start();
    while (metrics && lines.length < 2) await settled();
    assertEquals(lines.slice(1), metrics ? ["warn: Cannot use OpenTelemetry: no memory"] : []);
  }
});

function fail(): never {
  throw new Error("no memory");
}

/** The parts of an export in OTLP with JSON that the test reads. */
interface OtlpMetrics {
  resourceMetrics: {
    scopeMetrics: { scope: { name: string }; metrics: { name: string; unit: string; sum?: OtlpSum }[] }[];
  }[];
}

interface OtlpSum {
  isMonotonic: boolean;
  dataPoints: { asDouble?: number; asInt?: string; attributes: { key: string; value: { stringValue: string } }[] }[];
}

Deno.test("Deno exports the metrics with OTEL_DENO=true, and needs only the permission to listen", async () => {
  const exports = new Queue<OtlpMetrics>("an export");
  await using collector = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const body = await request.json();
    if (new URL(request.url).pathname === "/v1/metrics") exports.push(body);
    return Response.json({});
  });
  const env = {
    OTEL_DENO: "true",
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.addr.port}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_METRIC_EXPORT_INTERVAL: "100",
  };
  const fixture = new URL("./fixtures/with_telemetry.ts", import.meta.url).href;
  await using program = new Program({ env, hasStdin: true }, "--allow-net=127.0.0.1:0", fixture);
  await program.line();
  for (;;) {
    const { resourceMetrics } = await exports.next();
    const scopes = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics);
    const own = scopes.filter(({ scope }) => scope.name === "foxglove-ws").flatMap(({ metrics }) => metrics);
    const published = own.find(({ name }) => name === "foxglove_ws.messages.published");
    // The first exports may come before the server has begun.
    if (!published?.sum?.dataPoints.length) continue;
    const [{ asDouble, asInt, attributes } = fail()] = published.sum.dataPoints;
    assertEquals([published.unit, published.sum.isMonotonic, Number(asDouble ?? asInt)], ["{message}", true, 1]);
    assertEquals(Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue])), {
      "foxglove_ws.server.name": "robot",
      topic: "/battery",
    });
    break;
  }
});
