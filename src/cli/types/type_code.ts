// typeCode(): the declaration of a type.

import { docComment } from "./comments.ts";
import { literalName } from "./literals.ts";
import { WIDTH } from "./place.ts";
import { printObject, printType } from "./print_type.ts";
import type { TypeInit } from "./type_init.ts";

/** Returns the code that declares and exports a type. */
export function typeCode({ key, doc, declare }: TypeInit, names: ReadonlyMap<string, string>): string {
  const name = names.get(key)!;
  const declaration = declare((each) => names.get(each)!);
  if (declaration.kind === "enum") return enumCode(name, doc, declaration.numbers);
  const { type, doc: more = [] } = declaration;
  const comment = docComment([...doc, ...more], "");
  if (type.kind === "object") return `${comment}export interface ${name} ${printObject(type, "")}\n`;
  const start = `export type ${name} =`;
  const text = printType(type, { indent: "", before: start.length + 1, after: 1 });
  return `${comment}${start}${text.startsWith("\n") ? "" : " "}${text};\n`;
}

/** Enums are objects, because tools that only remove types cannot compile `enum`. */
function enumCode(name: string, doc: readonly string[], numbers: ReadonlyMap<string, number>): string {
  const members = [...numbers].map(([member, number]) => `  ${literalName(member)}: ${number},\n`);
  const [start, type] = [`export type ${name} =`, `(typeof ${name})[keyof typeof ${name}];`];
  const isFlat = start.length + 1 + type.length <= WIDTH;
  return `${docComment(doc, "")}export const ${name} = {
${members.join("")}} as const;

${docComment([`A value of \`${name}\`.`], "")}${start}${isFlat ? " " : "\n  "}${type}
`;
}
