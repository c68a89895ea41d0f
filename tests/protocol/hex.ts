// Bytes as hex, so that tests can be compared with a byte table.

/** Converts hex such as `"01 ff"` to bytes. Ignores spaces. */
export function bytes(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(hex.replaceAll(" ", ""));
}

/** Converts bytes to hex such as `"01ff"`. */
export function hex(bytes: Uint8Array): string {
  return bytes.toHex();
}
