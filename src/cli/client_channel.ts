// clientChannel(): the channel on which a command publishes, by what the server and the user say about the topic.

import type { Channel, FoxgloveClient } from "../client/mod.ts";
import { Failure, usageError } from "./failure.ts";
import { nameAdvice } from "./name_advice.ts";
import { WRITABLE } from "./payloads.ts";

/** The options of the user for a channel. */
export interface ChannelWishes {
  readonly topic: string;
  readonly encoding: string | undefined;
  /** The name of a schema. */
  readonly schema: string | undefined;
}

/** A channel to publish on. */
export interface WritableChannel {
  readonly topic: string;
  readonly encoding: string;
  readonly schemaName: string;
  readonly schemaEncoding?: string;
  readonly schema?: string | Uint8Array;
}

/**
 * Returns the channel to publish on. It has the schema of a channel of the server: the schema that the user names, or
 * else the schema of the same topic.
 *
 * @throws {Failure} If the server does not support an encoding that can be written, or if a schema is missing.
 */
export function clientChannel(client: FoxgloveClient, wishes: ChannelWishes): WritableChannel {
  const { topic, schema } = wishes;
  const candidates = [...client.channels.values()].filter((channel) =>
    schema === undefined ? channel.topic === topic : channel.schemaName === schema
  );
  const encoding = chooseEncoding(client.serverInfo.supportedEncodings, candidates, wishes.encoding);
  const model = candidates.find((channel) => channel.encoding === encoding);
  if (model) return { topic, ...schemaOf(model) };
  if (encoding === "protobuf") throw missingDescriptor(client, wishes);
  return { topic, encoding, schemaName: schema ?? candidates[0]?.schemaName ?? "" };
}

function schemaOf({ encoding, schemaName, schemaEncoding, schema }: Channel): Omit<WritableChannel, "topic"> {
  return { encoding, schemaName, ...(schemaEncoding !== undefined && { schemaEncoding }), schema };
}

function chooseEncoding(
  supported: readonly string[] | undefined,
  candidates: readonly Channel[],
  wanted: string | undefined,
): string {
  if (wanted !== undefined && !WRITABLE.includes(wanted)) {
    throw usageError(`encoding "${wanted}" cannot be written, only json and protobuf`);
  }
  const isSupported = (encoding: string) => supported?.includes(encoding) ?? true;
  const choices = wanted === undefined
    ? [...candidates.map(({ encoding }) => encoding), ...WRITABLE].filter((each) => WRITABLE.includes(each))
    : [wanted];
  const choice = choices.find(isSupported);
  if (choice !== undefined) return choice;
  const known = supported!.map((each) => `"${each}"`).join(", ") || "none";
  const unsupported = wanted === undefined ? "JSON or protobuf" : `encoding "${wanted}"`;
  throw new Failure(`the server does not accept messages as ${unsupported}; it supports ${known}`);
}

function missingDescriptor({ channels }: FoxgloveClient, { topic, schema }: ChannelWishes): Failure {
  if (schema === undefined) {
    return new Failure(
      `protobuf needs a schema: the server has no channel "${topic}" in protobuf; name one with --schema`,
    );
  }
  const names = [...channels.values()].filter(({ encoding }) => encoding === "protobuf").map((each) => each.schemaName);
  const advice = nameAdvice(schema, names, "topics");
  return new Failure(`no channel of the server has the schema "${schema}" in protobuf; ${advice}`);
}
