// decodeServerMessage() and decodeClientMessage(): read the messages that a WebSocket receives.

import { readFetchAsset, readFetchAssetResponse } from "./assets.ts";
import { ByteReader } from "./byte_reader.ts";
import { BYTES_RULE, bytesOf, type ByteSource, kindOf } from "./bytes.ts";
import { readAdvertise, readSubscribe, readUnadvertise, readUnsubscribe } from "./channels.ts";
import { readClientAdvertise, readClientMessageData, readClientUnadvertise } from "./client_publish.ts";
import { readConnectionGraphUpdate } from "./connection_graph.ts";
import { isObject, JsonFields, type ReportUnusable } from "./json_fields.ts";
import { mayHoldLongInteger, mayHoldNonFinite, parseExactly } from "./json_numbers.ts";
import { readMessageData, readMessageDataFrame, readTime } from "./message_data.ts";
import type { ClientMessage, ServerMessage } from "./messages.ts";
import { ClientOpcode, ServerOpcode } from "./opcodes.ts";
import {
  readGetParameters,
  readParameterValues,
  readSetParameters,
  readSubscribeParameterUpdates,
  readUnsubscribeParameterUpdates,
} from "./parameters.ts";
import { readPlaybackControlRequest, readPlaybackState } from "./playback.ts";
import { ProtocolError } from "./protocol_error.ts";
import { readServerInfo } from "./server_info.ts";
import {
  readAdvertiseServices,
  readServiceCallFailure,
  readServiceCallRequest,
  readServiceCallResponse,
  readUnadvertiseServices,
} from "./services.ts";
import { readRemoveStatus, readStatus } from "./status.ts";

/** The offset of the fields in a binary frame, after the opcode. */
const FIELDS = 1;
/** How many characters of a topic or a name an error text repeats. */
const MAX_LABEL = 100;

/** Options of {@linkcode decodeServerMessage}. */
export interface DecodeServerMessageOptions {
  /**
   * Called for each part of a message that is invalid, with a {@linkcode ProtocolError} that names the part. A part is a list entry, such
   * as one of many channels, or one of certain optional fields, such as `metadata`. The part is left out of the message.
   *
   * Without `onError`, one invalid part makes the whole message invalid, and the error is thrown.
   */
  onError?: ((error: ProtocolError) => void) | undefined;
}

/**
 * Decodes a message from a server: text as JSON, bytes as a binary frame.
 *
 * Payloads are views of `data`, not copies. Fields that are `null` count as absent. Unknown fields are ignored.
 *
 * Integers in parameters keep all digits: an integer that a number cannot represent exactly becomes a bigint. `null` in an array of
 * numbers is read as NaN, because Foxglove's SDK sends NaN as `null`. `NaN`, `Infinity` and `-Infinity` are read although they are not
 * JSON, because Python sends them.
 *
 * @example
 * ```ts
 * import { decodeServerMessage } from "@x/foxglove-ws/protocol";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const frame = Uint8Array.of(0x02, 0xd2, 0x02, 0x96, 0x49, 0, 0, 0, 0);
 * assertEquals(decodeServerMessage(frame), { op: "time", timestamp: 1_234_567_890n });
 * ```
 *
 * @throws {ProtocolError} If `data` is not a valid message from a server. Text and bytes never cause any other error.
 * @throws {TypeError} If `data` is neither text nor bytes, or is detached. For a `Blob`, set the socket's `binaryType` to "arraybuffer".
 */
export function decodeServerMessage(
  data: string | ByteSource,
  options: DecodeServerMessageOptions = {},
): ServerMessage {
  if (typeof data === "string") return decodeServerText(parseServerText(data, options));
  // Fast path: sockets deliver ArrayBuffers, and data messages dominate the traffic.
  return (data instanceof ArrayBuffer ? readMessageDataFrame(data) : undefined) ?? decodeServerFrame(frameOf(data));
}

/**
 * Decodes a message from a client: text as JSON, bytes as a binary frame.
 *
 * Payloads are views of `data`, not copies. Fields that are `null` count as absent. Unknown fields are ignored.
 *
 * @example
 * ```ts
 * import { decodeClientMessage } from "@x/foxglove-ws/protocol";
 * import { assertEquals } from "@std/assert/equals";
 *
 * const message = decodeClientMessage('{"op":"getParameters","parameterNames":["rate"],"id":null}');
 * assertEquals(message, { op: "getParameters", parameterNames: ["rate"] });
 * ```
 *
 * @throws {ProtocolError} If `data` is not a valid message from a client. Text and bytes never cause any other error.
 * @throws {TypeError} If `data` is neither text nor bytes, or is detached. For a `Blob`, set the socket's `binaryType` to "arraybuffer".
 */
export function decodeClientMessage(data: string | ByteSource): ClientMessage {
  return typeof data === "string" ? readClientText(parseText(data)) : decodeClientFrame(frameOf(data));
}

function decodeServerText(fields: JsonFields): ServerMessage {
  switch (fields.op) {
    case "serverInfo":
      return readServerInfo(fields);
    case "status":
      return readStatus(fields);
    case "removeStatus":
      return readRemoveStatus(fields);
    case "advertise":
      return readAdvertise(fields);
    case "unadvertise":
      return readUnadvertise(fields);
    case "parameterValues":
      return readParameterValues(fields);
    case "advertiseServices":
      return readAdvertiseServices(fields);
    case "unadvertiseServices":
      return readUnadvertiseServices(fields);
    case "serviceCallFailure":
      return readServiceCallFailure(fields);
    case "connectionGraphUpdate":
      return readConnectionGraphUpdate(fields);
    default:
      throw unknownOp(fields.op, "server");
  }
}

function decodeServerFrame(frame: Uint8Array): ServerMessage {
  switch (frame[0]) {
    case ServerOpcode.MESSAGE_DATA:
      return readMessageData(new ByteReader("messageData", frame, FIELDS));
    case ServerOpcode.TIME:
      return readTime(new ByteReader("time", frame, FIELDS));
    case ServerOpcode.SERVICE_CALL_RESPONSE:
      return readServiceCallResponse(new ByteReader("serviceCallResponse", frame, FIELDS));
    case ServerOpcode.FETCH_ASSET_RESPONSE:
      return readFetchAssetResponse(new ByteReader("fetchAssetResponse", frame, FIELDS));
    case ServerOpcode.PLAYBACK_STATE:
      return readPlaybackState(new ByteReader("playbackState", frame, FIELDS));
    default:
      throw unknownOpcode(frame[0], "server");
  }
}

/**
 * Reads the fields of a client's text message. This may cost far more than parsing it. Throws the same errors as
 * {@linkcode decodeClientMessage}.
 */
export function readClientText(fields: JsonFields): ClientMessage {
  switch (fields.op) {
    case "subscribe":
      return readSubscribe(fields);
    case "unsubscribe":
      return readUnsubscribe(fields);
    case "advertise":
      return readClientAdvertise(fields);
    case "unadvertise":
      return readClientUnadvertise(fields);
    case "getParameters":
      return readGetParameters(fields);
    case "setParameters":
      return readSetParameters(fields);
    case "subscribeParameterUpdates":
      return readSubscribeParameterUpdates(fields);
    case "unsubscribeParameterUpdates":
      return readUnsubscribeParameterUpdates(fields);
    case "subscribeConnectionGraph":
    case "unsubscribeConnectionGraph":
      return { op: fields.op };
    case "fetchAsset":
      return readFetchAsset(fields);
    default:
      throw unknownOp(fields.op, "client");
  }
}

function decodeClientFrame(frame: Uint8Array): ClientMessage {
  switch (frame[0]) {
    case ClientOpcode.MESSAGE_DATA:
      return readClientMessageData(new ByteReader("messageData", frame, FIELDS));
    case ClientOpcode.SERVICE_CALL_REQUEST:
      return readServiceCallRequest(new ByteReader("serviceCallRequest", frame, FIELDS));
    case ClientOpcode.PLAYBACK_CONTROL_REQUEST:
      return readPlaybackControlRequest(new ByteReader("playbackControlRequest", frame, FIELDS));
    default:
      throw unknownOpcode(frame[0], "client");
  }
}

/** Parses a client's text message and checks only its op. Throws the same errors as {@linkcode decodeClientMessage}. */
export function parseText(text: string): JsonFields {
  return fieldsOf(() => parseKeepingDigits(text));
}

function parseServerText(text: string, { onError }: DecodeServerMessageOptions): JsonFields {
  const parse = () => {
    try {
      return parseKeepingDigits(text);
    } catch (error) {
      if (mayHoldNonFinite(text)) return parseExactly(text);
      throw error;
    }
  };
  return fieldsOf(parse, onError && reportTo(onError));
}

/**
 * Parses JSON. Keeps all digits of integers in parameters; other messages do not have such long integers. Most messages are parsed once,
 * without a search for long integers.
 */
function parseKeepingDigits(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const mayBeParameters = isObject(value) && (value["op"] === "setParameters" || value["op"] === "parameterValues");
  return mayBeParameters && mayHoldLongInteger(text) ? parseExactly(text) : value;
}

function fieldsOf(parse: () => unknown, report?: ReportUnusable): JsonFields {
  let value: unknown;
  try {
    value = parse();
  } catch (cause) {
    // `cause` is a RangeError if an engine runs out of stack because of deep nesting.
    throw new ProtocolError("invalid-json", "Cannot read text message: not JSON", { cause });
  }
  if (!isObject(value)) throw new ProtocolError("not-an-object", "Cannot read text message: its JSON is not an object");
  const op = value["op"];
  if (typeof op !== "string") throw new ProtocolError("missing-op", "Cannot read text message: op must be a string");
  return new JsonFields(op, value, false, report);
}

/** Returns a function that reports errors to `onError` and adds the topic or name of the entry to the error text. */
function reportTo(onError: (error: ProtocolError) => void): ReportUnusable {
  return (error, label) => {
    if (!(error instanceof ProtocolError)) throw error;
    if (label === undefined) return onError(error);
    const text = `${error.message}, in "${label.slice(0, MAX_LABEL)}"`;
    onError(new ProtocolError(error.code, text, error));
  };
}

function frameOf(data: ByteSource): Uint8Array {
  const frame = bytesOf(data);
  if (!frame) throw new TypeError(`Cannot decode data: it must be a string or ${BYTES_RULE}, not ${kindOf(data)}`);
  if (frame.length === 0) throw new ProtocolError("empty", "Cannot read binary message: it is empty");
  return frame;
}

/** Shortens the op, because the text may be sent back to the peer. */
function unknownOp(op: string, sender: string): ProtocolError {
  return new ProtocolError("unknown-op", `Cannot read text message: no ${sender} sends "${op.slice(0, 40)}"`);
}

function unknownOpcode(opcode: number | undefined, sender: string): ProtocolError {
  return new ProtocolError("unknown-opcode", `Cannot read binary message: no ${sender} sends opcode ${opcode}`);
}
