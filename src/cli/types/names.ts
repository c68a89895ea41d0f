// The names of types: valid, unique, and the same for each run.

/** A type that needs a name. */
export interface NameInit {
  /** Identifies the type. */
  readonly key: string;
  /** The preferred name, without those of its package. */
  readonly short: string;
  /** The name if others have the same short name. */
  readonly full: string;
}

/** Returns a name in PascalCase for parts such as `["sensor_msgs", "msg", "Imu"]`. It is a valid identifier. */
export function typeName(parts: readonly string[]): string {
  const words = parts.flatMap((part) => part.split(/[^\p{ID_Continue}]|_/u)).filter((word) => word !== "");
  const name = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join("");
  if (name === "") return "Message";
  return /^[\p{ID_Start}$]/u.test(name) ? name : `_${name}`;
}

/** Returns a name such as `BATTERY_STATE` for the type `BatteryState`. */
export function constantName(name: string): string {
  return name.replace(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu, "_").toUpperCase();
}

/** Splits the name of a schema into its packages and its own name: `a.b.C`, `a/msg/C` or `a::C`. */
export function nameParts(schemaName: string): string[] {
  const parts = schemaName.split(/[./:]+/).filter((part) => part !== "");
  return parts.length === 0 ? [""] : parts;
}

/**
 * Returns the names of types by their keys. Types of an earlier tier choose first. Within a tier, all types with the
 * same short name get their full names, so that names do not depend on the order. Numbers distinguish the rest.
 */
export function assignNames(
  tiers: readonly (readonly NameInit[])[],
  reserved: Iterable<string>,
): Map<string, string> {
  const taken = new Set(reserved);
  const names = new Map<string, string>();
  for (const tier of tiers) {
    const inits = [...new Map(tier.map((init) => [init.key, init])).values()].filter(({ key }) => !names.has(key));
    const counts = new Map<string, number>();
    for (const { short } of inits) counts.set(short, (counts.get(short) ?? 0) + 1);
    // Unique names first: a number must not take the name of another type.
    const isUnique = ({ short }: NameInit) => counts.get(short) === 1 && !taken.has(short);
    const [unique, others] = [inits.filter(isUnique), inits.filter((init) => !isUnique(init))];
    for (const { key, short } of unique) {
      taken.add(short);
      names.set(key, short);
    }
    for (const { key, short, full } of others) {
      const isHelpful = taken.has(short) || others.some((other) => other.short === short && other.full !== full);
      names.set(key, uniqueName(isHelpful ? full : short, taken));
    }
  }
  return names;
}

/** Returns the name, with a number if it is taken, and takes it. */
export function uniqueName(name: string, taken: Set<string>): string {
  let unique = name;
  for (let number = 2; taken.has(unique); number++) unique = `${name}${number}`;
  taken.add(unique);
  return unique;
}
