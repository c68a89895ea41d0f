// What visualisation apps would refuse about a service.

import type { Service, ServiceSchema } from "../protocol/services.ts";
import { schemaWarnings } from "./channel_warnings.ts";

/** The encodings in which apps can write a request and read a response. */
const CALLABLE: readonly string[] = ["json", "ros1", "cdr"];

const UNCALLABLE = "so apps cannot call it";

/**
 * What the apps would refuse about `service`, a sentence each, empty when nothing.
 */
export function serviceWarnings(service: Omit<Service, "id">): string[] {
  const { name, request, response } = service;
  const warnings = request
    ? sideWarnings("request", request, UNCALLABLE)
    : [`its request has no schema, ${UNCALLABLE}`];
  if (response) warnings.push(...sideWarnings("response", response, "so apps cannot show the answer"));
  return warnings.map((text) => `Service ${JSON.stringify(name)}: ${text}`);
}

function sideWarnings(side: "request" | "response", schema: ServiceSchema, consequence: string): string[] {
  const { encoding } = schema;
  if (!CALLABLE.includes(encoding)) return [`its ${side} is in encoding ${JSON.stringify(encoding)}, ${consequence}`];
  return schemaWarnings(schema, consequence).map((text) => `in its ${side}, ${text}`);
}
