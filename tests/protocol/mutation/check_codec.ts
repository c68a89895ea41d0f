// checkCodec(): checks how the codec handles an input.

import { decodeClientMessage, decodeServerMessage } from "../../../src/protocol/decode.ts";
import { encodeClientMessage, encodeServerMessage } from "../../../src/protocol/encode.ts";
import type { ClientMessage, ServerMessage } from "../../../src/protocol/messages.ts";
import type { Parameter, ParameterValue } from "../../../src/protocol/parameters.ts";
import { ProtocolError } from "../../../src/protocol/protocol_error.ts";
import { sameValue } from "./same_value.ts";

/** The data of a WebSocket message. */
export type Input = string | Uint8Array;

/** One side's half of the codec. */
export interface Codec<Message> {
  decode(data: Input | ArrayBuffer): Message;
  encode(message: Message): Input;
  /** The message as a peer decodes it, if that may differ from the message itself. */
  normalized(message: Message): Message;
}

/** The messages of servers. */
export const SERVER: Codec<ServerMessage> = {
  decode: decodeServerMessage,
  encode: encodeServerMessage,
  normalized: normalizedServerMessage,
};

/** The messages of servers, decoded without their unusable parts. */
const LENIENT_SERVER: Codec<ServerMessage> = {
  ...SERVER,
  decode: (data) => decodeServerMessage(data, { onError: () => {} }),
};

/** The messages of clients. */
export const CLIENT: Codec<ClientMessage> = {
  decode: decodeClientMessage,
  encode: encodeClientMessage,
  normalized: (message) => message,
};

/** The latest time of a `serverInfo`, because its seconds are a uint32. */
const LATEST = 0xffff_ffffn * 1_000_000_000n + 999_999_999n;

/**
 * Errors for messages that can be decoded but not encoded: a schema that is not base64, a service schema with the
 * encoding "", and a parameter that is NaN or infinite.
 */
const UNSENDABLE =
  /: \S+\.((schema|data) must be bytes or base64|schemaEncoding must be not empty|value must be made of finite)/;

/**
 * Decodes `data` as a message of each side. The codec must throw a `ProtocolError`, or return a message that is the
 * same after it has been encoded and decoded again. The same is required if unusable parts of a server's message are
 * left out.
 *
 * @returns The number of sides for which `data` is a message.
 * @throws {Error} If the codec does anything else.
 */
export function checkCodec(data: Input): number {
  const serverCount = checkSide(SERVER, data);
  if (checkSide(LENIENT_SERVER, data) < serverCount) throw new Error("Rejected only if unusable parts may be left out");
  return serverCount + checkSide(CLIENT, data);
}

/**
 * Encodes a valid message.
 *
 * @throws {Error} If decoding does not return the same message.
 */
export function encodeChecked<Message>({ encode, decode }: Codec<Message>, message: Message): Input {
  const data = encode(message);
  if (!sameValue(decode(data), message)) throw new Error(`Decodes to another message: ${describe(data)}`);
  return data;
}

/** {@linkcode checkCodec} for one side. */
export function checkSide<Message>(codec: Codec<Message>, data: Input): number {
  const received = asReceived(data);
  let message: Message;
  try {
    message = codec.decode(received);
  } catch (cause) {
    if (cause instanceof ProtocolError) return 0;
    throw new Error(`Rejected by ${nameOf(cause)}`, { cause });
  }
  if (received !== data && !sameValue(codec.decode(data), message)) {
    throw new Error("An ArrayBuffer decodes to another message than a view of it");
  }
  let encoded: Input;
  try {
    encoded = codec.encode(message);
  } catch (cause) {
    if (cause instanceof TypeError && UNSENDABLE.test(cause.message)) return 1;
    throw new Error(`Decoded, but cannot be encoded: ${cause}`, { cause });
  }
  const decodedAgain = codec.decode(encoded);
  if (!sameValue(decodedAgain, message) && !sameValue(decodedAgain, codec.normalized(message))) {
    throw new Error(`Is another message after it was encoded again: ${describe(encoded)}`);
  }
  return 1;
}

/** Sockets pass ArrayBuffers, which have their own decoding path. A frame in a larger buffer stays a view. */
function asReceived(data: Input): Input | ArrayBuffer {
  if (typeof data === "string" || !(data.buffer instanceof ArrayBuffer)) return data;
  return data.length === data.buffer.byteLength ? data.buffer : data;
}

function normalizedServerMessage(message: ServerMessage): ServerMessage {
  switch (message.op) {
    case "serverInfo": {
      const result = withoutEmptyMetadata(message);
      if (result.dataStartTime !== undefined && result.dataStartTime > LATEST) result.dataStartTime = LATEST;
      if (result.dataEndTime !== undefined && result.dataEndTime > LATEST) result.dataEndTime = LATEST;
      return result;
    }
    case "advertise":
      return { ...message, channels: message.channels.map(withoutEmptyMetadata) };
    case "advertiseServices": {
      // Clients require one of the two schema forms for request and response.
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

/** In arrays, infinities are sent like NaN. */
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

function describe(data: Input): string {
  return typeof data === "string" ? data : data.toHex();
}

function nameOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
