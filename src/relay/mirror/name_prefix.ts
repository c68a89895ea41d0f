// NamePrefix: the names of one upstream, with its prefix and without it.

/** Adds and removes the prefix of an upstream, such as `/robot1`. */
export class NamePrefix {
  readonly text: string;
  /** Names of the upstream that do not begin with a slash. Their names with the prefix do not show that. */
  readonly #relative = new Set<string>();

  /**
   * @param option Begins the error text, such as `Cannot add an upstream: the prefix`.
   * @param prefix Begins with a slash, and does not end with one. `""` for no prefix.
   * @throws {TypeError} If the prefix has another form.
   */
  constructor(option: string, prefix: string) {
    if (prefix !== "" && !/^\/.*[^/]$/s.test(prefix)) {
      throw new TypeError(`${option} "${prefix}" must begin with "/", and must not end with it`);
    }
    this.text = prefix;
  }

  /** Returns the same prefix for names of another kind. It remembers no names yet. */
  forOtherNames(): NamePrefix {
    return new NamePrefix("", this.text);
  }

  /** Returns the name for clients. Remembers it if {@linkcode inward} could not restore it otherwise. */
  outward(name: string): string {
    if (this.text === "") return name;
    if (name.startsWith("/")) return this.text + name;
    // Bounded, because a faulty upstream could have ever new names.
    if (this.#relative.size < MAX_RELATIVE) this.#relative.add(name);
    return `${this.text}/${name}`;
  }

  /** Returns the upstream's own name, or `undefined` if the name does not have the prefix. */
  inward(name: string): string | undefined {
    if (this.text === "") return name;
    if (!name.startsWith(`${this.text}/`)) return undefined;
    const absolute = name.slice(this.text.length);
    return this.#relative.has(absolute.slice(1)) ? absolute.slice(1) : absolute;
  }
}

/** How many names without a slash are remembered. */
const MAX_RELATIVE = 100_000;
