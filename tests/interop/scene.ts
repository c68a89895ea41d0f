// Scene: what every server of the matrix has to offer, as far as its package can. It travels as JSON, as the first argument.

import type { Parameter } from "../../src/protocol/parameters.ts";
import { encodeBase64 } from "../../src/protocol/schema.ts";

/** A channel as it is on the wire, but for the id: a binary schema is base64 text. */
export interface WireChannel {
  topic: string;
  encoding: string;
  schemaName: string;
  schemaEncoding: string;
  schema: string;
}

/** What a server begins with. */
export interface Scene {
  port: number;
  name: string;
  sessionId: string;
  /** Of the robot whose data is played back, in ns. */
  dataStartTime: string;
  dataEndTime: string;
  channels: readonly WireChannel[];
  parameters: readonly Parameter[];
  /** The first adds up, the second fails. */
  services: readonly { name: string; type: string; request: ServiceSide; response: ServiceSide }[];
  /** There is no other. */
  asset: { uri: string; base64: string };
  /** What a failed service call, and a request for an asset that does not exist, are told where the package lets one say it. */
  failure: string;
}

interface ServiceSide {
  encoding: string;
  schemaName: string;
  schemaEncoding: string;
  schema: string;
}

/** A `FileDescriptorSet` of one message, `p.P`, that holds one number. */
const PROTOBUF_SCHEMA = "CiQKB3AucHJvdG8SAXAiDgoBUBIJCgF4GAEgASgBYgZwcm90bzM=";

/** The scene of every cell. */
export const SCENE: Omit<Scene, "port"> = {
  name: "matrix",
  sessionId: "first run",
  dataStartTime: "1700000000000000005",
  dataEndTime: "1700000060000000000",
  channels: [
    {
      topic: "/odom",
      encoding: "json",
      schemaName: "Odometry",
      schemaEncoding: "jsonschema",
      schema: '{"type":"object","properties":{"x":{"type":"number"}}}',
    },
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

function service(name: string, type: string, request: string[], response: string[]): Scene["services"][number] {
  return { name, type, request: side(`${type}_Request`, request), response: side(`${type}_Response`, response) };
}

function side(schemaName: string, members: string[]): ServiceSide {
  const properties = Object.fromEntries(members.map((name) => [name, { type: "number" }]));
  const schema = JSON.stringify({ type: "object", properties });
  return { encoding: "json", schemaName, schemaEncoding: "jsonschema", schema };
}
