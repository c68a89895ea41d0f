// generateTopics(): the types and codecs for schemas of many forms.

import { assertEquals } from "@std/assert/equals";
import { assertStringIncludes } from "@std/assert/string-includes";
import { type GenerateOptions, generateTopics, isGenerated } from "../../src/cli/types/generate.ts";
import type { Channel } from "../../src/client/mod.ts";
import { makeDescriptor } from "../codecs/protobuf/make_descriptor.ts";
import { DESCRIPTOR } from "../codecs/protobuf/fixtures/descriptor.ts";
import { createModuleFolder, runDeno } from "./generated_modules.ts";

const OPTIONS: GenerateOptions = {
  serverName: "robot",
  importBase: "@x/foxglove-ws",
  assumesRequired: false,
  readyCodecs: new Map([["foxglove.Log", "Log"], ["foxglove.Pose", "Pose"]]),
};

function jsonChannel(topic: string, schemaName: string, schema: unknown): Channel {
  const text = typeof schema === "string" ? schema : JSON.stringify(schema);
  return { id: 1, topic, encoding: "json", schemaName, schemaEncoding: "jsonschema", schema: text } as Channel;
}

function protobufChannel(topic: string, schemaName: string, schema: Uint8Array = DESCRIPTOR): Channel {
  return { id: 1, topic, encoding: "protobuf", schemaName, schemaEncoding: "protobuf", schema } as Channel;
}

/** All generated modules. The last test checks their types and their format in one run of each tool. */
const modules: string[] = [];

function generate(channels: readonly Channel[], options: Partial<GenerateOptions> = {}): string {
  const { text } = generateTopics(channels, { ...OPTIONS, ...options });
  modules.push(text);
  return text;
}

/** Returns the declarations of the types, without the codec. */
function typesOf(text: string): string {
  const body = text.slice(text.indexOf("\n\n", text.indexOf("import {")) + 2);
  return body.slice(0, body.search(/\n(\/\*\* The codec of `|const \w+ = bytesOf)/)).trimEnd();
}

const OBJECT = { type: "object", properties: { x: { type: "number" } }, required: ["x"] };
const LONG_NAMES = Array.from({ length: 8 }, (_each, index) => `a_rather_long_name_${index}`);

const JSON_SCHEMAS: readonly (readonly [name: string, schema: unknown, types: string])[] = [
  [
    "members that are required and optional",
    { ...OBJECT, properties: { x: { type: "number" }, y: {} } },
    `\
export interface M {
  x: number;
  y?: unknown;
}`,
  ],
  [
    "a required member without a schema",
    { type: "object", required: ["a"] },
    `\
export interface M {
  a: unknown;
}`,
  ],
  [
    "scalars",
    {
      properties: { n: { type: "integer" }, s: { type: "string" }, b: { type: "boolean" }, z: { type: "null" } },
    },
    `\
export interface M {
  n?: number;
  s?: string;
  b?: boolean;
  z?: null;
}`,
  ],
  [
    "several types",
    { properties: { a: { type: ["string", "null"] }, b: { type: "number", nullable: true } } },
    `\
export interface M {
  a?: string | null;
  b?: number | null;
}`,
  ],
  [
    "enum and const",
    { properties: { mode: { enum: ["auto", 2, null] }, kind: { const: "a" }, o: { const: { a: [1] } } } },
    `\
export interface M {
  mode?: "auto" | 2 | null;
  kind?: "a";
  o?: { a: [1] };
}`,
  ],
  [
    "a long enum",
    { properties: { mode: { enum: LONG_NAMES } } },
    `\
export interface M {
  mode?:
${LONG_NAMES.map((name) => `    | "${name}"`).join("\n")};
}`,
  ],
  [
    "arrays",
    { properties: { a: { items: OBJECT }, b: { type: "array" }, c: { items: { type: ["number", "null"] } } } },
    `\
export interface M {
  a?: { x: number }[];
  b?: unknown[];
  c?: (number | null)[];
}`,
  ],
  [
    "tuples",
    {
      properties: {
        a: { type: "array", prefixItems: [{ type: "number" }, { type: "string" }] },
        b: { type: "array", items: [{ type: "number" }], additionalItems: { type: "string" } },
        c: {
          type: "array",
          prefixItems: [{ type: "number" }, { type: ["string", "null"] }],
          minItems: 1,
          items: false,
        },
      },
    },
    `\
export interface M {
  a?: [number, string];
  b?: [number, ...string[]];
  c?: [number, (string | null)?];
}`,
  ],
  [
    "maps",
    {
      properties: {
        a: { type: "object", additionalProperties: { type: "number" } },
        b: { type: "object", patternProperties: { "^x": { type: "boolean" } } },
        c: { ...OBJECT, additionalProperties: { type: "string" } },
        d: { type: "object" },
        e: { ...OBJECT, additionalProperties: true },
      },
    },
    `\
export interface M {
  a?: { [name: string]: number };
  b?: { [name: string]: boolean };
  c?: { x: number; [name: string]: string | number };
  d?: { [name: string]: unknown };
  e?: { x: number; [name: string]: unknown };
}`,
  ],
  [
    "oneOf and anyOf",
    { oneOf: [OBJECT, { type: "object", properties: { y: { type: "string" } } }] },
    `\
export type M = { x: number } | { y?: string };`,
  ],
  [
    "allOf",
    { type: "object", allOf: [OBJECT, { properties: { y: { type: "string" } }, required: ["y"] }] },
    `\
export type M = { x: number } & { y: string };`,
  ],
  [
    "allOf with members and a map",
    { allOf: [OBJECT, { additionalProperties: { type: "string" } }] },
    `\
export type M = { x: number } & { [name: string]: string };`,
  ],
  [
    "alternatives besides members",
    {
      properties: { a: { type: "string" } },
      anyOf: [{ required: ["a"] }, { required: ["b"] }],
    },
    `\
export type M = { a?: string } & ({ a: unknown } | { b: unknown });`,
  ],
  [
    "true and false",
    { properties: { a: true, b: false } },
    `\
export interface M {
  a?: unknown;
  b?: never;
}`,
  ],
  [
    "references",
    {
      properties: { a: { $ref: "#/$defs/point" }, b: { items: { $ref: "#/definitions/a~1b" } }, c: { $ref: "#p" } },
      $defs: { point: { ...OBJECT, $anchor: "p", description: "A place." } },
      definitions: { "a/b": { type: "string" } },
    },
    `\
/** A place. */
export interface Point {
  x: number;
}

export type AB = string;

export interface M {
  a?: Point;
  b?: AB[];
  c?: Point;
}`,
  ],
  [
    "recursive references",
    {
      properties: { next: { anyOf: [{ $ref: "#" }, { type: "null" }] }, tree: { $ref: "#/$defs/Tree" } },
      $defs: { Tree: { additionalProperties: { $ref: "#/$defs/Tree" }, type: "object" } },
    },
    `\
export interface Tree {
  [name: string]: Tree;
}

export interface M {
  next?: M | null;
  tree?: Tree;
}`,
  ],
  [
    "references that contain only each other",
    {
      properties: { a: { $ref: "#/$defs/A" } },
      $defs: { A: { $ref: "#/$defs/B" }, B: { anyOf: [{ $ref: "#/$defs/A" }, { type: "string" }] } },
    },
    `\
/** Unknown: "#/$defs/B" contains only itself. */
export type A = unknown;

export interface M {
  a?: A;
}`,
  ],
  [
    "parts that types cannot express",
    {
      properties: {
        a: { not: { type: "string" } },
        b: { $ref: "other.json#/x" },
        c: { type: "file", description: "A file." },
        d: { type: "array", items: 5 },
      },
    },
    `\
export interface M {
  /** Unknown: the schema has "not", which no type expresses. */
  a?: unknown;
  /** Unknown: the schema has no part "other.json#/x". */
  b?: unknown;
  /**
   * A file.
   *
   * Unknown: the schema has the type "file".
   */
  c?: unknown;
  /** Unknown: this part of the schema is not a schema. */
  d?: unknown[];
}`,
  ],
  [
    "descriptions",
    {
      description: "What a robot measures.\n\nIn SI units */ alert(1); /*",
      properties: {
        at: { type: "string", format: "date-time", description: "When." },
        data: { type: "string", contentEncoding: "base64" },
        old: { type: "number", default: 5, deprecated: true },
      },
    },
    `\
/**
 * What a robot measures.
 *
 * In SI units *\\/ alert(1); /*
 */
export interface M {
  /**
   * When.
   *
   * Format: date-time.
   */
  at?: string;
  /** Encoding of the bytes: base64. */
  data?: string;
  /**
   * @default {5}
   * @deprecated
   */
  old?: number;
}`,
  ],
  [
    "names that need quotes",
    { properties: { "a-b": OBJECT, "1": {}, class: {}, "": {}, 'q"\n': {} } },
    `\
export interface M {
  "1"?: unknown;
  "a-b"?: { x: number };
  class?: unknown;
  ""?: unknown;
  'q"\\n'?: unknown;
}`,
  ],
  [
    "objects in objects",
    {
      properties: { a: { ...OBJECT, properties: { x: { description: "In m.", type: "number" } } } },
    },
    `\
export interface M {
  a?: {
    /** In m. */
    x: number;
  };
}`,
  ],
];

for (const [name, schema, types] of JSON_SCHEMAS) {
  Deno.test(`generateTopics() writes the types of JSON: ${name}`, () => {
    assertEquals(typesOf(generate([jsonChannel("/m", "M", schema)])), types);
  });
}

Deno.test("generateTopics() assumes members of objects without a list of required ones, if the user says so", () => {
  const schema = { properties: { a: { type: "number" }, b: { ...OBJECT, required: [] } } };
  assertEquals(
    typesOf(generate([jsonChannel("/m", "M", schema)], { assumesRequired: true })),
    "export interface M {\n  a: number;\n  b: { x?: number };\n}",
  );
});

Deno.test("generateTopics() writes the types that protobuf() reads", () => {
  const text = generate([
    protobufChannel("/everything", "test.Everything"),
    protobufChannel("/names", "test.Names"),
    protobufChannel("/legacy", "test.legacy.Legacy"),
    protobufChannel("/edition", "test.edition.Edition"),
    protobufChannel("/time", "google.protobuf.Timestamp"),
  ]);
  for (
    const part of [
      "export const Color = {\n  COLOR_UNKNOWN: 0,\n  COLOR_RED: 1,\n  COLOR_DARK: -5,\n} as const;",
      "export type Color = (typeof Color)[keyof typeof Color];",
      "\n  uint32: number;\n  uint64: bigint;\n",
      "\n  bytes: Uint8Array;\n  color: Color;\n",
      "\n  /** Nanoseconds since the Unix epoch. */\n  timestamp?: bigint;\n",
      "\n  point?: EverythingPoint;\n  child?: Everything;\n",
      "\n  by_string: { [name: string]: number };\n  /** The keys are int32 as text. */\n",
      "\n  optional_double?: number;\n",
      "\n  /** Absent if `text`, `place` or `wait` is present. */\n  number?: number;\n",
      "\n  __proto__: number;\n",
      "/** The group `old` is skipped: protobuf() does not support groups. */\nexport interface Legacy {\n  id: number;\n",
      "\n  name?: string;\n  scale: number;\n",
      "export type Timestamp = bigint;",
    ]
  ) assertStringIncludes(text, part);
  assertEquals(text.split("= bytesOf(").length, 2, "one descriptor");
});

Deno.test("generateTopics() writes the comments of a .proto file", () => {
  const location = [
    { path: [4, 0], leadingComments: " A battery.\n Of lead.\n\n Old." },
    { path: [4, 0, 2, 0], leadingComments: " In volts. */\n", trailingComments: " At most 60.\n" },
    { path: [4, 0, 3, 0, 2, 0], trailingComments: " In degrees." },
    { path: [5, 0], leadingComments: " How it charges." },
    { path: [12], leadingComments: " Of the syntax." },
    { path: [4, 9], leadingComments: " Of nothing." },
  ];
  const descriptor = makeDescriptor({
    name: "b.proto",
    package: "robot",
    syntax: "proto3",
    messageType: [{
      name: "Battery",
      field: [
        { name: "volts", number: 1, type: 1, label: 1 },
        { name: "cells", number: 2, type: 11, typeName: ".robot.Battery.Cell", label: 3 },
        { name: "mode", number: 3, type: 14, typeName: ".robot.Mode", label: 1 },
      ],
      nestedType: [{ name: "Cell", field: [{ name: "celsius", number: 1, type: 2, label: 1 }] }],
    }],
    enumType: [{ name: "Mode", value: [{ name: "MODE_OFF", number: 0 }] }],
    sourceCodeInfo: { location },
  });
  assertEquals(
    typesOf(generate([protobufChannel("/battery", "robot.Battery", descriptor)])),
    `\
export interface BatteryCell {
  /** In degrees. */
  celsius: number;
}

/** How it charges. */
export const Mode = {
  MODE_OFF: 0,
} as const;

/** A value of \`Mode\`. */
export type Mode = (typeof Mode)[keyof typeof Mode];

/**
 * A battery. Of lead.
 *
 * Old.
 */
export interface Battery {
  /**
   * In volts. *\\/
   *
   * At most 60.
   */
  volts: number;
  cells: BatteryCell[];
  mode: Mode;
}`,
  );
});

Deno.test("generateTopics() writes one codec for several topics with the same schema", () => {
  const text = generate([
    jsonChannel("/a", "robot.M", OBJECT),
    jsonChannel("/b`\n*/", "robot.M", OBJECT),
    jsonChannel("/c", "robot.M", OBJECT),
  ]);
  assertStringIncludes(text, "/** The codec of `/a`, `/b' *\\/` and `/c`. */\nexport const M: Codec<M> = json({\n");
  assertStringIncludes(text, '  "/a": M,\n  "/b`\\n*/": M,\n  "/c": M,\n');
});

Deno.test("generateTopics() writes one type for equal definitions of several schemas", () => {
  const schema = (name: string) => ({
    properties: { [name]: { $ref: "#/$defs/Point" } },
    required: [name],
    $defs: { Point: OBJECT },
  });
  const text = generate([jsonChannel("/a", "A", schema("a")), jsonChannel("/b", "B", schema("b"))]);
  assertEquals(text.split("export interface Point {").length, 2);
  assertStringIncludes(text, "  b: Point;\n");
});

Deno.test("generateTopics() finds a valid and unique name for each type", () => {
  const text = generate([
    jsonChannel("/1", "a.Pose", OBJECT),
    jsonChannel("/2", "b/msg/Pose", OBJECT),
    jsonChannel("/3", "c::imu_data", OBJECT),
    jsonChannel("/4", "3d-point", OBJECT),
    jsonChannel("/5", "Grüße", OBJECT),
    jsonChannel("/6", "topics", OBJECT),
    jsonChannel("/7", "Scan", OBJECT),
    jsonChannel("/8", "Scan", { ...OBJECT, description: "Another one." }),
    jsonChannel("/arm/joint_states", "", OBJECT),
    jsonChannel("/", "", OBJECT),
    jsonChannel("/log", "Log", OBJECT),
    jsonChannel("/rosout", "foxglove.Log", OBJECT),
    jsonChannel("/tree", "Tree", { ...OBJECT, allOf: [{ $ref: "#/$defs/Scan" }], $defs: { Scan: OBJECT } }),
  ]);
  const names = [...text.matchAll(/^export (?:interface|type) (\S+)/gm)].map(([_text, name]) => name);
  assertEquals(names, [
    "APose",
    "BMsgPose",
    "ImuData",
    "_3dPoint",
    "Grüße",
    "Topics2",
    "Scan",
    "Scan2",
    "ArmJointStates",
    "Message",
    "Log2",
    "TreeScan",
    "Tree",
    "Topics",
  ]);
});

Deno.test("generateTopics() imports the codecs of Foxglove's messages", () => {
  const text = generate([
    jsonChannel("/log", "foxglove.Log", OBJECT),
    protobufChannel("/pose", "foxglove.Pose"),
    jsonChannel("/custom", "foxglove.Custom", OBJECT),
  ]);
  assertStringIncludes(text, 'import { Log, Pose } from "@x/foxglove-ws/schemas";\n');
  assertStringIncludes(text, '  "/custom": Custom,\n  "/log": Log,\n  "/pose": Pose,\n};\n');
  assertEquals([text.includes("protobuf"), text.includes("bytesOf")], [false, false]);
});

Deno.test("generateTopics() writes JSON channels without a usable schema as unknown", () => {
  const deep = `${'{"items":'.repeat(300)}{}${"}".repeat(300)}`;
  const schemas = ["", "{", "[]", deep].map((schema, index) => jsonChannel(`/s${index}`, "", schema));
  const text = generate([...schemas, { ...jsonChannel("/ros", "Ros", "float64 x"), schemaEncoding: "ros2msg" }]);
  assertEquals(text.match(/Unknown: .*(?= \*\/)/g), [
    "Unknown: the server has sent no schema.",
    "Unknown: the schema is not JSON.",
    "Unknown: the schema is not a JSON object.",
    "Unknown: the schema is too deep.",
    'Unknown: the encoding of the schema is "ros2msg".',
  ]);
  assertStringIncludes(text, "export type S0 = unknown;");
  assertStringIncludes(text, 'export const Ros: Codec<Ros> = json({ name: "Ros" });');
});

Deno.test("generateTopics() lists the topics that have no codec", () => {
  const channels = [
    jsonChannel("/a", "A", OBJECT),
    jsonChannel("/a", "B", OBJECT),
    { ...jsonChannel("/camera", "Image", ""), encoding: "ros1" },
    { ...protobufChannel("/text", "T"), schema: "not base64" },
    protobufChannel("/missing", "T", Uint8Array.of(255)),
  ];
  const { leftOut, topics, text } = generateTopics(channels, OPTIONS);
  modules.push(text);
  assertEquals([topics, leftOut.map(({ topic }) => topic)], [1, ["/a", "/camera", "/text", "/missing"]]);
  assertStringIncludes(text, "// - `/a`: a second channel of this topic has another schema\n");
  assertStringIncludes(text, '// - `/camera`: the encoding "ros1" needs a codec of your own\n');
  assertStringIncludes(text, "// - `/text`: its schema is not a descriptor\n");
});

Deno.test("generateTopics() writes texts of the server only as names, literals and comments", () => {
  // As code, it would not pass the type check below.
  const text = "*/ nonsense() /* `${nonsense()}` \" ' \\ \n\r\u2028 nonsense() //";
  const schema = {
    title: text,
    description: text,
    properties: { [text]: { enum: [text], description: text, format: text }, a: { type: text }, b: { $ref: text } },
    $defs: { [text]: OBJECT },
    allOf: [{ $ref: `#/$defs/${text.replaceAll("~", "~0").replaceAll("/", "~1")}` }],
  };
  const channels = [
    jsonChannel(text, text, schema),
    { ...jsonChannel(`${text}2`, text, schema), schemaEncoding: text },
    { ...jsonChannel(`${text}3`, text, schema), encoding: text },
    protobufChannel(`${text}4`, text),
  ];
  const generated = generate(channels, { serverName: text, importBase: "@x/foxglove-ws" });
  const code = generated.replaceAll(/\/\*[^]*?\*\/|^\/\/.*$|"(\\.|[^"\\])*"|'(\\.|[^'\\])*'/gm, "");
  assertEquals([generated.includes("nonsense()"), code.includes("nonsense()")], [true, false]);
});

Deno.test("generateTopics() escapes characters that hide the rest of a line", () => {
  const name = "a\u009b\u202eb";
  const text = generate([jsonChannel(name, "M", { description: name, properties: { [name]: { const: name } } })]);
  assertEquals(/[\u0080-\u009f\u202e]/.test(text), false);
  assertStringIncludes(text, '  "a\\u009b\\u202eb"?: "a\\u009b\\u202eb";\n');
});

Deno.test("generateTopics() writes the same text again", () => {
  const channels = [jsonChannel("/a", "A", OBJECT), protobufChannel("/b", "test.Everything")];
  assertEquals(generate(channels), generate(structuredClone(channels)));
});

Deno.test("isGenerated() recognizes generated files only", () => {
  const text = generate([jsonChannel("/a", "A", OBJECT)], { serverName: "a\n*/ b", importBase: "jsr:@x/foxglove-ws" });
  assertEquals([isGenerated(text), isGenerated(""), isGenerated(`\n${text}`)], [true, false, false]);
  assertStringIncludes(text, 'import { type Codec, json } from "jsr:@x/foxglove-ws/client";\n');
  modules.pop(); // needs JSR
});

Deno.test("generateTopics() writes long names as deno fmt does", () => {
  const name = "ARatherLongNameOfAMessageOfARobot";
  generate([
    jsonChannel("/a", name, OBJECT),
    jsonChannel("/b", `${name}2`, { properties: { a: OBJECT, b: { ...OBJECT, description: "A place." } } }),
    jsonChannel("/c", "C", { properties: { [name.repeat(2)]: { const: name } } }),
  ]);
});

Deno.test("all generated modules pass the type check, and are formatted", async () => {
  await using folder = await createModuleFolder();
  for (const [index, text] of modules.entries()) await folder.write(`topics${index}.ts`, text);
  await folder.write("use.ts", USE);
  const use = generateTopics([
    jsonChannel("/m", "M", { properties: { a: { type: "number" }, next: { $ref: "#" } }, required: ["a"] }),
    protobufChannel("/everything", "test.Everything"),
    jsonChannel("/log", "foxglove.Log", "{}"),
  ], OPTIONS);
  await folder.write("topics.ts", use.text);
  assertEquals(modules.length > 30, true);
  await runDeno(folder, "fmt", "--no-config", "--check", ".");
  await runDeno(folder, "check", ...folder.flags, ".");
});

/** A program that is only checked: the types have the expected members, and no others. */
const USE = `import type { FoxgloveClient } from "@x/foxglove-ws/client";
import {
  Color,
  type Everything,
  type M,
  TOPICS,
  type Topics,
} from "./topics.ts";

export function watch<Topic extends keyof Topics>(
  client: FoxgloveClient,
  topic: Topic,
  onValue: (value: Topics[Topic]) => void,
): void {
  client.subscribe(topic, TOPICS[topic], {
    onMessage: ({ value }) => onValue(value),
  });
}

export function use(client: FoxgloveClient, m: M): void {
  watch(client, "/m", ({ a, next }) => [a.toFixed(), next?.next?.a.toFixed()]);
  watch(client, "/everything", (value: Everything) => {
    const time: bigint | undefined = value.timestamp;
    const color: Color = value.color;
    const bytes: Uint8Array | undefined = value.by_uint32.a;
    // @ts-expect-error: it is a bigint
    const number: number = value.int64;
    return [time, color === Color.COLOR_RED, bytes, number];
  });
  watch(client, "/log", ({ message, timestamp }) => [message, timestamp / 2n]);
  client.channel("/m", TOPICS["/m"]).send(m);
  // @ts-expect-error: the server has no topic "/n"
  watch(client, "/n", () => {});
  // @ts-expect-error: "a" is missing
  client.channel("/m", TOPICS["/m"]).send({});
}
`;
