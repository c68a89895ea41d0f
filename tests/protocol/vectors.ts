// The golden vectors, with types, and with the messages that decoding must return.

import type { ClientMessage, ServerMessage } from "../../src/protocol/messages.ts";
import type { ProtocolErrorCode } from "../../src/protocol/protocol_error.ts";
import rows from "../vectors/vectors.json" with { type: "json" };
import { bytes } from "./hex.ts";

/** An entry of `vectors.json`: bytes (`hex`) or text (`json`), and the result of decoding them. */
export interface Vector {
  name: string;
  direction: "server->client" | "client->server";
  kind: "binary" | "text";
  valid: boolean;
  /** Whether encoding the message must produce this vector. Otherwise decoding must only accept it. */
  emit: boolean;
  hex?: string;
  json?: string;
  /** The fields as on the wire: uint64 as decimal text, bytes as hex under `…Hex`. An absent field may be `null`. */
  decoded?: Readonly<Record<string, unknown>>;
  error?: ProtocolErrorCode;
}

/** All vectors. */
export const VECTORS: readonly Vector[] = rows as readonly Vector[];

/** Returns the data as a WebSocket delivers it. */
export function input(vector: Vector): string | Uint8Array<ArrayBuffer> {
  return vector.kind === "text" ? vector.json! : bytes(vector.hex!);
}

/** Returns the message that decoding must return. It is built without the codec under test. */
export function expected(vector: Vector): ServerMessage | ClientMessage {
  const message = vector.kind === "text" ? fromText(vector) : fromBinary(vector);
  return message as unknown as ServerMessage | ClientMessage;
}

type Members = Record<string, unknown>;

const PLAYBACK_STATUSES = ["playing", "paused", "buffering", "ended"];
const PLAYBACK_COMMANDS = ["play", "pause"];

function fromBinary({ decoded }: Vector): Members {
  const { type, ...members } = decoded!;
  const message: Members = { op: type };
  for (const [name, value] of Object.entries(members)) {
    if (value === null) continue;
    if (name.endsWith("Hex")) message[name.slice(0, -"Hex".length)] = bytes(value as string);
    else if (name === "logTime") message["timestamp"] = BigInt(value as string);
    else if (/^(timestamp|currentTime|seekTime)$/.test(name)) message[name] = BigInt(value as string);
    else if (name === "playbackSpeed") message["speed"] = value;
    else if (name === "playbackCommand") message["command"] = PLAYBACK_COMMANDS[value as number];
    else if (name !== "status") message[name] = value;
    else if (type === "playbackState") message[name] = PLAYBACK_STATUSES[value as number];
    else message[name] = ["success", "error"][value as number];
  }
  return message;
}

/** The schemas that decoding returns as bytes. */
const BINARY_SCHEMAS: Readonly<Record<string, string>> = {
  "3q2+7w==": "de ad be ef",
  "AAECAwQ=": "00 01 02 03 04",
  "AA==": "00",
};

function fromText({ decoded }: Vector): Members {
  const message: Members = structuredClone(decoded!);
  // Decoding must ignore this member.
  delete message["futureField"];
  for (const name of ["dataStartTime", "dataEndTime"]) {
    const time = message[name] as { sec: number; nsec: number } | undefined;
    if (time) message[name] = BigInt(time.sec) * 1_000_000_000n + BigInt(time.nsec);
  }
  for (const channel of list(message["channels"])) convertSchema(channel);
  for (const schema of list(message["schemas"])) convertSchema(schema, "data");
  for (const service of list(message["services"])) {
    for (const side of ["request", "response"]) convertSchema(service[side] as Members | undefined);
  }
  return message;
}

function list(value: unknown): Members[] {
  return (value ?? []) as Members[];
}

function convertSchema(holder: Members | undefined, member = "schema"): void {
  const schema = BINARY_SCHEMAS[holder?.[member] as string];
  if (holder && schema !== undefined) holder[member] = bytes(schema);
}
