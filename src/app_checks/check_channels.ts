// checkChannels(): channels that apps do not list, or not completely.

import type { Channel } from "../client/mod.ts";
import { linkMessageType } from "../codecs/protobuf/linked_type.ts";
import { textOf } from "../error_text.ts";
import { defaultSchemaEncoding } from "../protocol/schema_encodings.ts";
import { type AppFault, channelFaults } from "../session/channel_warnings.ts";
import { ChannelIndex } from "../session/channel_index.ts";
import { nearName } from "../near_name.ts";
import { failed, type Finding, problemsOr, warning } from "./finding.ts";
import { jsonFault } from "./json_fault.ts";

/** The types of JSON Schema that apps know. */
const JSON_TYPES: readonly string[] = ["object", "array", "string", "number", "integer", "boolean"];
/** The type in the text of a fault. */
const UNKNOWN_TYPE = / has type "([^"]*)" at /;
/** The beginning of errors of `protobuf()`. */
const CREATION = "Cannot create a protobuf codec: ";

/** Checks the encodings, schemas and topics of channels, in the order in which the server advertised them. */
export function checkChannels(channels: readonly Channel[]): readonly Finding[] {
  if (channels.length === 0) {
    return [warning("channels", "The server advertises no channels", "add a channel, and check the log of the server")];
  }
  const index = new ChannelIndex<Channel>();
  const problems = channels.flatMap((channel) => {
    const found = problemsOf(channel, index.related(channel));
    index.add(channel);
    return found;
  });
  const count = channels.length === 1 ? "the channel" : `all ${channels.length} channels`;
  return problemsOr(problems, "channels", `apps list ${count}`);
}

function problemsOf(channel: Channel, others: readonly Channel[]): Finding[] {
  const { topic } = channel;
  const faults = channelFaults(channel, others);
  const findings = faults.map((fault): Finding => ({
    check: "channels",
    level: fault.isMinor ? "warning" : "error",
    topic,
    text: fault.text,
    cure: cureOf(fault, channel),
  }));
  const broken = faults.some(({ member }) => member !== "topic") ? undefined : descriptorProblem(channel);
  if (broken !== undefined) {
    const cure = "send a FileDescriptorSet with all imports (protoc --include_imports --descriptor_set_out), " +
      "and the full name of the type as schemaName";
    findings.push({
      ...failed("channels", `its schema is not usable, so apps do not list the topic: ${broken}`, cure),
      topic,
    });
  }
  return findings;
}

/** Returns why a protobuf descriptor cannot be used. */
function descriptorProblem({ encoding, schema, schemaName }: Channel): string | undefined {
  if (encoding !== "protobuf") return undefined;
  if (typeof schema === "string") return "it is not base64";
  try {
    linkMessageType(schema, schemaName);
    return undefined;
  } catch (error) {
    return textOf(error).replace(CREATION, "").replace(/; write it with protoc.*/, "");
  }
}

/** Returns what the owner of a channel or a service can do about a fault. */
export function cureOf({ member, text }: AppFault, { encoding, schema }: Pick<Channel, "encoding" | "schema">): string {
  switch (member) {
    case "encoding":
      return "use json, protobuf, flatbuffer, ros1 or cdr (services: json, ros1 or cdr)";
    case "schemaEncoding":
      return `use "${defaultSchemaEncoding(encoding)}", or leave it out`;
    case "topic":
      return "use one channel for each topic";
    case "schemaName":
      return "give different schemas different names";
    case "schema":
      if (encoding !== "json") return "send the full definition, with every type that it uses";
      return schema.length === 0
        ? 'send the schema {"type":"object"}, or one with the properties'
        : jsonSchemaCure(text, schema);
  }
}

function jsonSchemaCure(fault: string, schema: Channel["schema"]): string {
  const text = typeof schema === "string" ? schema : new TextDecoder().decode(schema);
  const reason = jsonFault(text);
  if (reason !== undefined) return `correct the schema (${reason}), or let json({ example }) make it`;
  const [, type] = UNKNOWN_TYPE.exec(fault) ?? [];
  const near = type === undefined ? undefined : nearName(type, JSON_TYPES);
  if (near !== undefined) return `did you mean "${near}"? json({ example }) makes a schema without mistakes`;
  if (type !== undefined && type !== "null") return `use one of the types ${JSON_TYPES.join(", ")}`;
  return 'use "type": "object" at the root, and avoid $ref, anyOf, null, union types and arrays in arrays; ' +
    "json({ example }) makes such a schema";
}
