// Code of the functions that write and read the fields of one message.

import {
  type Field,
  isAllocated,
  isLogTime,
  isMessage,
  isTime,
  type Message,
  MESSAGES,
  usesTime,
} from "./schema_data.ts";
import { formsOf, outType } from "./type_forms.ts";

/** Returns the statement that writes a field. */
export function writeCode(field: Field): string {
  const { name, number, array, optional, fixedLength, type } = field;
  const { suffix, wireType, zero } = formsOf(field);
  const member = `value.${name}`;
  const tag = number << 3 | (array ? 2 : wireType);
  if (isMessage(field)) {
    const write = (item: string) => {
      const time = usesTime(type) ? ", time" : "";
      return `const start = writer.taggedBegin(${tag}); write${type}(writer, ${item}${time}); writer.end(start);`;
    };
    if (array) return `for (const item of listOf(${member})) { ${write("item")} }`;
    if (optional) return `if (isGiven(${member})) { ${write(member)} }`;
    return `{ ${write(`${member} ?? {}`)} }`;
  }
  if (array) {
    const length = fixedLength ? `, ${fixedLength}` : "";
    const write = `write${fixedLength ? "Fixed" : ""}${suffix}s(writer, ${tag}, ${member}${length});`;
    return optional ? `if (isGiven(${member})) ${write}` : write;
  }
  if (optional) {
    // Zero is written too, because the presence of the field counts.
    const write = suffix === "Double" ? "writer.taggedDouble(" : `write${suffix}(writer, `;
    return `if (isGiven(${member})) ${write}${tag}, ${member});`;
  }
  const given = type === "bytes" ? member : `${member} ?? ${defaultCode(field, zero)}`;
  return `write${suffix}(writer, ${tag}, ${given});`;
}

/** Returns the body of the function that reads a message. */
export function readCode({ name, fields }: Message): string {
  const isLocalOptional = (field: Field) => field.optional || !field.array && isAllocated(field);
  const locals = fields.map((field) => {
    const { name, array } = field;
    if (isLocalOptional(field)) return `let ${name}: ${outType(field)} | undefined;`;
    const { zero } = formsOf(field);
    return array || field.kind === "enum"
      ? `let ${name}: ${outType(field)} = ${array ? "[]" : zero};`
      : `let ${name} = ${zero};`;
  });
  const cases = fields.map(readCase);
  const required = fields.filter(({ optional }) => !optional).map((field) => {
    const { name, array, fixedLength } = field;
    if (fixedLength) return `${name}: orZeros(${name}, ${fixedLength})`;
    if (!array && isAllocated(field)) return `${name}: ${name} ?? ${defaultLiteral(field)}`;
    return name;
  });
  const optional = fields.filter(({ optional }) => optional).map(({ name }) => name);
  const result = `{ ${required.join(", ")} }`;
  const end = optional.length === 0 ? `return ${result};` : `const message: ${name} = ${result};
${optional.map((each) => `if (${each} !== undefined) message.${each} = ${each};`).join("\n")}
return message;`;
  return `${locals.join("\n")}
if (previous !== undefined) ({ ${fields.map((field) => field.name).join(", ")} } = previous);
while (reader.hasMore) {
  const tag = reader.tag();
  switch (tag) {
    ${cases.join("\n")}
    default: reader.skip(tag);
  }
}
${end}`;
}

/** Returns the case of a field in the `switch` of its tags. */
function readCase(field: Field): string {
  const { name, number, array, optional, type, kind } = field;
  const { wireType, reader, suffix } = formsOf(field);
  const tag = number << 3 | wireType;
  const list = optional ? `(${name} ??= [])` : name;
  if (isMessage(field)) {
    const read = array ? `${list}.push(read${type}(reader));` : `${name} = read${type}(reader, ${name});`;
    return `case ${tag}: { const end = reader.enter(); ${read} reader.leave(end); break; }`;
  }
  if (array) {
    const packed = number << 3 | 2;
    const readPacked = suffix === "Double" ? `reader.packedDoubles(${list});` : `readFixed32s(reader, ${list});`;
    return `case ${packed}: ${readPacked} break; case ${tag}: ${list}.push(reader.${reader}()); break;`;
  }
  if (isTime(field)) return `case ${tag}: ${name} = readTime(reader, ${name}); break;`;
  return `case ${tag}: ${name} = reader.${reader}()${kind === "enum" ? ` as ${type}` : ""}; break;`;
}

/** Returns the member of the object that is written as JSON. */
export function jsonCode(field: Field): string {
  const { name, array, optional, fixedLength, type } = field;
  const { suffix, zero } = formsOf(field);
  const member = `value.${name}`;
  const whenPresent = (code: string) => optional ? `isGiven(${member}) ? ${code} : undefined` : code;
  if (isMessage(field)) {
    const time = usesTime(type) ? ", time" : "";
    if (array) return `${name}: ${whenPresent(`jsonList(${member}, jsonOf${type}, ${time ? "time" : "0n"})`)},`;
    return `${name}: ${whenPresent(`jsonOf${type}(${member}${optional ? "" : " ?? {}"}${time})`)},`;
  }
  if (array) {
    const length = fixedLength ? `, ${fixedLength}` : "";
    return `${name}: ${whenPresent(`json${fixedLength ? "Fixed" : ""}${suffix}s(${member}${length})`)},`;
  }
  const given = optional || type === "bytes" ? member : `${member} ?? ${defaultCode(field, zero)}`;
  return `${name}: ${whenPresent(`json${suffix}(${given})`)},`;
}

/** Returns the value that is written for an absent scalar. */
function defaultCode(field: Field, zero: string): string {
  if (isLogTime(field)) return "time";
  return field.default === undefined ? zero : String(field.default);
}

/** Returns the value of an absent field that is read. */
function defaultLiteral(field: Field): string {
  const { type, array, fixedLength, default: value } = field;
  if (fixedLength) return `orZeros([], ${fixedLength})`;
  if (array) return "[]";
  if (!isMessage(field)) return value === undefined ? formsOf(field).zero : String(value);
  const { fields } = MESSAGES.get(type) as Message;
  return `{ ${
    fields.filter(({ optional }) => !optional).map((each) => `${each.name}: ${defaultLiteral(each)}`).join(", ")
  } }`;
}
