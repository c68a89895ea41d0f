// call: calls a service.

import { type FoxgloveClient, RequestError, type Service } from "../../client/mod.ts";
import { requireCapability } from "../capability.ts";
import { type Command, defineCommand } from "../command.ts";
import { Failure, usageError } from "../failure.ts";
import { findService } from "../find_service.ts";
import { hexText } from "../format/hex.ts";
import { prettyJson } from "../format/pretty_json.ts";
import { jsonFault } from "../../app_checks/json_fault.ts";
import { payloadReader, type PayloadType, payloadWriter, WRITABLE } from "../payloads.ts";

/** Calls a service. */
export const call: Command = defineCommand({
  name: "call",
  summary: "call a service with a request in JSON, and print the response",
  about:
    "Requests and responses in protobuf are converted by the server's schemas. The exit code is 1 if the service " +
    "fails.",
  operands: { usage: "SERVICE [JSON]", min: 1, max: 2 },
  options: {
    encoding: { type: "text", help: "the encoding of the request (default: as the service declares, or json)" },
  },
  examples: [
    ["call /robot/reset", "calls a service with {}"],
    [`call /robot/dock '{"percent": 90}'`, "calls it with a request"],
    [`call /add '{"a": 1, "b": 2}' --json | jq .value.sum`, "prints a part of the response"],
  ],
  async run({ operands, options, isJson, output, signal, connect }) {
    const [name = "", json = "{}"] = operands;
    const fault = jsonFault(json);
    if (fault !== undefined) throw usageError(`the request is not JSON: ${fault}`);
    const client = await connect();
    requireCapability(client, "services");
    const service = await findService(client, name, signal);
    const type = requestType(client, service, options.encoding);
    const { encoding, payload } = await callService(client, name, type.encoding, payloadWriter(type)(json), signal);
    const { schemaName = "", schema = "" } = service.response ?? {};
    const read = payloadReader({ encoding, schemaName, schema });
    if (!read) {
      const hex = hexText(payload);
      if (isJson) return output.json({ service: name, encoding, hex });
      output.note(`The response has the encoding "${encoding}", which cannot be decoded; its bytes in hex:`);
      return output.line(hex);
    }
    const value = decode(read, payload, name);
    if (isJson) return output.json({ service: name, encoding, value });
    output.line(prettyJson(value, output.columns));
  },
});

/** Returns the encoding and schema of the request. Throws a `Failure` if such a request cannot be written. */
function requestType(client: FoxgloveClient, { name, request }: Service, wanted: string | undefined): PayloadType {
  const supported = client.serverInfo.supportedEncodings ?? ["json"];
  // In the older form of services, the server's encodings apply.
  const declared = request?.encoding ?? (supported.includes("json") ? "json" : supported[0] ?? "json");
  const encoding = wanted ?? declared;
  if (WRITABLE.includes(encoding)) {
    return { encoding, schemaName: request?.schemaName ?? "", schema: request?.schema ?? "" };
  }
  const hint = supported.includes("json") && wanted === undefined ? "; try --encoding json" : "";
  throw new Failure(`"${name}" has the encoding "${encoding}", but only json and protobuf can be written${hint}`);
}

async function callService(
  client: FoxgloveClient,
  name: string,
  encoding: string,
  payload: Uint8Array | string,
  signal: AbortSignal,
): Promise<{ encoding: string; payload: Uint8Array }> {
  try {
    return await client.callService(name, payload, { encoding, signal });
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    throw new Failure(`"${name}" failed: ${error.detail}`, { cause: error });
  }
}

function decode(read: (payload: Uint8Array) => unknown, payload: Uint8Array, name: string): unknown {
  try {
    return read(payload);
  } catch (cause) {
    throw new Failure(`the response of "${name}" cannot be decoded: ${(cause as Error).message}`, { cause });
  }
}
