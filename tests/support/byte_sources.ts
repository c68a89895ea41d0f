// Byte sources: the same bytes in every type that callers may pass, and values that are not byte sources.

import { Buffer } from "node:buffer";
import { runInNewContext } from "node:vm";
import type { ByteSource } from "../../src/protocol/bytes.ts";

/** The bytes of each of {@linkcode byteSources}: 24 bytes, valid UTF-8. */
export const SAME_BYTES: Uint8Array<ArrayBuffer> = new TextEncoder().encode('{"a":"0123456789abcdef"}');

/** Returns the same bytes in many types, as new objects. Most views are in the middle of their buffer. */
export function byteSources(): Readonly<Record<string, ByteSource>> {
  const { length } = SAME_BYTES;
  const OFFSET = 16;
  /** Fills the memory around the bytes with values that no result may contain. */
  const fill = <Memory extends ArrayBufferLike>(memory: Memory, offset: number): Memory => {
    new Uint8Array(memory).fill(0xee).set(SAME_BYTES, offset);
    return memory;
  };
  const around = () => fill(new ArrayBuffer(OFFSET + length + OFFSET), OFFSET);
  const exact = () => fill(new ArrayBuffer(length), 0);
  const shared = () => fill(new SharedArrayBuffer(length), 0);
  const growable = () => fill(new SharedArrayBuffer(length, { maxByteLength: 2 * length }), 0);
  const resizable = () => fill(new ArrayBuffer(length, { maxByteLength: 2 * length }), 0);
  const inAnotherRealm = (code: string) => runInNewContext(code, { bytes: [...SAME_BYTES] });
  return {
    "a Uint8Array": new Uint8Array(around(), OFFSET, length),
    "a Uint8ClampedArray": new Uint8ClampedArray(around(), OFFSET, length),
    "an Int8Array": new Int8Array(around(), OFFSET, length),
    "a Uint16Array": new Uint16Array(around(), OFFSET, length / 2),
    "an Int32Array": new Int32Array(around(), OFFSET, length / 4),
    "a Float32Array": new Float32Array(around(), OFFSET, length / 4),
    "a Float64Array": new Float64Array(around(), OFFSET, length / 8),
    "a BigUint64Array": new BigUint64Array(around(), OFFSET, length / 8),
    "a DataView": new DataView(around(), OFFSET, length),
    "a Buffer of Node": Buffer.from(around(), OFFSET, length),
    "a Uint8Array of a class of its own": new (class extends Uint8Array {})(around(), OFFSET, length),
    "a Uint8Array with a false length": Object.defineProperties(new Uint8Array(exact()), {
      length: { value: 4 },
      byteLength: { value: 4 },
    }),
    "a Uint8Array that inherits from nothing": Object.setPrototypeOf(new Uint8Array(exact()), null),
    "a Float64Array that inherits from Uint8Array": Object.setPrototypeOf(
      new Float64Array(exact()),
      Uint8Array.prototype,
    ),
    "an ArrayBuffer": exact(),
    "a SharedArrayBuffer": shared(),
    "a view of a SharedArrayBuffer": new Float32Array(shared()),
    "a Uint8Array over a SharedArrayBuffer": new Uint8Array(shared()),
    "a growable SharedArrayBuffer": growable(),
    "a view that follows a growable SharedArrayBuffer": new Uint8Array(growable()),
    "a resizable ArrayBuffer": resizable(),
    "a view that follows a resizable ArrayBuffer": new Uint8Array(resizable()),
    "a DataView that follows a resizable ArrayBuffer": new DataView(resizable()),
    "the memory of a WebAssembly module": new DataView(
      fill(new WebAssembly.Memory({ initial: 1 }).buffer, OFFSET),
      OFFSET,
      length,
    ),
    "a Uint8Array of another realm": inAnotherRealm("new Uint8Array(bytes)"),
    "an Int16Array of another realm": inAnotherRealm("new Int16Array(new Uint8Array(bytes).buffer)"),
    "a DataView of another realm": inAnotherRealm("new DataView(new Uint8Array(bytes).buffer)"),
    "an ArrayBuffer of another realm": inAnotherRealm("new Uint8Array(bytes).buffer"),
    "a SharedArrayBuffer of another realm": inAnotherRealm(
      "const memory = new SharedArrayBuffer(bytes.length); new Uint8Array(memory).set(bytes); memory",
    ),
  };
}

/** Returns values that are not byte sources, and the name of each in error texts. */
export function notBytes(): readonly [value: unknown, name: string][] {
  const detached = () => {
    const bytes = SAME_BYTES.slice();
    structuredClone(bytes, { transfer: [bytes.buffer] });
    return bytes;
  };
  const resizable = new ArrayBuffer(16, { maxByteLength: 16 });
  const [outOfBounds, viewOutOfBounds] = [new Uint8Array(resizable, 8, 8), new DataView(resizable, 8, 8)];
  resizable.resize(4);
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  return [
    [null, "null"],
    [5, "a number"],
    [5n, "a bigint"],
    [true, "a boolean"],
    [Symbol("text"), "a symbol"],
    [() => SAME_BYTES, "a function"],
    [{}, "an Object"],
    [{ byteLength: 16, length: 16 }, "an Object"],
    [Object.create(null), "an Object"],
    [[1, 2, 3], "an Array"],
    [new Blob(["x"]), "a Blob"],
    [Promise.resolve(SAME_BYTES), "a Promise"],
    [new String("text"), "a String"],
    [Object.create(Uint8Array.prototype, { length: { value: 16 }, byteLength: { value: 16 } }), "an Object"],
    [new Proxy(SAME_BYTES.slice(), {}), "an Object"],
    [new Proxy(SAME_BYTES.slice().buffer, {}), "a detached ArrayBuffer"],
    [revoked.proxy, "an Object"],
    [detached(), "a detached Uint8Array"],
    [detached().buffer, "a detached ArrayBuffer"],
    [outOfBounds, "a detached Uint8Array"],
    [viewOutOfBounds, "a detached DataView"],
  ];
}
