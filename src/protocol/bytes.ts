// Bytes: all types in which callers may pass bytes, and how they are read.

/**
 * Bytes of any type: an `ArrayBuffer`, a `SharedArrayBuffer`, or any view of one, such as a `Uint8Array`, a
 * `Float32Array`, a `DataView` or Node's `Buffer`. A view means the bytes that it covers, in memory order.
 *
 * A detached buffer, whose memory was transferred elsewhere, is rejected like any other value without bytes.
 */
export type ByteSource = ArrayBufferLike | ArrayBufferView;

/** A message, or a part of one, to be encoded. Any {@linkcode ByteSource} may be used where `T` has a `Uint8Array`. */
export type Encodable<T> = T extends string | number | bigint | boolean | undefined | null ? T
  : T extends Uint8Array ? ByteSource
  : T extends readonly (infer Item)[] ? readonly Encodable<Item>[]
  : { readonly [Name in keyof T]: Encodable<T[Name]> };

/** The rule for bytes, as error texts state it after "must be". */
export const BYTES_RULE = "bytes (a buffer or a view of one)";

// The engine's own getters. The members of an object are not reliable: an object can inherit from Uint8Array without
// being one, and can define its own "length".
const TYPED_ARRAY: Uint8Array = Object.getPrototypeOf(Uint8Array.prototype);
const tagOf = getter<unknown>(TYPED_ARRAY, Symbol.toStringTag);
const lengthOf = getter<number>(TYPED_ARRAY, "length");
const bufferLength = getter<number>(ArrayBuffer.prototype, "byteLength");
const TYPED_ARRAY_GETTERS = viewGetters(TYPED_ARRAY);
const DATA_VIEW_GETTERS = viewGetters(DataView.prototype);

/** Whether `value` is a `Uint8Array`. Also true for arrays of another realm, for which `instanceof` is false. */
export function isUint8Array(value: unknown): value is Uint8Array {
  return tagOf.call(value) === "Uint8Array";
}

/**
 * Whether `value` is a `Uint8Array` that can be used without {@linkcode bytesOf}: it is not empty, as a detached one
 * would be, and its `byteLength` is the real length. Intended for hot paths.
 */
export function isSafeUint8Array(value: unknown): value is Uint8Array {
  // Keep this order, because V8 inlines the getter only if it has already seen the array's shape.
  return isUint8Array(value) && value.byteLength > 0 && value.byteLength === lengthOf.call(value);
}

/**
 * Returns the bytes of `value` without copying them, or `undefined` if it has none.
 *
 * The length of the result is fixed, even if the buffer grows later, for example because another thread grows shared
 * memory.
 */
export function bytesOf(value: unknown): Uint8Array | undefined {
  try {
    if (ArrayBuffer.isView(value)) return bytesOfView(value);
    const buffer = value as ArrayBufferLike;
    // The DataView constructor accepts only buffers, of any realm and kind. The first branch is faster, and sockets
    // deliver such buffers.
    const length = value instanceof ArrayBuffer
      ? bufferLength.call(buffer)
      : DATA_VIEW_GETTERS.byteLength.call(new DataView(buffer));
    // Without an explicit length, the array would grow with the buffer.
    return new Uint8Array(buffer, 0, length);
  } catch {
    return undefined;
  }
}

/**
 * Copies the first `length` bytes of `source` to `target`.
 *
 * `source` may have more bytes by now, if another thread has grown its shared memory. Then some of the additional bytes
 * may be copied too.
 *
 * @throws {TypeError} When the memory of `source` is detached.
 */
export function copyBytes(source: Uint8Array, length: number, target: Uint8Array, start: number): void {
  try {
    target.set(source, start);
  } catch {
    target.set(new Uint8Array(source.buffer, source.byteOffset, length), start);
  }
}

/** Whether two arrays have the same bytes. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) {
    if (a[index] !== b[index]) return false;
  }
  return true;
}

/** Names the type of a rejected value, such as "a Promise", "undefined" or "NaN", without its content. Never throws. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null || Number.isNaN(value)) return String(value);
  const name = nameOfKind(value);
  const isBuffer = ArrayBuffer.isView(value) || /^(Shared)?ArrayBuffer$/.test(name);
  const isDetached = isBuffer && bytesOf(value) === undefined;
  const kind = isDetached ? `detached ${name}` : name;
  return `${/^[aeiou]/i.test(kind) ? "an" : "a"} ${kind}`;
}

/** Throws if the buffer of the view is detached. */
function bytesOfView(view: ArrayBufferView): Uint8Array {
  const isDataView = tagOf.call(view) === undefined;
  const { buffer, byteOffset, byteLength } = isDataView ? DATA_VIEW_GETTERS : TYPED_ARRAY_GETTERS;
  const length = byteLength.call(view);
  // A detached DataView has already thrown above, but a detached typed array only reports length 0. keys() throws for
  // it.
  if (length === 0 && !isDataView) TYPED_ARRAY.keys.call(view as Uint8Array);
  return new Uint8Array(buffer.call(view), byteOffset.call(view), length);
}

function nameOfKind(value: unknown): string {
  if (typeof value !== "object") return typeof value;
  try {
    return Object.prototype.toString.call(value).slice("[object ".length, -1);
  } catch {
    return "Object";
  }
}

/** The getters for the buffer of a view and for the part of it that the view covers. */
function viewGetters(prototype: object) {
  return {
    buffer: getter<ArrayBufferLike>(prototype, "buffer"),
    byteOffset: getter<number>(prototype, "byteOffset"),
    byteLength: getter<number>(prototype, "byteLength"),
  };
}

function getter<T>(prototype: object, name: PropertyKey): (this: unknown) => T {
  return Object.getOwnPropertyDescriptor(prototype, name)?.get as (this: unknown) => T;
}
