// checkServices(): services that apps cannot call.

import type { FoxgloveClient, Service, ServiceSchema } from "../client/mod.ts";
import { defaultSchemaEncoding } from "../protocol/schema_encodings.ts";
import { CALLABLE_ENCODINGS, serviceFaults } from "../session/service_warnings.ts";
import { cureOf } from "./check_channels.ts";
import { type Finding, problemsOr } from "./finding.ts";

/** Checks the encodings and the schemas of services. */
export function checkServices(
  { services, serverInfo }: Pick<FoxgloveClient, "services" | "serverInfo">,
): readonly Finding[] {
  if (services.size === 0) return [];
  const encoding = serverInfo.supportedEncodings?.find((each) => CALLABLE_ENCODINGS.includes(each)) ?? "json";
  const problems = [...services.values()].map((service) => inNewerForm(service, encoding)).flatMap((service) =>
    serviceFaults(service).map((fault): Finding => ({
      check: "services",
      level: fault.isMinor ? "warning" : "error",
      text: `${service.name}: ${fault.text}`,
      cure: cureOf(fault, (fault.isMinor ? service.response : service.request) ?? { encoding, schema: "" }),
    }))
  );
  return problemsOr(
    problems,
    "services",
    services.size === 1 ? "apps can call the service" : `apps can call all ${services.size} services`,
  );
}

/** Returns a service with schemas in the newer form. In the older one, their encoding follows from the server's. */
function inNewerForm(service: Service, encoding: string): Service {
  const { type, request, response, requestSchema, responseSchema } = service;
  const side = (schema: string): ServiceSchema => ({
    encoding,
    schemaName: type,
    schemaEncoding: defaultSchemaEncoding(encoding) ?? "",
    schema,
  });
  return {
    ...service,
    ...(!request && requestSchema && { request: side(requestSchema) }),
    ...(!response && responseSchema && { response: side(responseSchema) }),
  };
}
