// Finds the types that a ROS schema uses but does not define.

/** Types that need no definition. Apps treat the ROS 2 types `Time` and `Duration` as built in. */
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
 * Returns the types that a schema of encoding `ros1msg` or `ros2msg` uses but does not define, each once, in order of
 * use.
 *
 * Such a schema contains the definition of a message, followed by the definitions of the types that the message uses.
 * Each of these begins with a line of `=` and a line `MSG: package/Type`.
 */
export function missingRosTypes(schema: string): string[] {
  const [own = "", ...sections] = schema.split(/^=+\s*$/m);
  const definitions = sections.map((section) => /^\s*MSG:\s*(\S+)([\s\S]*)$/.exec(section));
  const defined = new Set(definitions.flatMap((match) => match ? suffixes(canonical(match[1] ?? "")) : []));
  const used = [own, ...definitions.map((match) => match?.[2] ?? "")].flatMap(usedTypes);
  return [...new Set(used)].filter((type) => !BUILT_IN.has(type) && !defined.has(type));
}

/** Returns the field types of one definition. A line is `type name`, `type NAME=value` or a comment. */
function usedTypes(definition: string): string[] {
  return definition.split("\n").flatMap((line) => {
    const [, type] = /^\s*([\w/]+)(?:<=\d+)?(?:\[[^\]]*\])?\s+\w/.exec(line) ?? [];
    return type === undefined ? [] : [canonical(type)];
  });
}

/** Removes the folder from a type name. ROS 2 writes both `geometry_msgs/msg/Pose` and `geometry_msgs/Pose`. */
function canonical(type: string): string {
  return type.replace(/^(\w+)\/(?:msg|srv|action)\/(\w+)$/, "$1/$2");
}

/**
 * The names by which a field may refer to a type: with or without its package, such as `Pose` for `geometry_msgs/Pose`.
 */
function suffixes(type: string): string[] {
  return [type, type.slice(type.lastIndexOf("/") + 1)];
}
