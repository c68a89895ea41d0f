// TypedServices: services whose handlers get and return values.

import type { Codec, Decoder, Encoder } from "../../codecs/codec.ts";
import { decoderFor } from "../../codecs/decoder_for.ts";
import { json } from "../../codecs/json.ts";
import type { ServiceId } from "../../protocol/ids.ts";
import type { Service } from "../../protocol/services.ts";
import { timeNs } from "../../time_ns.ts";
import type { ServiceInit, ServiceSchemaInit } from "../channel_init.ts";
import { textOf } from "../../error_text.ts";
import type { MaybePromise, ServiceContext, ServiceResponse } from "../listener.ts";
import { RefusalError } from "../refusal_error.ts";
import { checkDecoder, checkEncoder } from "../../codecs/codec_checks.ts";
import { isJsonObject } from "./json_object.ts";
import type { HookOwners } from "./hook_owners.ts";

/** Answers a service call. An error that it throws is the failure text for the caller. */
export type ServiceHandler<Req, Res> = (request: Req, context: ServiceContext) => MaybePromise<Res>;

/** A decoder of requests, with the schema that apps need to build a request. Every `Codec` is one. */
export interface RequestCodec<Req>
  extends Decoder<Req>, Pick<Encoder<never>, "schemaName" | "schemaEncoding" | "schema"> {}

/** Options of `FoxgloveServer.service()`. */
export interface ServiceOptions<Req, Res> {
  /** Decodes requests. Default: JSON, any object. */
  request?: RequestCodec<Req>;
  /** Encodes responses. Default: JSON, any object. */
  response?: Encoder<Res>;
  /**
   * The name of the service type, such as `std_srvs/Trigger`. Default: the name of the service without its leading `/`.
   */
  type?: string;
}

/** A typed service: made by `FoxgloveServer.service()`. */
export interface ServiceHandle extends Disposable {
  /** The id for the raw method `removeService()`. */
  readonly id: ServiceId;
  /** The name. */
  readonly name: string;
  /** Removes the service. Calls that have already arrived are still answered. */
  close(): void;
  /** Removes the service: see {@linkcode ServiceHandle.close}. */
  [Symbol.dispose](): void;
}

/** The parts of a server that typed services use. */
export interface TypedServicesParts {
  owners: HookOwners;
  add: (service: ServiceInit) => Service;
  remove: (serviceId: ServiceId) => void;
}

/** Adds typed services. */
export class TypedServices {
  readonly #parts: TypedServicesParts;

  constructor(parts: TypedServicesParts) {
    this.#parts = parts;
  }

  /** Adds a service and its handler. Throws like `addService()`. */
  add<Req, Res>(
    name: string,
    handler: ServiceHandler<Req, Res>,
    options: ServiceOptions<Req, Res>,
  ): ServiceHandle {
    const { owners, add, remove } = this.#parts;
    const cannot = `Cannot add service "${name}"`;
    if (typeof handler !== "function") throw new TypeError(`${cannot}: its handler is not a function`);
    // Requests are not checked: `Req` is what the program expects.
    const { request = json() as Codec<Req>, response = json<Res>(), type = `${name}`.replace(/^\//, "") } = options;
    checkDecoder(cannot, request);
    checkEncoder(cannot, response);
    const service = add({ name, type, request: schemaOf(request), response: schemaOf(response) });
    const close = () => remove(service.id);
    owners.services.set(service, async (encoding, payload, context) => {
      const value = decodeRequest(request, encoding, payload);
      return encodeResponse(response, await handler(value, context));
    });
    return { id: service.id, name: service.name, close, [Symbol.dispose]: close };
  }
}

function schemaOf(codec: Pick<Encoder<never>, "encoding" | "schemaName" | "schemaEncoding" | "schema">) {
  const { encoding, schemaName, schemaEncoding, schema } = codec;
  return {
    encoding,
    schema,
    ...(schemaName === "" ? {} : { schemaName }),
    ...(schemaEncoding === undefined ? {} : { schemaEncoding }),
  } satisfies ServiceSchemaInit;
}

/** Throws a `RefusalError`, because a wrong request is a mistake of the client, not of the program. */
function decodeRequest<Req>(codec: Decoder<Req>, encoding: string, payload: Uint8Array): Req {
  const decoder = decoderFor(codec, encoding);
  if (!decoder) throw new RefusalError(`cannot read requests with encoding "${encoding}"`);
  let value: Req;
  try {
    value = decoder.decode(payload);
  } catch (cause) {
    throw new RefusalError(`cannot decode the request: ${textOf(cause)}`);
  }
  if (codec.encoding === "json" && !isJsonObject(value)) throw new RefusalError("the request is not a JSON object");
  return value;
}

/** A handler that returns nothing answers with an empty JSON object. */
function encodeResponse<Res>(codec: Encoder<Res>, value: Res): ServiceResponse {
  try {
    const isEmpty = value === undefined && codec.encoding === "json";
    const payload = isEmpty ? "{}" : codec.encode(value, { timestamp: timeNs() });
    // The bytes of an encoder are valid only until its next call, and the response may be sent later.
    return { encoding: codec.encoding, payload: typeof payload === "string" ? UTF8.encode(payload) : payload.slice() };
  } catch (cause) {
    throw new TypeError(`cannot encode the response: ${textOf(cause)}`, { cause });
  }
}

const UTF8 = new TextEncoder();
