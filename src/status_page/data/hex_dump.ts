// hexDump(): bytes as text.

/** More bytes are left out, to keep the page responsive. */
const MAX_BYTES = 512;

/** Returns lines of 16 bytes, each with the offset, the bytes in hex and the ASCII characters. */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let start = 0; start < Math.min(bytes.length, MAX_BYTES); start += 16) {
    const line = [...bytes.subarray(start, start + 16)];
    const hex = line.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const ascii = line.map((byte) => byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·").join("");
    lines.push(`${start.toString(16).padStart(4, "0")}  ${hex.padEnd(bytes.length > 16 ? 47 : 0)}  ${ascii}`);
  }
  if (bytes.length > MAX_BYTES) lines.push(`… and ${bytes.length - MAX_BYTES} more bytes`);
  return lines.join("\n");
}
