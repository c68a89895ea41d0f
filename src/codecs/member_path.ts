// memberPath(): the path of a member in a value or a schema, for error texts and warnings.

/** Returns the path of a member of the value at `path`, such as `pose.x` or `pose["a b"]`. The root's path is `""`. */
export function memberPath(path: string, name: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === "" ? name : `${path}.${name}`;
}
