// Example requests, which services can be called, and the texts of responses.

import { assertEquals } from "@std/assert/equals";
import type { Service, ServiceId } from "../../../src/client/mod.ts";
import { exampleOf, exampleOfText } from "../../../src/status_page/panels/example_request.ts";
import {
  exampleRequest,
  requestMistake,
  responseText,
  uncallableReason,
} from "../../../src/status_page/panels/service_call.ts";

const SERVICE: Service = { id: 1 as ServiceId, name: "/move", type: "Move" };

for (
  const [schema, expected] of [
    [{ type: "string" }, ""],
    [{ type: "integer" }, 0],
    [{ type: "number", minimum: 2 }, 2],
    [{ type: "number", maximum: -2 }, -2],
    [{ type: "boolean" }, false],
    [{ type: ["number", "null"] }, 0],
    [{ type: "array", items: { type: "string" } }, []],
    [{ type: "string", default: "x" }, "x"],
    [{ const: 7 }, 7],
    [{ enum: ["slow", "fast"] }, "slow"],
    [{ oneOf: [{ const: 3, title: "THREE" }, { const: 4 }] }, 3],
    [{ type: "object", properties: { a: { type: "object", properties: { b: { type: "number" } } } } }, { a: { b: 0 } }],
    [{ properties: { p: { $ref: "#/$defs/P" } }, $defs: { P: { type: "string" } } }, { p: "" }],
    [{ properties: { p: { $ref: "https://example.com" } } }, { p: {} }],
    [{ properties: { p: { $ref: "#/properties/p" } } }, { p: {} }],
    [{ properties: { constructor: { $ref: "#/constructor/name" } } }, { constructor: {} }],
    [true, {}],
    [null, {}],
  ] as const
) {
  Deno.test(`exampleOf() creates ${JSON.stringify(expected)} for ${JSON.stringify(schema)}`, () => {
    assertEquals(exampleOf(schema), expected);
  });
}

Deno.test("exampleOf() ends for schemas that contain themselves", () => {
  const member = { $ref: "#" };
  const schema = { type: "object", properties: { a: member, b: member, c: member, d: member } };
  const count = JSON.stringify(exampleOf(schema)).match(/"/g)?.length ?? 0;
  assertEquals(count, 400);
});

Deno.test("exampleOf() creates a member __proto__ as a member", () => {
  const schema = JSON.parse('{"properties":{"__proto__":{"type":"string"}}}');
  assertEquals(JSON.stringify(exampleOf(schema)), '{"__proto__":""}');
});

Deno.test("exampleOfText() returns an empty object for other text", () => {
  assertEquals([exampleOfText("float64 x"), exampleOfText("")], [{}, {}]);
});

Deno.test("exampleRequest() uses the schema of the request in both forms", () => {
  const schema = JSON.stringify({ properties: { on: { type: "boolean" } } });
  const request = { encoding: "json", schemaName: "Move", schemaEncoding: "jsonschema", schema };
  const expected = '{\n  "on": false\n}';
  assertEquals(exampleRequest({ ...SERVICE, request }), expected);
  assertEquals(exampleRequest({ ...SERVICE, requestSchema: schema }), expected);
  assertEquals(exampleRequest({ ...SERVICE, request: { ...request, schemaEncoding: "ros2msg" } }), "{}");
  assertEquals(exampleRequest(SERVICE), "{}");
});

Deno.test("uncallableReason() accepts services with JSON only", () => {
  const request = (encoding: string) => ({ encoding, schemaName: "", schemaEncoding: "x", schema: "" });
  const reason = (encoding: string | undefined, encodings: string[] | undefined) =>
    uncallableReason(encoding === undefined ? SERVICE : { ...SERVICE, request: request(encoding) }, encodings);
  assertEquals([reason("json", ["cdr"]), reason(undefined, ["cdr", "json"])], [undefined, undefined]);
  assertEquals([reason(undefined, undefined), reason(undefined, [])], [undefined, undefined]);
  assertEquals(reason("cdr", ["json"]), 'Requests are in "cdr". This page sends only JSON.');
  assertEquals(reason(undefined, ["cdr"]), 'The server accepts "cdr". This page sends only JSON.');
});

Deno.test("requestMistake() refuses text that is not JSON", () => {
  assertEquals(requestMistake("{}"), undefined);
  assertEquals(requestMistake("{")?.startsWith("Not JSON: "), true);
});

for (
  const [encoding, payload, expected] of [
    ["json", '{"a":1}', '{\n  "a": 1\n}'],
    ["json", '{"a":9223372036854775807}', '{\n  "a": "9223372036854775807"\n}'],
    ["text", "hello", "hello"],
    ["json", "", "(empty)"],
    ["json", `"${"x".repeat(60_000)}"`, `"${"x".repeat(49_999)}…`],
    // The cut of longer responses divides a character.
    ["json", `"${"ä".repeat(150_000)}"`, `"${"ä".repeat(49_999)}…`],
  ] as const
) {
  Deno.test(`responseText() shows ${payload.slice(0, 30)}`, () => {
    assertEquals(responseText({ encoding, payload: new TextEncoder().encode(payload) }), expected);
  });
}

Deno.test("responseText() shows other bytes in hex", () => {
  const payload = Uint8Array.of(0xff, 0, 1);
  assertEquals(responseText({ encoding: "cdr", payload }), '(3 B, encoding "cdr")\nff 00 01');
});
