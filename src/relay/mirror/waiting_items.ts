// WaitingItems: channels or services of one upstream whose names another upstream has.

import type { UpstreamParts } from "./mirror_parts.ts";
import type { OwnedNames } from "./owned_names.ts";

/** How {@linkcode WaitingItems} are called, and what becomes of them. */
export interface WaitingItemsOptions<Item> {
  readonly names: OwnedNames;
  /** What the items are, for texts. */
  readonly kind: "topic" | "service";
  /** Adds items whose name is free now. */
  readonly add: (items: readonly Item[]) => void;
}

/** Takes names for the items of one upstream. Items whose name is taken wait until it is free. */
export class WaitingItems<Item extends { readonly id: number }> {
  readonly #parts: UpstreamParts;
  readonly #options: WaitingItemsOptions<Item>;
  readonly #items = new Map<number, { readonly item: Item; readonly name: string; readonly text: string }>();

  constructor(parts: UpstreamParts, options: WaitingItemsOptions<Item>) {
    this.#parts = parts;
    this.#options = options;
  }

  /** Takes a name for an item. Returns false if another upstream has it: then the item waits. */
  takeName(item: Item, name: string): boolean {
    const { names, kind } = this.#options;
    const { name: owner, refuse } = this.#parts;
    const other = names.take(name, owner, () => this.#addAll(name));
    if (other === undefined) return true;
    const text = `"${name}" is a ${kind} of ${other}; set a prefix for ${owner}`;
    this.#items.set(item.id, { item, name, text });
    refuse(text);
    return false;
  }

  /** Must be called when the upstream has removed an item. */
  delete(id: number): void {
    const waiting = this.#items.get(id);
    if (!waiting) return;
    this.#items.delete(id);
    const { text } = waiting;
    if (![...this.#items.values()].some((each) => each.text === text)) this.#parts.accept(text);
  }

  /** The connection is lost: nothing waits any more. */
  clear(): void {
    this.#items.clear();
    this.#options.names.stopWaiting(this.#parts.name);
  }

  #addAll(name: string): void {
    const waiting = [...this.#items.values()].filter((each) => each.name === name);
    for (const { item: { id } } of waiting) this.delete(id);
    this.#options.add(waiting.map(({ item }) => item));
  }
}
