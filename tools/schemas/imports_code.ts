// The imports of a generated module.

import { constantOf, fileOf, isMessage, type Message } from "./schema_data.ts";

/** Imports what the code uses. */
export function imports(message: Message, code: string): string {
  const used = (name: string) => new RegExp(`\\b${name}\\b`).test(code);
  const lines: string[] = [];
  const add = (path: string, names: string[], isType = false) => {
    const needed = names.filter((each) => used(each.replace("type ", "")));
    if (needed.length > 0) lines.push(`import ${isType ? "type " : ""}{ ${needed.join(", ")} } from "${path}";`);
  };
  add("../protocol/bytes.ts", ["ByteSource"], true);
  add("../codecs/protobuf/reader.ts", ["ProtobufReader"], true);
  add("../codecs/protobuf/times.ts", ["readTime"]);
  add("../codecs/protobuf/writer.ts", ["ProtobufWriter"], true);
  add("./support/message_schema.ts", ["createSchema", "type MessageSchema"]);
  add("./support/number_array.ts", ["NumberArray"], true);
  add("./support/read.ts", ["orZeros", "readFixed32s"]);
  add("./support/schema_type.ts", ["SchemaEnum", "SchemaType"], true);
  add("./support/to_json.ts", [
    "jsonBool",
    "jsonBytes",
    "jsonDouble",
    "jsonDoubles",
    "jsonDuration",
    "jsonEnum",
    "jsonFixed32",
    "jsonFixed32s",
    "jsonFixedDoubles",
    "jsonList",
    "jsonString",
    "jsonTimestamp",
  ]);
  add("./support/write.ts", [
    "checkObject",
    "isGiven",
    "listOf",
    "writeBool",
    "writeBytes",
    "writeDouble",
    "writeDoubles",
    "writeDuration",
    "writeEnum",
    "writeFixed32",
    "writeFixed32s",
    "writeFixedDoubles",
    "writeString",
    "writeTimestamp",
  ]);
  const types = new Set(message.fields.filter(isMessage).map(({ type }) => type));
  for (const type of [...types].sort()) {
    add(`./${fileOf(type)}`, [
      constantOf(type),
      `type ${type}`,
      `type ${type}Init`,
      `jsonOf${type}`,
      `read${type}`,
      `write${type}`,
    ]);
  }
  return lines.join("\n");
}
