// What a ROS schema refers to, and whether it holds the definitions of all of it.

/** Types that need no definition. Apps read both times of ROS 2 as if they were built in. */
const BUILT_IN: ReadonlySet<string> = new Set([
  "bool",
  "byte",
  "char",
  "int8",
  "uint8",
  "int16",
  "uint16",
  "int32",
  "uint32",
  "int64",
  "uint64",
  "float32",
  "float64",
  "string",
  "wstring",
  "time",
  "duration",
  "builtin_interfaces/Time",
  "builtin_interfaces/Duration",
]);

/**
 * The types that a schema of encoding `ros1msg` or `ros2msg` uses without their definitions, each once, in the order of their use.
 *
 * Such a schema is the definition of a message, followed by those of the types that it uses: each after a line of `=`, and a line
 * `MSG: package/Type`.
 */
export function missingRosTypes(schema: string): string[] {
  const [own = "", ...sections] = schema.split(/^=+\s*$/m);
  const definitions = sections.map((section) => /^\s*MSG:\s*(\S+)([\s\S]*)$/.exec(section));
  const defined = new Set(definitions.flatMap((match) => match ? suffixes(canonical(match[1] ?? "")) : []));
  const used = [own, ...definitions.map((match) => match?.[2] ?? "")].flatMap(usedTypes);
  return [...new Set(used)].filter((type) => !BUILT_IN.has(type) && !defined.has(type));
}

/** The types of the fields of one definition. A line is `type name`, `type NAME=value` or a comment. */
function usedTypes(definition: string): string[] {
  return definition.split("\n").flatMap((line) => {
    const [, type] = /^\s*([\w/]+)(?:<=\d+)?(?:\[[^\]]*\])?\s+\w/.exec(line) ?? [];
    return type === undefined ? [] : [canonical(type)];
  });
}

/** ROS 2 writes a type with or without its folder: `geometry_msgs/msg/Pose`, `geometry_msgs/Pose`. */
function canonical(type: string): string {
  return type.replace(/^(\w+)\/(?:msg|srv|action)\/(\w+)$/, "$1/$2");
}

/** A field may name a type without its package: `Pose` for `geometry_msgs/Pose`. */
function suffixes(type: string): string[] {
  return [type, type.slice(type.lastIndexOf("/") + 1)];
}
