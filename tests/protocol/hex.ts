// Bytes as hex, for tests to be read beside a byte table.

/** `bytes("01 ff")`; spaces are free. */
export function bytes(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(hex.replaceAll(" ", ""));
}

/** `"01ff"`. */
export function hex(bytes: Uint8Array): string {
  return bytes.toHex();
}
