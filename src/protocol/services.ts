// Services: the server advertises them, clients call them.

import type { ByteReader } from "./byte_reader.ts";
import { ByteWriter } from "./byte_writer.ts";
import type { Encodable } from "./bytes.ts";
import type { ServiceId } from "./ids.ts";
import { fieldsToWrite, type JsonFields, STRING, UINT32 } from "./json_fields.ts";
import { ClientOpcode, ServerOpcode } from "./opcodes.ts";
import { ProtocolError } from "./protocol_error.ts";
import { readSchema, writeSchema } from "./schema.ts";
import { checkBytes } from "./wire_types.ts";

/** How one side of a service call is written. */
export interface ServiceSchema {
  /** Of the payload, such as `json`. */
  encoding: string;
  /** As its schema knows it. */
  schemaName: string;
  /** Of the schema, such as `jsonschema`. */
  schemaEncoding: string;
  /** As in `Channel.schema`. */
  schema: string | Uint8Array;
}

/** A service, as the server advertises it. Each side has a schema in the one or in the other (older) form. */
export interface Service {
  /** Stays with this service while the server runs. */
  id: ServiceId;
  /** No other service of the server has the same. */
  name: string;
  /** Such as `std_srvs/SetBool`. */
  type: string;
  /** What the service takes. */
  request?: ServiceSchema;
  /** What it answers. */
  response?: ServiceSchema;
  /** The older form: schema text whose encoding `supportedEncodings` implies; `""` for a side without schema. */
  requestSchema?: string;
  /** See `requestSchema`. */
  responseSchema?: string;
}

/**
 * Server: these services can be called from now on.
 *
 * Spec: "Advertise Services" (JSON).
 */
export interface AdvertiseServices {
  /** The same on the wire. */
  op: "advertiseServices";
  /** May be empty. */
  services: readonly Service[];
}

/**
 * Server: these services are gone.
 *
 * Spec: "Unadvertise Services" (JSON).
 */
export interface UnadvertiseServices {
  /** The same on the wire. */
  op: "unadvertiseServices";
  /** As they were advertised. */
  serviceIds: readonly ServiceId[];
}

/**
 * Client: call a service.
 *
 * Spec: "Service Call Request" (binary, client opcode 0x02)
 *
 * | bytes | type   | field                   |
 * | ----- | ------ | ----------------------- |
 * | 4     | uint32 | serviceId               |
 * | 4     | uint32 | callId                  |
 * | 4     | uint32 | byte length of encoding |
 * | n     | utf-8  | encoding                |
 * | rest  | bytes  | payload                 |
 */
export interface ServiceCallRequest {
  /** An opcode on the wire. */
  op: "serviceCallRequest";
  /** As it was advertised. */
  serviceId: ServiceId;
  /** uint32, repeated in the answer; unique among the client's open calls. */
  callId: number;
  /** Of the payload. */
  encoding: string;
  /** May be empty. */
  payload: Uint8Array;
}

/**
 * Server: the answer to a call.
 *
 * Spec: "Service Call Response" (binary, server opcode 0x03): laid out like the request.
 */
export interface ServiceCallResponse {
  /** An opcode on the wire. */
  op: "serviceCallResponse";
  /** As in the request. */
  serviceId: ServiceId;
  /** As in the request. */
  callId: number;
  /** Of the payload. */
  encoding: string;
  /** May be empty. */
  payload: Uint8Array;
}

/**
 * Server: a call failed.
 *
 * Spec: "Service Call Failure" (JSON).
 */
export interface ServiceCallFailure {
  /** The same on the wire. */
  op: "serviceCallFailure";
  /** As in the request. */
  serviceId: ServiceId;
  /** As in the request. */
  callId: number;
  /** For people. */
  message: string;
}

/** Reads an `advertiseServices`. */
export function readAdvertiseServices(fields: JsonFields<keyof AdvertiseServices>): AdvertiseServices {
  return { op: "advertiseServices", services: fields.each("services", "name", readService) };
}

/** What goes into the JSON. */
export function writeAdvertiseServices(message: Encodable<AdvertiseServices>): object {
  return { op: message.op, services: fieldsToWrite(message).objects("services").map(writeService) };
}

/** Reads an `unadvertiseServices`. */
export function readUnadvertiseServices(fields: JsonFields<keyof UnadvertiseServices>): UnadvertiseServices {
  return { op: "unadvertiseServices", serviceIds: fields.list("serviceIds", UINT32) as ServiceId[] };
}

/** What goes into the JSON. */
export function writeUnadvertiseServices(message: UnadvertiseServices): UnadvertiseServices {
  return readUnadvertiseServices(fieldsToWrite(message));
}

/** Reads what follows the opcode. `payload` is a view of the frame. */
export function readServiceCallRequest(reader: ByteReader): ServiceCallRequest {
  return { op: "serviceCallRequest", ...readServiceCall(reader) };
}

/** The whole frame. */
export function writeServiceCallRequest(message: Encodable<ServiceCallRequest>): Uint8Array<ArrayBuffer> {
  return writeServiceCall(ClientOpcode.SERVICE_CALL_REQUEST, message);
}

/** Reads what follows the opcode. `payload` is a view of the frame. */
export function readServiceCallResponse(reader: ByteReader): ServiceCallResponse {
  return { op: "serviceCallResponse", ...readServiceCall(reader) };
}

/** The whole frame. */
export function writeServiceCallResponse(message: Encodable<ServiceCallResponse>): Uint8Array<ArrayBuffer> {
  return writeServiceCall(ServerOpcode.SERVICE_CALL_RESPONSE, message);
}

/** Reads a `serviceCallFailure`. */
export function readServiceCallFailure(fields: JsonFields<keyof ServiceCallFailure>): ServiceCallFailure {
  return {
    op: "serviceCallFailure",
    serviceId: fields.get("serviceId", UINT32) as ServiceId,
    callId: fields.get("callId", UINT32),
    message: fields.get("message", STRING),
  };
}

/** What goes into the JSON. */
export function writeServiceCallFailure(message: ServiceCallFailure): ServiceCallFailure {
  return readServiceCallFailure(fieldsToWrite(message));
}

function readService(fields: JsonFields<keyof Service>): Service {
  const service: Service = {
    id: fields.get("id", UINT32) as ServiceId,
    name: fields.get("name", STRING),
    type: fields.get("type", STRING),
  };
  const request = fields.optionalObject("request");
  if (request !== undefined) service.request = readServiceSchema(request);
  const requestSchema = fields.optional("requestSchema", STRING);
  if (requestSchema !== undefined) service.requestSchema = requestSchema;
  const response = fields.optionalObject("response");
  if (response !== undefined) service.response = readServiceSchema(response);
  const responseSchema = fields.optional("responseSchema", STRING);
  if (responseSchema !== undefined) service.responseSchema = responseSchema;
  return service;
}

/** A side without any schema is said to have none in the older form: clients want one of the two. */
function writeService(fields: JsonFields<keyof Service>): object {
  const request = fields.optionalObject("request");
  const response = fields.optionalObject("response");
  return {
    id: fields.get("id", UINT32),
    name: fields.get("name", STRING),
    type: fields.get("type", STRING),
    request: request && writeServiceSchema(request),
    requestSchema: fields.optional("requestSchema", STRING) ?? (request ? undefined : ""),
    response: response && writeServiceSchema(response),
    responseSchema: fields.optional("responseSchema", STRING) ?? (response ? undefined : ""),
  };
}

function readServiceSchema(fields: JsonFields<keyof ServiceSchema>): ServiceSchema {
  const schemaEncoding = fields.get("schemaEncoding", STRING);
  return {
    encoding: fields.get("encoding", STRING),
    schemaName: fields.get("schemaName", STRING),
    schemaEncoding,
    schema: readSchema(fields, schemaEncoding),
  };
}

function writeServiceSchema(fields: JsonFields<keyof ServiceSchema>): object {
  const schemaEncoding = fields.get("schemaEncoding", STRING);
  if (schemaEncoding === "") throw fields.error("schemaEncoding", "not empty");
  return {
    encoding: fields.get("encoding", STRING),
    schemaName: fields.get("schemaName", STRING),
    schemaEncoding,
    schema: writeSchema(fields, schemaEncoding),
  };
}

function readServiceCall(reader: ByteReader): Omit<ServiceCallRequest, "op"> {
  const serviceId = reader.uint32() as ServiceId;
  const callId = reader.uint32();
  try {
    return { serviceId, callId, encoding: reader.string(), payload: reader.rest() };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new ProtocolError(error.code, error.message, { cause: error, serviceCall: { serviceId, callId } });
  }
}

function writeServiceCall(
  opcode: number,
  message: Encodable<ServiceCallRequest | ServiceCallResponse>,
): Uint8Array<ArrayBuffer> {
  const payload = checkBytes(message.op, "payload", message.payload);
  const writer = new ByteWriter(message.op, 64 + payload.length);
  writer.uint8(opcode);
  writer.uint32("serviceId", message.serviceId);
  writer.uint32("callId", message.callId);
  writer.string("encoding", message.encoding);
  writer.bytes(payload);
  return writer.finish();
}
