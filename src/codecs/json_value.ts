// JsonValueOf: the type of a value after it was written as JSON and read again.

/**
 * The type of the values that `json()` reads, if values of type `T` are written: bytes become base64 text, other typed
 * arrays become arrays of numbers, and dates become text.
 */
export type JsonValueOf<T> = 0 extends 1 & T ? T
  : T extends Uint8Array | ArrayBuffer | SharedArrayBuffer | DataView | Date ? string
  : T extends ArrayBufferView ? number[]
  : T extends readonly unknown[] ? { [Index in keyof T]: JsonValueOf<T[Index]> }
  : T extends (...args: never[]) => unknown ? T
  : T extends object ? { [Name in keyof T]: JsonValueOf<T[Name]> }
  : T;
