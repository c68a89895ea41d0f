// judge(): whether the codec does with an input what it may.

import { decodeClientMessage, decodeServerMessage } from "../../../src/protocol/decode.ts";
import { encodeClientMessage, encodeServerMessage } from "../../../src/protocol/encode.ts";
import type { ClientMessage, ServerMessage } from "../../../src/protocol/messages.ts";
import type { Parameter, ParameterValue } from "../../../src/protocol/parameters.ts";
import { ProtocolError } from "../../../src/protocol/protocol_error.ts";
import { sameValue } from "./same_value.ts";

/** What a WebSocket hands over. */
export type Input = string | Uint8Array;

/** One side's half of the codec. */
export interface Codec<Message> {
  decode(data: Input | ArrayBuffer): Message;
  encode(message: Message): Input;
  /** What a peer is told, where that is not the message itself. */
  toldAs(message: Message): Message;
}

/** What a server sends. */
export const SERVER: Codec<ServerMessage> = {
  decode: decodeServerMessage,
  encode: encodeServerMessage,
  toldAs: serverMessageAsTold,
};

/** What a server sends, without the parts that cannot be used. */
const TOLERANT: Codec<ServerMessage> = {
  ...SERVER,
  decode: (data) => decodeServerMessage(data, { onError: () => {} }),
};

/** What a client sends. */
export const CLIENT: Codec<ClientMessage> = {
  decode: decodeClientMessage,
  encode: encodeClientMessage,
  toldAs: (message) => message,
};

/** The latest time that a `serverInfo` can tell: its seconds are a uint32. */
const LATEST = 0xffff_ffffn * 1_000_000_000n + 999_999_999n;

/**
 * What was read and cannot be sent: a schema that should be base64 and is not, or a service's with the encoding "", or a parameter that is
 * NaN or an infinity.
 */
const UNSENDABLE =
  /: \S+\.(schema must be bytes or base64|schemaEncoding must be not empty|value must be made of finite)/;

/**
 * Decodes `data` as each side's message. It must be refused by a `ProtocolError`, or give a message that survives being sent on. This also
 * holds for what is left of a server's message without the parts that cannot be used.
 *
 * @returns As how many sides' message it was decoded.
 * @throws {Error} When the codec does anything else.
 */
export function judge(data: Input): number {
  const asServers = judgeBy(SERVER, data);
  if (judgeBy(TOLERANT, data) < asServers) throw new Error("Refused only where unusable parts may be left out");
  return asServers + judgeBy(CLIENT, data);
}

/**
 * Encodes a message that is valid.
 *
 * @throws {Error} When it does not arrive as it is.
 */
export function sent<Message>({ encode, decode }: Codec<Message>, message: Message): Input {
  const data = encode(message);
  if (!sameValue(decode(data), message)) throw new Error(`Does not arrive as it is: ${inWords(data)}`);
  return data;
}

/** {@linkcode judge} for one side. */
export function judgeBy<Message>(codec: Codec<Message>, data: Input): number {
  const handed = asHanded(data);
  let message: Message;
  try {
    message = codec.decode(handed);
  } catch (cause) {
    if (cause instanceof ProtocolError) return 0;
    throw new Error(`Refused by ${nameOf(cause)}`, { cause });
  }
  if (handed !== data && !sameValue(codec.decode(data), message)) {
    throw new Error("An ArrayBuffer is another message than a view of it");
  }
  let onward: Input;
  try {
    onward = codec.encode(message);
  } catch (cause) {
    if (cause instanceof TypeError && UNSENDABLE.test(cause.message)) return 1;
    throw new Error(`Decoded, but not encoded: ${cause}`, { cause });
  }
  const arrived = codec.decode(onward);
  if (!sameValue(arrived, message) && !sameValue(arrived, codec.toldAs(message))) {
    throw new Error(`Became another message when sent on: ${inWords(onward)}`);
  }
  return 1;
}

/** Sockets hand over ArrayBuffers, which are read in a way of their own; a frame that is a piece of one stays a view. */
function asHanded(data: Input): Input | ArrayBuffer {
  if (typeof data === "string" || !(data.buffer instanceof ArrayBuffer)) return data;
  return data.length === data.buffer.byteLength ? data.buffer : data;
}

function serverMessageAsTold(message: ServerMessage): ServerMessage {
  switch (message.op) {
    case "serverInfo": {
      const told = withoutEmptyMetadata(message);
      if (told.dataStartTime !== undefined && told.dataStartTime > LATEST) told.dataStartTime = LATEST;
      if (told.dataEndTime !== undefined && told.dataEndTime > LATEST) told.dataEndTime = LATEST;
      return told;
    }
    case "advertise":
      return { ...message, channels: message.channels.map(withoutEmptyMetadata) };
    case "advertiseServices": {
      // Clients want one form of schema or the other, for each side.
      const services = message.services.map((service) => ({
        ...(service.request ? {} : { requestSchema: "" }),
        ...(service.response ? {} : { responseSchema: "" }),
        ...service,
      }));
      return { ...message, services };
    }
    case "parameterValues":
      return { ...message, parameters: message.parameters.map(withNaN) };
    default:
      return message;
  }
}

/** In arrays, infinities are sent as NaN is. */
function withNaN(parameter: Parameter): Parameter {
  const { value } = parameter;
  return value === undefined ? parameter : { ...parameter, value: valueWithNaN(value, false) };
}

function valueWithNaN(value: ParameterValue, isItem: boolean): ParameterValue {
  if (typeof value === "number") return isItem && !Number.isFinite(value) ? NaN : value;
  if (typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => valueWithNaN(item, true));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, valueWithNaN(member, false)]));
}

function withoutEmptyMetadata<T extends { metadata?: Readonly<Record<string, string>> }>(holder: T): T {
  const { metadata, ...rest } = holder;
  return metadata && Object.keys(metadata).length === 0 ? rest as T : { ...holder };
}

function inWords(data: Input): string {
  return typeof data === "string" ? data : data.toHex();
}

function nameOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
