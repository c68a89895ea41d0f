// NamePattern: selects names, such as topics. Checks, copies and matches patterns.

/**
 * Selects names: an exact name (`"/odom"`), a prefix with `*` (`"/camera/*"`), or a regular expression
 * (`/^\/camera\/\d+$/`).
 */
export type NamePattern = string | RegExp;

/**
 * Checks and copies a list of patterns.
 *
 * @param cannot The beginning of the error texts.
 * @param list The name of the list in the error texts.
 * @throws {TypeError} If `value` is not a plain array of patterns.
 */
export function namePatternsFrom(cannot: string, list: string, value: unknown): readonly NamePattern[] {
  if (!isPlainArray(value)) throw new TypeError(`${cannot}: "${list}" is not a plain array without holes`);
  // Reads by index, because the caller may have replaced the iterator.
  return Object.freeze(Array.from({ length: value.length }, (_, index) => patternFrom(cannot, list, value[index])));
}

/**
 * Returns a function that tells whether any of the patterns selects a name.
 *
 * @param canonical Converts a name to the form in which names are compared. A pattern for which it returns `undefined`
 * matches nothing.
 */
export function nameMatcher(
  patterns: readonly NamePattern[],
  canonical: (name: string) => string | undefined = (name) => name,
): (name: string) => boolean {
  const strings = patterns.filter((pattern) => typeof pattern === "string");
  const exact = new Set(strings.filter((pattern) => !pattern.endsWith("*")).map(canonical));
  const beginnings = strings.filter((pattern) => pattern.endsWith("*")).map((pattern) =>
    canonical(pattern.slice(0, -1))
  )
    .filter((beginning) => beginning !== undefined);
  const expressions = patterns.filter((pattern) => pattern instanceof RegExp).map(({ source, flags }) =>
    new RegExp(source, flags)
  );
  return (name) =>
    exact.has(name) || beginnings.some((beginning) => name.startsWith(beginning)) ||
    expressions.some((expression) => {
      // With the flag "g" or "y", a test starts where the previous test ended.
      expression.lastIndex = 0;
      return expression.test(name);
    });
}

/**
 * Returns a function that tells whether a topic is selected: any topic if `topics` is `undefined`.
 *
 * @param cannot The beginning of the error texts.
 * @throws {TypeError} If `topics` is not a plain array of patterns.
 */
export function topicMatcher(cannot: string, topics: readonly NamePattern[] | undefined): (topic: string) => boolean {
  return topics === undefined ? () => true : nameMatcher(namePatternsFrom(cannot, "topics", topics));
}

/** Returns a pattern for one name, also if it contains `*`. */
export function exactly(name: string): NamePattern {
  return name.includes("*") ? new RegExp(`^${name.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")}$`) : name;
}

function patternFrom(cannot: string, list: string, pattern: unknown): NamePattern {
  if (typeof pattern === "string" && !pattern.slice(0, -1).includes("*")) return pattern;
  // Copied, because `compile()` can change a RegExp later.
  if (isPlainRegExp(pattern)) return new RegExp(pattern.source, pattern.flags);
  const what = typeof pattern === "string" ? `"${pattern}"` : typeof pattern;
  throw new TypeError(
    `${cannot}: "${list}" contains ${what}, which is not a name, a prefix followed by "*", or a plain RegExp`,
  );
}

/** Whether `value` is a plain array without holes. A hole, a subclass or an own iterator could yield other names. */
function isPlainArray(value: unknown): value is unknown[] {
  // `Array.prototype` is itself an array, in every realm. The prototype of a subclass is not.
  if (!Array.isArray(value) || !Array.isArray(Object.getPrototypeOf(value))) return false;
  const { length } = value;
  const keys = Reflect.ownKeys(value);
  return keys.length === length + 1 && keys.every((key, index) => key === (index < length ? `${index}` : "length"));
}

/**
 * Whether `value` is a plain RegExp. A subclass or an own method could match other names than the source and flags do.
 */
function isPlainRegExp(value: unknown): value is RegExp {
  if (!(value instanceof RegExp) || Object.getPrototypeOf(value) !== RegExp.prototype) return false;
  const keys = Reflect.ownKeys(value);
  return keys.length === 1 && keys[0] === "lastIndex";
}
