// RefusedItems: channels or services of one upstream that are not shown, because their name is taken or not valid.

import type { UpstreamParts } from "./mirror_parts.ts";
import type { OwnedNames } from "./owned_names.ts";

/** Options of {@linkcode RefusedItems}. */
export interface RefusedItemsOptions<Item> {
  /** The owners of the names. */
  readonly names: OwnedNames;
  /** Describes the items in texts for users. */
  readonly kind: "topic" | "service";
  /** Called when a name has become free or has another owner. Must add the items again. */
  readonly add: (items: readonly Item[]) => void;
}

/** Takes names for the items of one upstream, and remembers the items that are refused until they are removed. */
export class RefusedItems<Item extends { readonly id: number }> {
  readonly #parts: UpstreamParts;
  readonly #options: RefusedItemsOptions<Item>;
  /** By the text of the refusal, which contains the name: the refused items, by their ids. */
  readonly #byText = new Map<string, Map<number, Item>>();
  readonly #textOf = new Map<number, string>();

  constructor(parts: UpstreamParts, options: RefusedItemsOptions<Item>) {
    this.#parts = parts;
    this.#options = options;
  }

  /** Takes a name for an item. Returns false if another upstream has it. The item is added when the name is free. */
  takeName(item: Item, name: string): boolean {
    const { names, kind } = this.#options;
    const { name: owner } = this.#parts;
    const other = names.take(name, owner, () => this.#addAgain(text));
    if (other === undefined) return true;
    const text = `"${name}" is a ${kind} of ${other}; set a prefix for ${owner}`;
    this.#refuse(item, text);
    return false;
  }

  /** Gives the name of an item back, because the server has rejected the item. */
  reject(item: Item, name: string, reason: string): void {
    this.#options.names.release(name);
    this.#refuse(item, `"${name}" is not valid: ${reason}`);
  }

  /** Must be called when the upstream has removed an item. */
  delete(id: number): void {
    const text = this.#textOf.get(id);
    if (text === undefined) return;
    this.#textOf.delete(id);
    const items = this.#byText.get(text);
    items?.delete(id);
    if (items?.size === 0) this.#byText.delete(text);
    this.#acceptUnlessUsed(text);
  }

  /** The connection is lost: nothing waits any more. */
  clear(): void {
    this.#byText.clear();
    this.#textOf.clear();
    this.#options.names.stopWaiting(this.#parts.name);
  }

  #refuse(item: Item, text: string): void {
    // The upstream may use an id again.
    if (this.#textOf.get(item.id) !== text) this.delete(item.id);
    this.#textOf.set(item.id, text);
    const items = this.#byText.get(text);
    if (items) items.set(item.id, item);
    else this.#byText.set(text, new Map([[item.id, item]]));
    this.#parts.refuse(text);
  }

  #addAgain(text: string): void {
    const items = [...this.#byText.get(text)?.values() ?? []];
    this.#byText.delete(text);
    for (const { id } of items) this.#textOf.delete(id);
    this.#options.add(items);
    // Afterwards, so that clients do not see the end of a refusal that continues, perhaps with another owner.
    this.#acceptUnlessUsed(text);
  }

  #acceptUnlessUsed(text: string): void {
    if (!this.#byText.has(text)) this.#parts.accept(text);
  }
}
