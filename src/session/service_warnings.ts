// Warnings about services that visualisation apps would reject.

import type { Service, ServiceSchema } from "../protocol/services.ts";
import { type AppFault, schemaFaults } from "./channel_warnings.ts";

/** The encodings that apps support for service requests and responses. */
export const CALLABLE_ENCODINGS: readonly string[] = ["json", "ros1", "cdr"];

const UNCALLABLE = "so apps cannot call it";

/** Returns one sentence for each reason why apps would reject `service`. The list is empty if there is none. */
export function serviceWarnings(service: Omit<Service, "id">): string[] {
  return serviceFaults(service).map(({ text }) => `Service ${JSON.stringify(service.name)}: ${text}`);
}

/** Like {@linkcode serviceWarnings}, but for code that distinguishes the reasons. Those of the response are minor. */
export function serviceFaults({ request, response }: Omit<Service, "id">): AppFault[] {
  const faults: AppFault[] = request
    ? sideFaults("request", request, UNCALLABLE)
    : [{ member: "schema", text: `its request has no schema, ${UNCALLABLE}` }];
  if (response) {
    const others = sideFaults("response", response, "so apps cannot show the answer");
    faults.push(...others.map((fault) => ({ ...fault, isMinor: true })));
  }
  return faults;
}

function sideFaults(side: "request" | "response", schema: ServiceSchema, consequence: string): AppFault[] {
  const { encoding } = schema;
  if (!CALLABLE_ENCODINGS.includes(encoding)) {
    return [{ member: "encoding", text: `its ${side} uses encoding ${JSON.stringify(encoding)}, ${consequence}` }];
  }
  return schemaFaults(schema, consequence).map((fault) => ({ ...fault, text: `in its ${side}, ${fault.text}` }));
}
