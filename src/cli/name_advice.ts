// nameAdvice(): what a user can do who gave a name that the server does not have.

/**
 * Suggests the name that the user probably means. If none is similar, names the command line that lists all names.
 *
 * @param listing The command line without the name of the program.
 */
export function nameAdvice(name: string, others: readonly string[], listing: string): string {
  const similar = similarName(name, others);
  return similar === undefined ? `"foxglove-ws ${listing}" lists them` : `did you mean "${similar}"?`;
}

/** Returns a name that differs only in its case or in the part before it, such as `/arm/speed` for `Speed`. */
function similarName(name: string, others: readonly string[]): string | undefined {
  const end = name.toLowerCase().replace(/^\//, "");
  return end === "" ? undefined : others.find((other) => other.toLowerCase().endsWith(end));
}
