// Faults of services.

import { assertEquals } from "@std/assert/equals";
import { serviceFaults, serviceWarnings } from "../../src/session/service_warnings.ts";

const SIDE = { encoding: "json", schemaName: "A", schemaEncoding: "jsonschema", schema: `{"type":"object"}` };
const PROTOBUF = { ...SIDE, encoding: "protobuf" };

Deno.test("serviceFaults() marks the faults of the response, without which apps can still call the service", () => {
  const service = { name: "/a", type: "A", request: PROTOBUF, response: PROTOBUF };
  assertEquals(serviceFaults(service), [
    { member: "encoding", text: 'its request uses encoding "protobuf", so apps cannot call it' },
    {
      member: "encoding",
      isMinor: true,
      text: 'its response uses encoding "protobuf", so apps cannot show the answer',
    },
  ]);
  assertEquals(serviceFaults({ ...service, request: SIDE, response: SIDE }), []);
});

Deno.test("serviceWarnings() names the service", () => {
  assertEquals(serviceWarnings({ name: "/a", type: "A" }), [
    'Service "/a": its request has no schema, so apps cannot call it',
  ]);
});
