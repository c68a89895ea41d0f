// json(): the codec for JSON messages, with a schema from a library or from an example.

import { bytesOf, kindOf } from "../protocol/bytes.ts";
import { ANY_JSON, ANY_OBJECT } from "./any_json.ts";
import type { Codec } from "./codec.ts";
import { inferSchema } from "./infer_schema.ts";
import type { JsonValueOf } from "./json_value.ts";
import { unknownMember } from "./unknown_member.ts";

/** Options of {@linkcode json}. Set at most one of `schema` and `example`. */
export interface JsonOptions<T> {
  /**
   * The name of the schema, such as `foxglove.Log`. Apps use it to choose how to draw a message.
   *
   * @default {""} the topic without its leading `/`
   */
  readonly name?: string;
  /**
   * The JSON Schema of the messages: an object, such as the result of zod's `z.toJSONSchema()`, or its JSON text. It is
   * passed on unchanged. The server warns about parts that apps do not support, such as `$ref`.
   *
   * @default {'{"type":"object"}'} any object
   */
  readonly schema?: string | object;
  /**
   * A typical message, from which the schema is inferred. Members without a certain type are left out: `null`, empty
   * arrays, arrays of arrays and arrays of different types. All numbers become `number`.
   */
  readonly example?: T;
}

const SCHEMA_RULE = '"schema" must be an object or the JSON text of one';

/**
 * Creates a codec for JSON messages. The schema tells apps which members messages have, for example to plot them.
 *
 * Messages are written as `JSON.stringify()` does, except: bytes that are a member of an object become base64 text,
 * other typed arrays become arrays of numbers, and `Map`, `Set`, `Error` and the like are errors. `NaN` and infinities
 * become `null`. Messages that are read are not checked: `T` is what you expect. For untrusted messages, call your
 * schema library.
 *
 * If the given schema has `"additionalProperties": false`, `check()` finds members that it lacks, such as misspelled
 * ones.
 *
 * @example
 * ```ts
 * import { json } from "@x/foxglove-ws";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const battery = json({ name: "Battery", example: { volts: 12.6 } });
 * assertEquals(battery.schema, '{"type":"object","properties":{"volts":{"type":"number"}}}');
 * const text = battery.encode({ volts: 11.9 }, { timestamp: 0n });
 * assertEquals(text, '{"volts":11.9}');
 * ```
 *
 * @throws {TypeError} If `schema` is not an object or the JSON text of one, if no schema can be inferred from
 * `example`, or if both are set. `encode()` and `check()` throw it if JSON cannot express the message, or if it is not
 * an object. `decode()` throws it if the payload is not UTF-8, and a `SyntaxError` if it is not JSON.
 */
export function json<T = unknown>(options: JsonOptions<T> = {}): Codec<JsonValueOf<T>, T> {
  const { name = "", schema, example } = options;
  if (typeof name !== "string") throw fault(`"name" must be a string, not ${kindOf(name)}`);
  if (schema !== undefined && example !== undefined) throw fault('"schema" and "example" are both set');
  const text = schema !== undefined ? textOfSchema(schema) : example !== undefined ? inferFrom(example) : ANY_OBJECT;
  const parsed = parseSchema(text);
  return {
    ...ANY_JSON as Codec<JsonValueOf<T>, T>,
    schemaName: name,
    schema: text,
    check(value) {
      const path = unknownMember(parsed, value);
      if (path !== undefined) throw new TypeError(`unknown member "${path}"`);
    },
  };
}

function textOfSchema(schema: unknown): string {
  if (typeof schema === "string") return schema;
  if (typeof schema !== "object" || schema === null) throw fault(`${SCHEMA_RULE}, not ${kindOf(schema)}`);
  if (bytesOf(schema)) throw fault(`${SCHEMA_RULE}, not bytes`);
  // JSON.stringify() would drop the methods, and the rest can look like a JSON Schema without properties.
  // The methods of zod 4 are not enumerable.
  const { safeParse } = schema as { safeParse?: unknown };
  if (typeof safeParse === "function" || Object.values(schema).some((member) => typeof member === "function")) {
    throw fault('"schema" is not a JSON Schema: convert it, for example with z.toJSONSchema()');
  }
  try {
    return JSON.stringify(schema);
  } catch (cause) {
    throw fault('"schema" cannot be written as JSON', { cause });
  }
}

function inferFrom(example: unknown): string {
  try {
    return JSON.stringify(inferSchema(example).schema);
  } catch (cause) {
    throw fault(`in "example", ${(cause as Error).message}`, { cause });
  }
}

function parseSchema(text: string): object {
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch (cause) {
    throw fault('"schema" is not JSON', { cause });
  }
  if (typeof schema === "object" && schema !== null && !Array.isArray(schema)) return schema;
  throw fault(`${SCHEMA_RULE}, not ${kindOf(schema)}`);
}

function fault(reason: string, options?: ErrorOptions): TypeError {
  return new TypeError(`Cannot create a JSON codec: ${reason}`, options);
}
