// What can be shown of a message: text of its payload, and the numbers in its value.

const UTF8 = new TextDecoder();
/** Larger payloads are cut: nobody reads them, and the page stays quick. */
const MAX_HEX_BYTES = 512;
const MAX_TEXT_CHARS = 10_000;
/** Of long lists only the first numbers are offered. */
const MAX_NUMBERS = 64;

/**
 * A payload's value, if it is JSON, and its text: pretty JSON, or else the bytes.
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
      // Then it is shown as it is.
    }
  }
  return { value: undefined, text: hexDump(payload) };
}

/**
 * Lines of 16 bytes: offset, hex, and what is ASCII.
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
  if (bytes.length > MAX_HEX_BYTES) lines.push(`… and ${bytes.length - MAX_HEX_BYTES} bytes more`);
  return lines.join("\n");
}

/**
 * The numbers within a value, by their paths, such as `cells[0]` and `temperature.celsius`.
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
