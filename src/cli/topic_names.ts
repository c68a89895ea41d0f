// Names of topics in a command line.

/** Returns the names of a list such as `/odom, /camera/*`. Parts without text are left out. */
export function topicNames(text: string): string[] {
  return text.split(",").map((name) => name.trim()).filter((name) => name !== "");
}

/** Returns the first name with a `*` before its end, which is not a pattern. */
export function misplacedStar(names: readonly string[]): string | undefined {
  return names.find((name) => name.slice(0, -1).includes("*"));
}
