// FrameTrees: the trees that transforms form.

/** The frames of transforms, and which are connected. */
export class FrameTrees {
  /** All frames, in the order in which they were added. */
  readonly frames: Set<string> = new Set();
  /** The parents of each frame. A valid tree has one for each. */
  readonly parents: Map<string, Set<string>> = new Map();
  /** For each frame another one of its tree, or the frame itself. */
  readonly #others = new Map<string, string>();

  /** Adds a transform. */
  add(parent: string, child: string): void {
    this.frames.add(parent).add(child);
    const parents = this.parents.get(child) ?? new Set();
    this.parents.set(child, parents.add(parent));
    this.#others.set(this.#memberOf(child), this.#memberOf(parent));
  }

  /** One frame of each tree: the one without a parent, or any if the transforms form a circle. */
  get roots(): readonly string[] {
    const roots = new Map<string, string>();
    for (const frame of this.frames) {
      const tree = this.#memberOf(frame);
      const root = roots.get(tree);
      if (root === undefined || this.parents.has(root) && !this.parents.has(frame)) roots.set(tree, frame);
    }
    return [...roots.values()];
  }

  /** Returns the same frame for all frames of a tree. */
  #memberOf(frame: string): string {
    let member = frame;
    for (let next = this.#others.get(member); next !== undefined && next !== member; next = this.#others.get(member)) {
      member = next;
    }
    return member;
  }
}
