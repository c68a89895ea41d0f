// hexText(): bytes as hexadecimal digits.

/** Returns two digits for each byte. Node has `Uint8Array.prototype.toHex()` only since version 25. */
export function hexText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
