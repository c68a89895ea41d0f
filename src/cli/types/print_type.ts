// printType(): the text of a type, as `deno fmt` formats it.

import { docComment } from "./comments.ts";
import { memberName } from "./literals.ts";
import { INDENT, memberLines, type Place, WIDTH } from "./place.ts";
import type { Member, ObjectNode, TypeNode } from "./type_node.ts";

/** Returns the text of a type. */
export function printType(type: TypeNode, place: Place): string {
  const flat = flatType(type);
  if (flat !== undefined && place.before + flat.length + place.after <= WIDTH) return flat;
  const { indent } = place;
  const inner = indent + INDENT;
  switch (type.kind) {
    case "text":
      return type.text;
    case "array": {
      const { item } = type;
      if (!isJoined(item)) return `${printType(item, { ...place, after: place.after + 2 })}[]`;
      return `(${printParts(item, inner)}\n${indent})[]`;
    }
    case "tuple": {
      const lines = type.items.map(({ type, isOptional }) => {
        const after = isOptional ? 2 : 1;
        const text = printType(type, { indent: inner, before: inner.length, after });
        if (isOptional) return `${inner}${optionalItem(text, type, inner)},\n`;
        // A broken union begins in the line of the item.
        return `${inner}${isJoined(type) && text.startsWith("\n") ? printParts(type, inner).trimStart() : text},\n`;
      });
      if (type.rest) {
        const rest: TypeNode = { kind: "array", item: type.rest };
        lines.push(`${inner}...${printType(rest, { indent: inner, before: inner.length + 3, after: 1 })},\n`);
      }
      return `[\n${lines.join("")}${indent}]`;
    }
    case "union":
    case "intersection":
      return printParts(type, inner);
    case "object":
      return printObject(type, indent);
  }
}

/** Returns an object in braces, with a member in each line. */
export function printObject({ members, index }: ObjectNode, indent: string): string {
  const inner = indent + INDENT;
  const lines = members.map((member) => docComment(member.doc, inner) + printMember(member, inner));
  if (index) {
    const start = "[name: string]:";
    const text = printType(index, { indent: inner, before: inner.length + start.length + 1, after: 1 });
    lines.push(memberLines(inner, start, text, ";"));
  }
  return lines.length === 0 ? "{}" : `{\n${lines.join("")}${indent}}`;
}

function printMember({ name, type, isOptional }: Member, indent: string): string {
  const start = `${memberName(name)}${isOptional ? "?" : ""}:`;
  const value = printType(type, { indent, before: indent.length + start.length + 1, after: 1 });
  return memberLines(indent, start, value, ";");
}

/** Returns the parts of a union or an intersection, each in a line of its own. */
function printParts({ kind, parts }: Extract<TypeNode, { kind: "union" | "intersection" }>, indent: string): string {
  const sign = kind === "union" ? "|" : "&";
  const lines = parts.map((part) => {
    const inBraces = isJoined(part);
    const text = printType(part, { indent, before: indent.length + 2 + (inBraces ? 1 : 0), after: 1 });
    return `\n${indent}${sign} ${inBraces ? `(${text}${text.startsWith("\n") ? `\n${indent}` : ""})` : text}`;
  });
  return lines.join("");
}

/** Returns a type in one line, or `undefined` if a member has a doc comment. */
function flatType(type: TypeNode): string | undefined {
  switch (type.kind) {
    case "text":
      return type.text;
    case "array": {
      const item = flatType(type.item);
      return item && (isJoined(type.item) ? `(${item})[]` : `${item}[]`);
    }
    case "tuple": {
      const items = type.items.map(({ type, isOptional }) => {
        const text = flatType(type);
        return text && (isOptional ? optionalItem(text, type) : text);
      });
      const rest = type.rest && flatType({ kind: "array", item: type.rest });
      if (items.includes(undefined) || (type.rest && !rest)) return undefined;
      return `[${[...items, ...(rest ? [`...${rest}`] : [])].join(", ")}]`;
    }
    case "union":
    case "intersection": {
      const parts = type.parts.map((part) => {
        const text = flatType(part);
        return text && (isJoined(part) ? `(${text})` : text);
      });
      return parts.includes(undefined) ? undefined : parts.join(type.kind === "union" ? " | " : " & ");
    }
    case "object":
      return flatObject(type);
  }
}

function flatObject({ members, index }: ObjectNode): string | undefined {
  const parts = members.map(({ name, type, isOptional, doc }) => {
    const text = doc.length > 0 ? undefined : flatType(type);
    return text && `${memberName(name)}${isOptional ? "?" : ""}: ${text}`;
  });
  if (index) {
    const text = flatType(index);
    parts.push(text && `[name: string]: ${text}`);
  }
  if (parts.includes(undefined)) return undefined;
  return parts.length === 0 ? "{}" : `{ ${parts.join("; ")} }`;
}

function optionalItem(text: string, type: TypeNode, indent = ""): string {
  if (!isJoined(type)) return `${text}?`;
  return text.startsWith("\n") ? `(${text}\n${indent})?` : `(${text})?`;
}

function isJoined(type: TypeNode): type is Extract<TypeNode, { kind: "union" | "intersection" }> {
  return type.kind === "union" || type.kind === "intersection";
}
