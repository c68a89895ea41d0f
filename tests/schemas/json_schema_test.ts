// The JSON Schemas of the messages, compared with those of npm's @foxglove/schemas.

import { assertEquals } from "@std/assert/equals";
import * as npm from "npm:@foxglove/schemas@2.1.0/jsonschema.js";
import * as schemas from "../../src/schemas/mod.ts";
import { MESSAGES } from "../../tools/schemas/schema_data.ts";
import { schemaOf } from "./random_messages.ts";

/** The messages that the npm package lacks. */
const NEWER = ["Event"];

for (const name of MESSAGES.keys()) {
  if (NEWER.includes(name)) continue;
  Deno.test(`${name}.json.schema equals that of npm's @foxglove/schemas without its comments`, () => {
    const theirs = withoutComments((npm as Record<string, unknown>)[name]);
    assertEquals(JSON.parse(schemaOf(name).json.schema as string), theirs);
  });
}

Deno.test("Event.json.schema inlines the messages that it contains", () => {
  assertEquals(
    schemas.Event.json.schema,
    '{"title":"foxglove.Event","type":"object","properties":{' +
      '"start_time":{"type":"object","title":"time","properties":{"sec":{"type":"integer","minimum":0},' +
      '"nsec":{"type":"integer","minimum":0,"maximum":999999999}}},' +
      '"end_time":{"type":"object","title":"time","properties":{"sec":{"type":"integer","minimum":0},' +
      '"nsec":{"type":"integer","minimum":0,"maximum":999999999}}},' +
      '"metadata":{"type":"array","items":{"title":"foxglove.KeyValuePair","type":"object","properties":{' +
      '"key":{"type":"string"},"value":{"type":"string"}},"required":["key","value"]}}},' +
      '"required":["start_time","end_time"]}',
  );
});

function withoutComments(schema: unknown): unknown {
  const isComment = (name: string, value: unknown) =>
    name === "$comment" || (name === "description" && typeof value === "string");
  return JSON.parse(JSON.stringify(schema, (name, value) => isComment(name, value) ? undefined : value));
}
