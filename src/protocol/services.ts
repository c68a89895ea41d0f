// Services: the server advertises them, clients call them.

import type { ByteReader } from "./byte_reader.ts";
import { ByteWriter } from "./byte_writer.ts";
import type { Encodable } from "./bytes.ts";
import type { ServiceId } from "./ids.ts";
import { fieldsToWrite, type JsonFields, setIfPresent, STRING, UINT32 } from "./json_fields.ts";
import { ProtocolError } from "./protocol_error.ts";
import { readSchema, writeSchema } from "./schema.ts";
import { checkBytes } from "./wire_types.ts";

/** The encoding and schema of the requests or the responses of a service. */
export interface ServiceSchema {
  /** The encoding of the payload, such as `json`. */
  encoding: string;
  /** The name of the type in the schema. */
  schemaName: string;
  /** The encoding of the schema, such as `jsonschema`. */
  schemaEncoding: string;
  /** See `Channel.schema`. */
  schema: string | Uint8Array;
}

/**
 * A service, as the server advertises it. The request and the response each have a schema, in the newer or in the older
 * form.
 */
export interface Service {
  /** Identifies this service while the server runs. */
  id: ServiceId;
  /** The name of the service: unique among the services of the server. */
  name: string;
  /** The type of the service, such as `std_srvs/SetBool`. */
  type: string;
  /** The schema of the requests, in the newer form. */
  request?: ServiceSchema;
  /** The schema of the responses, in the newer form. */
  response?: ServiceSchema;
  /**
   * The schema of the requests, in the older form: text whose encoding follows from `supportedEncodings`. Empty for a
   * service without a schema.
   */
  requestSchema?: string;
  /** The schema of the responses, in the older form. See `requestSchema`. */
  responseSchema?: string;
}

/**
 * From the server: advertises new services.
 *
 * Spec: "Advertise Services" (JSON).
 */
export interface AdvertiseServices {
  /** The same `op` as in the JSON. */
  op: "advertiseServices";
  /** The new services. May be empty. */
  services: readonly Service[];
}

/**
 * From the server: removes services.
 *
 * Spec: "Unadvertise Services" (JSON).
 */
export interface UnadvertiseServices {
  /** The same `op` as in the JSON. */
  op: "unadvertiseServices";
  /** The ids under which the services were advertised. */
  serviceIds: readonly ServiceId[];
}

/**
 * From the client: calls a service.
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
  /** In the frame, an opcode replaces this text. */
  op: "serviceCallRequest";
  /** The id under which the service was advertised. */
  serviceId: ServiceId;
  /** uint32, unique among the client's pending calls. The response repeats it. */
  callId: number;
  /** The encoding of the payload. */
  encoding: string;
  /** The encoded request or response. May be empty. */
  payload: Uint8Array;
}

/**
 * From the server: the response to a call.
 *
 * Spec: "Service Call Response" (binary, server opcode 0x03). It has the same layout as the request.
 */
export interface ServiceCallResponse {
  /** In the frame, an opcode replaces this text. */
  op: "serviceCallResponse";
  /** The id from the request. */
  serviceId: ServiceId;
  /** The id from the request. */
  callId: number;
  /** The encoding of the payload. */
  encoding: string;
  /** The encoded request or response. May be empty. */
  payload: Uint8Array;
}

/**
 * From the server: reports that a call failed.
 *
 * Spec: "Service Call Failure" (JSON).
 */
export interface ServiceCallFailure {
  /** The same `op` as in the JSON. */
  op: "serviceCallFailure";
  /** The id from the request. */
  serviceId: ServiceId;
  /** The id from the request. */
  callId: number;
  /** The reason, as text for the user. */
  message: string;
}

/** Reads an `advertiseServices`. */
export function readAdvertiseServices(fields: JsonFields<keyof AdvertiseServices>): AdvertiseServices {
  return { op: "advertiseServices", services: fields.readObjects("services", "name", readService) };
}

/** Checks an `advertiseServices` and returns the object to send as JSON. */
export function writeAdvertiseServices(message: Encodable<AdvertiseServices>): object {
  return { op: message.op, services: fieldsToWrite(message).objects("services").map(writeService) };
}

/** Reads an `unadvertiseServices`. */
export function readUnadvertiseServices(fields: JsonFields<keyof UnadvertiseServices>): UnadvertiseServices {
  return { op: "unadvertiseServices", serviceIds: fields.list("serviceIds", UINT32) as ServiceId[] };
}

/** Checks an `unadvertiseServices` and returns the object to send as JSON. */
export function writeUnadvertiseServices(message: UnadvertiseServices): UnadvertiseServices {
  return readUnadvertiseServices(fieldsToWrite(message));
}

/** Reads the fields after the opcode. `payload` is a view of the frame. */
export function readServiceCallRequest(reader: ByteReader): ServiceCallRequest {
  return { op: "serviceCallRequest", ...readServiceCall(reader) };
}

/** Reads the fields after the opcode. `payload` is a view of the frame. */
export function readServiceCallResponse(reader: ByteReader): ServiceCallResponse {
  return { op: "serviceCallResponse", ...readServiceCall(reader) };
}

/** Returns the whole frame of a request or a response. */
export function writeServiceCall(
  message: Encodable<ServiceCallRequest | ServiceCallResponse>,
  opcode: number,
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

/** Reads a `serviceCallFailure`. */
export function readServiceCallFailure(fields: JsonFields<keyof ServiceCallFailure>): ServiceCallFailure {
  return {
    op: "serviceCallFailure",
    serviceId: fields.get("serviceId", UINT32) as ServiceId,
    callId: fields.get("callId", UINT32),
    message: fields.get("message", STRING),
  };
}

/** Checks a `serviceCallFailure` and returns the object to send as JSON. */
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
  setIfPresent(service, "requestSchema", fields.optional("requestSchema", STRING));
  const response = fields.optionalObject("response");
  if (response !== undefined) service.response = readServiceSchema(response);
  setIfPresent(service, "responseSchema", fields.optional("responseSchema", STRING));
  return service;
}

/**
 * If the request or the response has no schema, writes `""` in the older form, because clients require one of the two
 * forms.
 */
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
