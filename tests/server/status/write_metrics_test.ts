// writeMetrics(): the two formats of Prometheus. metricsResponse(): which of them a client gets.

import { assertEquals } from "@std/assert/equals";
import { preferredFormat } from "../../../src/server/status/metrics_response.ts";
import type { MetricFamily, MetricSource } from "../../../src/server/status/metric_family.ts";
import { METRIC_FAMILIES } from "../../../src/server/status/metric_families.ts";
import { type MetricFormat, writeMetrics } from "../../../src/server/status/write_metrics.ts";

const FAMILIES: readonly MetricFamily[] = [
  { name: "a", type: "info", help: "Facts.", read: () => [{ labels: [["version", "1"]], value: 1 }] },
  {
    name: "a_bytes",
    type: "counter",
    unit: "bytes",
    help: "Bytes.",
    read: () => [{ labels: [["topic", 'a"b\\c\nd'], ["reason", "é"]], value: 1e21 }, { labels: [], value: 0 }],
  },
  { name: "a_size", type: "gauge", unit: "{client}", help: "Size.", read: () => [{ labels: [], value: -0.5 }] },
  {
    name: "a_seconds",
    type: "histogram",
    unit: "seconds",
    help: "Times.",
    read: () => [{
      labels: [["kind", "x"]],
      value: { boundsSeconds: [0.5, 10], counts: [1, 0, 2], count: 3, sumSeconds: 50.25 },
    }],
  },
  { name: "a_nothing", type: "gauge", help: "Left out.", read: () => [] },
];

function write(format: MetricFormat): string[] {
  return writeMetrics(FAMILIES, {} as MetricSource, format).split("\n");
}

const SAMPLES = {
  info: ['a_info{version="1"} 1'],
  bytes: ['a_bytes_total{topic="a\\"b\\\\c\\nd",reason="é"} 1e+21', "a_bytes_total 0"],
  size: ["a_size -0.5"],
  seconds: [
    'a_seconds_bucket{kind="x",le="0.5"} 1',
    'a_seconds_bucket{kind="x",le="10.0"} 1',
    'a_seconds_bucket{kind="x",le="+Inf"} 3',
    'a_seconds_count{kind="x"} 3',
    'a_seconds_sum{kind="x"} 50.25',
  ],
};

Deno.test("writeMetrics() writes OpenMetrics 1.0: the descriptions have the names of metrics, and an end", () => {
  assertEquals(write("openmetrics"), [
    "# TYPE a info",
    "# HELP a Facts.",
    ...SAMPLES.info,
    "# TYPE a_bytes counter",
    "# UNIT a_bytes bytes",
    "# HELP a_bytes Bytes.",
    ...SAMPLES.bytes,
    "# TYPE a_size gauge",
    "# HELP a_size Size.",
    ...SAMPLES.size,
    "# TYPE a_seconds histogram",
    "# UNIT a_seconds seconds",
    "# HELP a_seconds Times.",
    ...SAMPLES.seconds,
    "# EOF",
    "",
  ]);
});

Deno.test("writeMetrics() writes the text format 0.0.4: the descriptions have the names of samples", () => {
  assertEquals(write("text"), [
    "# HELP a_info Facts.",
    "# TYPE a_info gauge",
    ...SAMPLES.info,
    "# HELP a_bytes_total Bytes.",
    "# TYPE a_bytes_total counter",
    ...SAMPLES.bytes,
    "# HELP a_size Size.",
    "# TYPE a_size gauge",
    ...SAMPLES.size,
    "# HELP a_seconds Times.",
    "# TYPE a_seconds histogram",
    ...SAMPLES.seconds,
    "",
  ]);
});

Deno.test("all metrics have a name with their unit, and a description that needs no escapes", () => {
  for (const { name, type, unit, help } of METRIC_FAMILIES) {
    assertEquals([name, /^(foxglove_ws|process)[a-z_]*$/.test(name), /^[A-Z][^"\\\n]*\.$/.test(help)], [
      name,
      true,
      true,
    ]);
    if (unit === "bytes" || unit === "seconds") assertEquals([name, name.endsWith(`_${unit}`)], [name, true]);
    assertEquals([name, /_(total|info|bucket|count|sum|created)$/.test(name)], [name, false]);
    assertEquals([name, unit === undefined], [name, type === "info"]);
  }
  assertEquals(new Set(METRIC_FAMILIES.map(({ name }) => name)).size, METRIC_FAMILIES.length);
});

const OPENMETRICS = "application/openmetrics-text";
for (
  const [accept, expected] of [
    [null, "text"],
    ["", "text"],
    ["*/*", "text"],
    ["text/html,application/xhtml+xml,*/*;q=0.8", "text"],
    // Prometheus 2.42 and 3.5.
    [
      `${OPENMETRICS};version=1.0.0,${OPENMETRICS};version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1`,
      "openmetrics",
    ],
    [
      `${OPENMETRICS};version=1.0.0;escaping=allow-utf-8;q=0.5,${OPENMETRICS};version=0.0.1;q=0.4,` +
      "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,/;q=0.1",
      "openmetrics",
    ],
    [OPENMETRICS, "openmetrics"],
    [`${OPENMETRICS.toUpperCase()} ; VERSION="1.0.0"`, "openmetrics"],
    [`text/plain, ${OPENMETRICS};version=1.0.0`, "openmetrics"],
    [`text/plain, ${OPENMETRICS};version=1.0.0;q=0.5`, "text"],
    [`${OPENMETRICS};version=1.0.0;q=0`, "text"],
    [`${OPENMETRICS};version=1.0.0;q=x`, "text"],
    [`${OPENMETRICS};version=0.0.1`, "text"],
    [`${OPENMETRICS};version=2.0.0, text/plain;q=0.1`, "text"],
  ] as const
) {
  Deno.test(`preferredFormat() is ${expected} for "${accept}"`, () => assertEquals(preferredFormat(accept), expected));
}
