// Warnings about services that visualisation apps would reject.

import type { Service, ServiceSchema } from "../protocol/services.ts";
import { schemaWarnings } from "./channel_warnings.ts";

/** The encodings that apps support for service requests and responses. */
const CALLABLE: readonly string[] = ["json", "ros1", "cdr"];

const UNCALLABLE = "so apps cannot call it";

/** Returns one sentence for each reason why apps would reject `service`. The list is empty if there is none. */
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
  if (!CALLABLE.includes(encoding)) return [`its ${side} uses encoding ${JSON.stringify(encoding)}, ${consequence}`];
  return schemaWarnings(schema, consequence).map((text) => `in its ${side}, ${text}`);
}
