// ServiceCaller: calls a service with values instead of payloads.

import { ANY_JSON } from "../codecs/any_json.ts";
import type { Decoder, Encoder } from "../codecs/codec.ts";
import { checkDecoder, checkEncoder } from "../codecs/codec_checks.ts";
import { decoderFor } from "../codecs/decoder_for.ts";
import { kindOf } from "../protocol/bytes.ts";
import type { CallServiceOptions, WaitOptions } from "./call_options.ts";
import { checkOptions } from "./check_options.ts";
import { CheckedEncoder } from "../codecs/checked_encoder.ts";
import { RequestError } from "./errors.ts";
import { namedTimeout } from "./named_timeout.ts";
import type { ServiceResult } from "./requests.ts";

/** Options of `FoxgloveClient.service()`. */
export interface ServiceCallerOptions<Req, Res> {
  /**
   * Encodes the requests.
   *
   * @default {json()} JSON; each request must be an object
   */
  request?: Encoder<Req>;
  /**
   * Decodes the responses. Responses whose encoding is `json` are decoded by its member `json`.
   *
   * @default {json()} JSON; the values are not checked
   */
  response?: Decoder<Res>;
}

/** The arguments of {@linkcode ServiceCaller.call}. The request may be left out if its type includes `undefined`. */
export type ServiceCallArguments<Req> = undefined extends Req ? [request?: Req, options?: WaitOptions]
  : [request: Req, options?: WaitOptions];

/** A service of the server. `FoxgloveClient.service()` creates it. */
export interface ServiceCaller<Req, Res> {
  /** The name of the service. */
  readonly name: string;
  /**
   * Waits until the server advertises the service, calls it, and returns the decoded response. `signal` covers all of
   * this. The value is encoded at once, so the program may change it afterwards. Without a value, a request in JSON is
   * `{}`.
   *
   * @throws {TypeError} When the value cannot be encoded. The text has the path of the member.
   * @throws {RequestError} When the service failed; `detail` has the server's own words. Also when the response cannot
   * be decoded; then `cause` has the reason.
   * @throws {ConnectionClosedError} When the connection is lost before the response arrives, or the client ends.
   */
  call(...args: ServiceCallArguments<Req>): Promise<Res>;
}

/** The methods of `FoxgloveClient` that a caller uses. */
interface RawCalls {
  waitForService(name: string, options: WaitOptions): Promise<unknown>;
  callService(name: string, payload: Uint8Array | string, options: CallServiceOptions): Promise<ServiceResult>;
}

/** A caller over the raw methods. */
export class TypedServiceCaller<Req, Res> implements ServiceCaller<Req, Res> {
  readonly name: string;
  readonly #client: RawCalls;
  readonly #encoding: string;
  readonly #request: CheckedEncoder<Req>;
  readonly #response: Decoder<Res>;

  constructor(client: RawCalls, name: string, options: ServiceCallerOptions<Req, Res>) {
    const action = `call service "${name}"`;
    checkOptions(action, options, ["request", "response"]);
    const { request = ANY_JSON, response = ANY_JSON as Decoder<Res> } = options;
    checkEncoder(`Cannot ${action}`, request);
    checkDecoder(`Cannot ${action}`, response);
    this.#client = client;
    this.name = name;
    this.#encoding = request.encoding;
    this.#request = new CheckedEncoder(request, action);
    this.#response = response;
  }

  async call(...[request, options = {}]: ServiceCallArguments<Req>): Promise<Res> {
    const isEmpty = request === undefined && this.#encoding === "json";
    const encoded = this.#request.encode((isEmpty ? {} : request) as Req);
    // The encoder may reuse its bytes while this call waits.
    const payload = typeof encoded === "string" ? encoded : encoded.slice();
    await this.#client.waitForService(this.name, options);
    const answer = this.#client.callService(this.name, payload, { ...options, encoding: this.#encoding });
    return this.#decode(
      await answer.catch((error) => {
        throw namedTimeout(error, () => `Cannot call service "${this.name}": the server did not answer in time`);
      }),
    );
  }

  #decode({ encoding, payload }: ServiceResult): Res {
    try {
      const decoder = decoderFor(this.#response, encoding);
      if (decoder) return decoder.decode(payload);
      throw new TypeError(`its encoding is "${encoding}", not "${this.#response.encoding}"`);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : kindOf(cause);
      throw new RequestError("callService", `Cannot decode the response of "${this.name}": ${why}`, { cause });
    }
  }
}
