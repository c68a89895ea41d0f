// Bytes: every form in which callers may pass bytes, and how they are read.

/**
 * Bytes in any form: an `ArrayBuffer`, a `SharedArrayBuffer`, or any view of one, such as a `Uint8Array`, a `Float32Array`, a `DataView`
 * or Node's `Buffer`. A view stands for the bytes that it covers, in the order in which they are in memory.
 *
 * A detached buffer, whose memory was transferred to somewhere else, is refused like any other value that has no bytes.
 */
export type ByteSource = ArrayBufferLike | ArrayBufferView;

/** A message, or a part of one, that is to be encoded: wherever its type has a `Uint8Array`, it may have any {@linkcode ByteSource}. */
export type Encodable<T> = T extends string | number | bigint | boolean | undefined | null ? T
  : T extends Uint8Array ? ByteSource
  : T extends readonly (infer Item)[] ? readonly Encodable<Item>[]
  : { readonly [Name in keyof T]: Encodable<T[Name]> };

/** Completes "must be". */
export const BYTES_RULE = "bytes (a buffer or a view of one)";

// The engine's own getters. A member of the object may say anything: it can inherit from Uint8Array without being one, and can have a
// "length" of its own.
const TYPED_ARRAY: Uint8Array = Object.getPrototypeOf(Uint8Array.prototype);
const tagOf = getter<unknown>(TYPED_ARRAY, Symbol.toStringTag);
const lengthOf = getter<number>(TYPED_ARRAY, "length");
const bufferLength = getter<number>(ArrayBuffer.prototype, "byteLength");
const TYPED_ARRAY_EXTENT = extent(TYPED_ARRAY);
const DATA_VIEW_EXTENT = extent(DataView.prototype);

/** Whether `value` is a `Uint8Array`, also one of another realm, which `instanceof` does not know. */
export function isUint8Array(value: unknown): value is Uint8Array {
  return tagOf.call(value) === "Uint8Array";
}

/**
 * Whether `value` is a `Uint8Array` that can be used as it is, without {@linkcode bytesOf}: it is not empty, as a detached one would be,
 * and its length is true. Meant for hot paths.
 */
export function isTrueUint8Array(value: unknown): value is Uint8Array {
  // In this order, because V8 inlines the getter only where it has seen the array's shape before.
  return isUint8Array(value) && value.byteLength > 0 && value.byteLength === lengthOf.call(value);
}

/**
 * The bytes of `value`, not copied; `undefined` if it has none.
 *
 * They have the length of now, even if another thread makes the shared memory longer.
 */
export function bytesOf(value: unknown): Uint8Array | undefined {
  try {
    if (ArrayBuffer.isView(value)) return bytesOfView(value);
    const buffer = value as ArrayBufferLike;
    // Only a buffer can be given to a DataView, whichever realm or kind it is of. The other way is quicker for what sockets bring.
    const length = value instanceof ArrayBuffer
      ? bufferLength.call(buffer)
      : DATA_VIEW_EXTENT.byteLength.call(new DataView(buffer));
    // Without its length, the array would grow with the buffer.
    return new Uint8Array(buffer, 0, length);
  } catch {
    return undefined;
  }
}

/**
 * Copies the first `length` bytes of `source` to `target`.
 *
 * If `source` has more bytes than that by now, because another thread has made its shared memory longer, some of them may be copied too.
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

/** Names the kind of a value that was refused, such as "a Promise", "undefined" or "NaN", without its content. Never throws. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null || Number.isNaN(value)) return String(value);
  const name = nameOfKind(value);
  const isDetached = ArrayBuffer.isView(value) || /^(Shared)?ArrayBuffer$/.test(name);
  const kind = isDetached ? `detached ${name}` : name;
  return `${/^[aeiou]/i.test(kind) ? "an" : "a"} ${kind}`;
}

/** Throws if the memory is not there any more. */
function bytesOfView(view: ArrayBufferView): Uint8Array {
  const isDataView = tagOf.call(view) === undefined;
  const { buffer, byteOffset, byteLength } = isDataView ? DATA_VIEW_EXTENT : TYPED_ARRAY_EXTENT;
  const length = byteLength.call(view);
  // A DataView has thrown by now, but a typed array says that it is empty.
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

/** The getters that say which part of which buffer a view covers. */
function extent(prototype: object) {
  return {
    buffer: getter<ArrayBufferLike>(prototype, "buffer"),
    byteOffset: getter<number>(prototype, "byteOffset"),
    byteLength: getter<number>(prototype, "byteLength"),
  };
}

function getter<T>(prototype: object, name: PropertyKey): (this: unknown) => T {
  return Object.getOwnPropertyDescriptor(prototype, name)?.get as (this: unknown) => T;
}
