// numbersIn(), numberAt(): the numbers in a decoded message, by their paths.

/** A path to a member: names and indices, such as `["cells", 0]`. */
export type Path = readonly (string | number)[];

/** Deeper members are not shown. */
export const MAX_DEPTH = 12;

/** Returns a path as text, such as `cells[0].volts`. The empty path is `value`. */
export function pathText(path: Path): string {
  if (path.length === 0) return "value";
  return path.map((part, index) => typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`).join("");
}

/** Returns the paths of the first `max` numbers in a value. Of each array, at most the first 16 items are searched. */
export function numbersIn(value: unknown, max: number): Path[] {
  const found: Path[] = [];
  const search = (item: unknown, path: Path) => {
    if (found.length >= max || path.length > MAX_DEPTH) return;
    if (isPlottable(item)) found.push(path);
    else if (Array.isArray(item)) item.slice(0, 16).forEach((each, index) => search(each, [...path, index]));
    else if (isObject(item)) {
      for (const name of Object.keys(item)) search(item[name], [...path, name]);
    }
  };
  search(value, []);
  return found;
}

/** Returns the number at a path, or `NaN`. Booleans count as 0 and 1. */
export function numberAt(value: unknown, path: Path): number {
  let item = value;
  for (const part of path) {
    if (typeof item !== "object" || item === null || !Object.hasOwn(item, part)) return NaN;
    item = (item as Record<string | number, unknown>)[part];
  }
  return isPlottable(item) ? Number(item) : NaN;
}

/** Whether a plot can show a value. */
export function isPlottable(value: unknown): value is number | bigint | boolean {
  return typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";
}

/** Whether a value is an object with members, and neither an array nor bytes. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}
