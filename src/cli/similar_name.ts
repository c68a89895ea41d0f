// similarName(): the name that a user probably means.

/** Returns a name that differs only in its case or in the part before it, such as `/arm/speed` for `Speed`. */
export function similarName(name: string, others: readonly string[]): string | undefined {
  const end = name.toLowerCase().replace(/^\//, "");
  return end === "" ? undefined : others.find((other) => other.toLowerCase().endsWith(end));
}
