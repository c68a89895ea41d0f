// Escaping: names, such as topics, as tokens of subjects.
//
// ASCII letters, digits, "-", "_" and "/" stay. Every other byte of the UTF-8 text is "=" and two hexadecimal digits.
// The empty name is a single "=". So a token is never empty, belongs to exactly one name, and contains neither "." nor
// wildcards.

const encoder = new TextEncoder();

/** The maximum length of a token. The server limits a line with a subject to 4096 bytes. */
const MAX_TOKEN = 1000;

/** Returns the token of a name, or `undefined` if it would be longer than 1000 characters. */
export function escapeName(name: string): string | undefined {
  if (name === "") return "=";
  // Half a surrogate pair would become another character.
  if (name.length > MAX_TOKEN || !name.isWellFormed()) return undefined;
  if (/^[\w/-]*$/.test(name)) return name;
  let token = "";
  for (const byte of encoder.encode(name)) {
    const char = String.fromCharCode(byte);
    token += /[\w/-]/.test(char) ? char : `=${byte.toString(16).padStart(2, "0")}`;
  }
  return token.length > MAX_TOKEN ? undefined : token;
}
