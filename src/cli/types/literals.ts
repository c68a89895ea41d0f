// Literals and names of members, as `deno fmt` formats them.

import { INDENT, memberLines, type Place, WIDTH } from "./place.ts";

/** Characters that JSON does not escape, but that change how terminals and editors show the rest of the line. */
export const HIDDEN_CHARACTERS: RegExp = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Returns the literal of a JSON value. */
export function printLiteral(value: unknown, place: Place): string {
  const flat = flatLiteral(value);
  if (typeof value !== "object" || value === null) return flat;
  if (place.before + flat.length + place.after <= WIDTH) return flat;
  const inner = place.indent + INDENT;
  if (Array.isArray(value)) {
    const items = value.map((item) =>
      `${inner}${printLiteral(item, { indent: inner, before: inner.length, after: 1 })},\n`
    );
    return `[\n${items.join("")}${place.indent}]`;
  }
  const members = Object.entries(value).map(([name, member]) => {
    const start = `${literalName(name)}:`;
    const text = printLiteral(member, { indent: inner, before: inner.length + start.length + 1, after: 1 });
    return memberLines(inner, start, text, ",");
  });
  return `{\n${members.join("")}${place.indent}}`;
}

/** Returns the literal of a text, in the quotes that need fewer escapes. */
export function stringLiteral(text: string): string {
  const literal = JSON.stringify(text).replace(
    HIDDEN_CHARACTERS,
    (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const count = (quote: string) => text.split(quote).length;
  if (count('"') <= count("'")) return literal;
  return `'${literal.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** Returns the name of a member of an object type. */
export function memberName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : stringLiteral(name);
}

/** Returns the name of a member of an object literal. There, the plain name `__proto__` sets the prototype. */
export function literalName(name: string): string {
  return name === "__proto__" ? '["__proto__"]' : memberName(name);
}

function flatLiteral(value: unknown): string {
  if (typeof value === "string") return stringLiteral(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(flatLiteral).join(", ")}]`;
  const members = Object.entries(value).map(([name, member]) => `${literalName(name)}: ${flatLiteral(member)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}
