// codecCode(): the declaration of a codec.

import { encodeBase64 } from "../../protocol/base64.ts";
import type { CodecInit } from "./channel_codecs.ts";
import { docComment, joined, quoted } from "./comments.ts";
import { printLiteral } from "./literals.ts";
import { memberLines, type Place, WIDTH } from "./place.ts";
import type { TypeInit } from "./type_init.ts";
import { hasIntersection } from "./type_node.ts";

/** The names that codecs use. */
export interface CodecNames {
  /** The names of types by their keys. A codec has the name of its type. */
  readonly types: ReadonlyMap<string, string>;
  /** The names of descriptors by their base64. */
  readonly descriptors: ReadonlyMap<string, string>;
}

/** The function by which codecs read their descriptors. Functions may be called above their declaration. */
export const DESCRIPTOR_HELPER = `/** Decodes base64. Line breaks and spaces are ignored. */
function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}
`;

const BASE64_COLUMNS = 76;

/** A call that creates a codec. */
interface Call {
  readonly callee: string;
  /** The members of its argument. */
  readonly members: [name: string, print: (place: Place) => string][];
  readonly suffix: string;
}

/** Returns the code that creates and exports a codec. */
export function codecCode(codec: Exclude<CodecInit, { kind: "ready" }>, { types, descriptors }: CodecNames): string {
  const name = types.get(codec.types[0].key)!;
  const doc = docComment([`The codec of ${joined(codec.topics.map(quoted), "and")}.`], "");
  const members: Call["members"] = [];
  const literal = (value: unknown) => (place: Place) => printLiteral(value, place);
  if (codec.kind === "protobuf") {
    members.push(["descriptor", () => descriptors.get(encodeBase64(codec.descriptor))!]);
    members.push(["type", literal(codec.schemaName)]);
  } else {
    if (codec.schemaName !== "") members.push(["name", literal(codec.schemaName)]);
    if (codec.schema) members.push(["schema", literal(codec.schema)]);
  }
  const start = `export const ${name}: Codec<${name}> =`;
  const isCast = codec.types.some((type) => isIntersected(type, types));
  const call: Call = isCast
    ? { callee: `${codec.kind}<unknown>`, members, suffix: ` as Codec<${name}>` }
    : { callee: codec.kind, members, suffix: "" };
  return start.length <= WIDTH
    ? `${doc}${assignment(start, call)}`
    : `${doc}export const ${name}: Codec<\n  ${name}\n${assignment("> =", call)}`;
}

/** Returns the code that declares a descriptor. */
export function descriptorCode(base64: string, { descriptors }: CodecNames): string {
  const lines = base64.match(new RegExp(`.{1,${BASE64_COLUMNS}}`, "g")) ?? [];
  return `const ${descriptors.get(base64)} = bytesOf(\`\n${lines.map((line) => `  ${line}\n`).join("")}\`);\n`;
}

/** The type checker does not see that such a type is the same after `json()` has written and read it. */
function isIntersected(type: TypeInit, names: ReadonlyMap<string, string>): boolean {
  const declaration = type.declare((key) => names.get(key)!);
  return declaration.kind === "type" && hasIntersection(declaration.type);
}

/** Returns the assignment of a call whose argument has these members, in one line if it fits. */
function assignment(start: string, { callee, members, suffix }: Call): string {
  const place: Place = { indent: "", before: -Infinity, after: 0 };
  const flat = members.map(([name, print]) => `${name}: ${print(place)}`).join(", ");
  const call = `${callee}(${flat && `{ ${flat} }`})${suffix};\n`;
  if (start.length + 1 + call.length <= WIDTH + 1) return `${start} ${call}`;
  const isBroken = start.length + callee.length + 3 > WIDTH;
  const indent = isBroken ? "  " : "";
  const open = isBroken ? `${start}\n  ` : `${start} `;
  if (isBroken && indent.length + call.length <= WIDTH + 1) return `${open}${call}`;
  const inner = `${indent}  `;
  const lines = members.map(([name, print]) => {
    const text = print({ indent: inner, before: inner.length + name.length + 2, after: 1 });
    return memberLines(inner, `${name}:`, text, ",");
  });
  return `${open}${callee}({\n${lines.join("")}${indent}})${suffix};\n`;
}
