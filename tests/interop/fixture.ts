// The fixture of the matrix: what every server offers, as far as its package supports it.
//
// A server program gets the fixture as JSON in its first argument.

import type { Parameter } from "../../src/protocol/parameters.ts";
import { encodeBase64 } from "../../src/protocol/base64.ts";

/**
 * A channel as it is on the wire in `foxglove.websocket.v1`, without the id. A binary schema is base64 text. Without a
 * schema, the last three members are `""`.
 */
export interface WireChannel {
  topic: string;
  encoding: string;
  schemaName: string;
  schemaEncoding: string;
  schema: string;
  metadata?: Readonly<Record<string, string>>;
}

/** The initial state of a server. */
export interface Fixture {
  port: number;
  name: string;
  sessionId: string;
  /** Start of the playback range, in nanoseconds. */
  dataStartTime: string;
  /** End of the playback range, in nanoseconds. */
  dataEndTime: string;
  channels: readonly WireChannel[];
  parameters: readonly Parameter[];
  /** The first service adds two numbers, the second always fails. */
  services: readonly { name: string; type: string; request: ServiceSide; response: ServiceSide }[];
  /** The only asset. */
  asset: { uri: string; base64: string };
  /** The error message for a failed service call or a missing asset, if the package supports custom messages. */
  failure: string;
}

interface ServiceSide {
  encoding: string;
  schemaName: string;
  schemaEncoding: string;
  schema: string;
}

/** A `FileDescriptorSet` with one message, `p.P`, that has one number field. */
const PROTOBUF_SCHEMA = "CiQKB3AucHJvdG8SAXAiDgoBUBIJCgF4GAEgASgBYgZwcm90bzM=";

/** Two channels have this schema, and more are added later. */
const ODOMETRY = {
  encoding: "json",
  schemaName: "Odometry",
  schemaEncoding: "jsonschema",
  schema: '{"type":"object","properties":{"x":{"type":"number"}}}',
};

/** The fixture of every pair. `port` is added when the server starts. */
export const FIXTURE: Omit<Fixture, "port"> = {
  name: "matrix",
  sessionId: "first run",
  dataStartTime: "1700000000000000005",
  dataEndTime: "1700000060000000000",
  channels: [
    { topic: "/odom", ...ODOMETRY },
    { topic: "/odom_filtered", ...ODOMETRY, metadata: { filter: "ekf", "größe": "3" } },
    { topic: "/points", encoding: "protobuf", schemaName: "p.P", schemaEncoding: "protobuf", schema: PROTOBUF_SCHEMA },
  ],
  parameters: [
    { name: "bool", value: true },
    { name: "bools", value: [true, false] },
    { name: "bytes", value: "3q0=", type: "byte_array" },
    { name: "float", value: 50, type: "float64" },
    { name: "floats", value: [1.5, 2], type: "float64_array" },
    { name: "integer", value: -7 },
    { name: "integers", value: [1, 2, 3] },
    { name: "nested", value: { pid: { p: 3, on: true }, "ключ": ["a"] } },
    { name: "text", value: "größer" },
    { name: "texts", value: ["a", "b"] },
  ],
  services: [service("/add", "Add", ["a", "b"], ["sum"]), service("/fail", "Fail", [], [])],
  asset: {
    uri: "package://robot/mesh.bin",
    base64: encodeBase64(Uint8Array.from({ length: 256 }, (_, index) => index)),
  },
  failure: "no fuel",
};

function service(name: string, type: string, request: string[], response: string[]): Fixture["services"][number] {
  return {
    name,
    type,
    request: serviceSide(`${type}_Request`, request),
    response: serviceSide(`${type}_Response`, response),
  };
}

function serviceSide(schemaName: string, members: string[]): ServiceSide {
  const properties = Object.fromEntries(members.map((name) => [name, { type: "number" }]));
  const schema = JSON.stringify({ type: "object", properties });
  return { encoding: "json", schemaName, schemaEncoding: "jsonschema", schema };
}
