// Reads a message: the text of its payload, and the numbers in its value.

const UTF8 = new TextDecoder();
/** Larger payloads are cut, to keep the page responsive. */
const MAX_HEX_BYTES = 512;
const MAX_TEXT_CHARS = 10_000;
/** If a value contains more numbers, only the first ones can be plotted. */
const MAX_NUMBERS = 64;

/**
 * Returns the value of a payload if it is JSON, and its text: formatted JSON, or a hex dump.
 *
 * @param {string} encoding
 * @param {Uint8Array} payload
 * @returns {{ value: unknown, text: string }}
 */
export function read(encoding, payload) {
  if (encoding === "json") {
    try {
      const value = JSON.parse(UTF8.decode(payload));
      return { value, text: JSON.stringify(value, undefined, 2).slice(0, MAX_TEXT_CHARS) };
    } catch {
      // Not valid JSON: shows a hex dump instead.
    }
  }
  return { value: undefined, text: hexDump(payload) };
}

/**
 * Returns lines of 16 bytes, each with the offset, the bytes in hex and the ASCII characters.
 *
 * @param {Uint8Array} bytes
 * @returns {string}
 */
export function hexDump(bytes) {
  const lines = [];
  for (let start = 0; start < Math.min(bytes.length, MAX_HEX_BYTES); start += 16) {
    const line = [...bytes.subarray(start, start + 16)];
    const hex = line.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const ascii = line.map((byte) => byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·").join("");
    lines.push(`${start.toString(16).padStart(6, "0")}  ${hex.padEnd(bytes.length > 16 ? 47 : 0)}  ${ascii}`);
  }
  if (bytes.length > MAX_HEX_BYTES) lines.push(`… and ${bytes.length - MAX_HEX_BYTES} more bytes`);
  return lines.join("\n");
}

/**
 * Returns the numbers in a value by their paths, such as `cells[0]` and `temperature.celsius`.
 *
 * @param {unknown} value
 * @param {string} [path]
 * @param {Map<string, number>} [found]
 * @returns {Map<string, number>}
 */
export function numbersIn(value, path = "", found = new Map()) {
  if (found.size >= MAX_NUMBERS) return found;
  if (typeof value === "number") return found.set(path || "value", value);
  if (Array.isArray(value)) value.forEach((item, index) => numbersIn(item, `${path}[${index}]`, found));
  else if (typeof value === "object" && value !== null) {
    for (const [name, item] of Object.entries(value)) numbersIn(item, path ? `${path}.${name}` : name, found);
  }
  return found;
}
