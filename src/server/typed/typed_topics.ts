// TypedTopics: handlers for the values that clients publish.

import type { Decoder } from "../../codecs/codec.ts";
import { decoderFor } from "../../codecs/decoder_for.ts";
import { otherSchema } from "../../codecs/other_schema.ts";
import { textOf } from "../../error_text.ts";
import type { PublishContext } from "../listener.ts";
import { checkDecoder } from "../../codecs/codec_checks.ts";
import { isJsonObject } from "./json_object.ts";
import type { HookOwners, TopicReceiver } from "./hook_owners.ts";

/** Handles a value that a client published. The result is ignored, except for a promise that rejects. */
export type PublishHandler<T> = (value: T, context: PublishContext) => unknown;

/** A handler of a topic: made by `FoxgloveServer.onPublish()`. */
export interface PublishHandle extends Disposable {
  /** The topic. */
  readonly topic: string;
  /** Removes the handler. Later messages on the topic go to the listener. */
  close(): void;
  /** Removes the handler: see {@linkcode PublishHandle.close}. */
  [Symbol.dispose](): void;
}

/** Adds handlers of topics. */
export class TypedTopics {
  readonly #owners: HookOwners;

  constructor(owners: HookOwners) {
    this.#owners = owners;
  }

  /**
   * Adds the handler of a topic.
   *
   * @throws {TypeError} When the topic has a handler, or an argument has the wrong type.
   */
  add<T>(topic: string, codec: Decoder<T>, handler: PublishHandler<T>): PublishHandle {
    const { topics } = this.#owners;
    const cannot = `Cannot handle messages on "${topic}"`;
    if (typeof topic !== "string") throw new TypeError(`${cannot}: the topic is not text`);
    if (typeof handler !== "function") throw new TypeError(`${cannot}: the handler is not a function`);
    checkDecoder(cannot, codec);
    if (topics.has(topic)) throw new TypeError(`${cannot}: the topic has a handler`);
    const receiver: TopicReceiver = {
      receive(payload, context, refuse) {
        const { encoding, schemaName } = context.channel;
        const decoder = decoderFor(codec, encoding);
        if (!decoder) return refuse(`encoding "${encoding}" is not supported`);
        if (encoding !== "json" && otherSchema(codec, schemaName) !== undefined) {
          return refuse(`schema "${schemaName}" is not supported`);
        }
        let value: T;
        try {
          value = decoder.decode(payload);
        } catch (error) {
          return refuse(`cannot decode: ${textOf(error)}`);
        }
        if (codec.encoding === "json" && !isJsonObject(value)) return refuse("not a JSON object");
        return handler(value, context);
      },
    };
    topics.set(topic, receiver);
    const close = () => {
      if (topics.get(topic) === receiver) topics.delete(topic);
    };
    return { topic, close, [Symbol.dispose]: close };
  }
}
