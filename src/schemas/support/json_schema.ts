// jsonSchema(): the JSON Schema of a message type. Apps require that other message types are inlined.

import { isMessage, type ScalarType, type SchemaEnum, type SchemaField, type SchemaType } from "./schema_type.ts";

const SCALARS: Readonly<Record<ScalarType, object>> = {
  double: { type: "number" },
  fixed32: { type: "integer", minimum: 0 },
  bool: { type: "boolean" },
  string: { type: "string" },
  bytes: { type: "string", contentEncoding: "base64" },
  // Apps recognise times by these titles.
  timestamp: timeSchema("time", { minimum: 0 }),
  duration: timeSchema("duration", {}),
};

/** Returns the JSON Schema of a message type. */
export function jsonSchema({ name, fields }: SchemaType): object {
  return {
    title: `foxglove.${name}`,
    type: "object",
    properties: Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field)])),
    required: fields.filter(({ isOptional }) => !isOptional).map((field) => field.name),
  };
}

function fieldSchema({ type, isList, length }: SchemaField): object {
  if (!isList) return typeSchema(type);
  const bounds = length === undefined ? {} : { minItems: length, maxItems: length };
  return { type: "array", items: typeSchema(type), ...bounds };
}

function typeSchema(type: SchemaField["type"]): object {
  if (typeof type === "string") return SCALARS[type];
  return isMessage(type) ? jsonSchema(type) : enumSchema(type);
}

function enumSchema({ title, values }: SchemaEnum): object {
  const constants = Object.entries(values).map(([name, value]) => ({ title: name, const: value }));
  return { title: `foxglove.${title}`, oneOf: constants };
}

function timeSchema(title: string, secondsRange: object): object {
  return {
    type: "object",
    title,
    properties: {
      sec: { type: "integer", ...secondsRange },
      nsec: { type: "integer", minimum: 0, maximum: 999_999_999 },
    },
  };
}
