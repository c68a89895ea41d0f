// Decoder, Encoder and Codec: how values become payloads of messages, and payloads become values.

/** What an encoder may need besides the value. */
export interface EncodeContext {
  /** The log time of the message, in ns. */
  readonly timestamp: bigint;
}

/**
 * Decodes payloads of one message encoding.
 *
 * Plain data and functions: write your own for encodings such as CDR or FlatBuffers.
 */
export interface Decoder<Out> {
  /** The message encoding, such as `json`, `protobuf` or `cdr`. */
  readonly encoding: string;
  /** Decodes the same values from JSON. Absent: JSON values are passed on as `JSON.parse()` returns them. */
  readonly json?: Decoder<Out> | undefined;
  /**
   * Decodes one payload. The value may refer to `bytes`, which the caller does not change afterwards.
   *
   * Throws any error if the payload is not valid.
   */
  decode(bytes: Uint8Array): Out;
}

/**
 * Encodes values of one schema.
 *
 * Plain data and functions: write your own for encodings such as CDR or FlatBuffers.
 */
export interface Encoder<In> {
  /** The message encoding, such as `json`, `protobuf` or `cdr`. */
  readonly encoding: string;
  /** The name of the schema, such as `foxglove.PointCloud`. `""`: the topic without its leading `/`. */
  readonly schemaName: string;
  /** The encoding of the schema. Absent: apps derive it from `encoding`, such as `jsonschema` for `json`. */
  readonly schemaEncoding?: string | undefined;
  /** The schema: text, or bytes for the schema encodings `protobuf` and `flatbuffer`. */
  readonly schema: string | Uint8Array;
  /**
   * Returns the payload of a message: text, or bytes that stay valid until the next call.
   *
   * Must throw a `TypeError` that names the path of the member if the value cannot be encoded.
   */
  encode(value: In, context: EncodeContext): Uint8Array | string;
  /**
   * Finds mistakes that `encode()` ignores, such as members that the schema does not have. Called once for each
   * channel, with the first value. Throws a `TypeError` that names the path of the member.
   */
  check?(value: In): void;
}

/** Both directions: encodes values of type `In`, and decodes payloads to values of type `Out`. */
export interface Codec<Out, In = Out> extends Decoder<Out>, Encoder<In> {}
