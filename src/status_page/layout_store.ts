// LayoutStore: keeps the layout of the page in the storage of the browser tab.

import { emptyLayout, type Layout, parseLayout } from "./data/layout.ts";

const KEY = "foxglove-ws layout";

/** The layout, which a reload of the page keeps. */
export class LayoutStore {
  /** Call `save()` after a change. */
  readonly layout: Layout;
  /** Whether the tab shows this page for the first time. */
  readonly isNew: boolean;

  constructor() {
    const stored = parseLayout(this.#read());
    this.isNew = stored === undefined;
    this.layout = stored ?? emptyLayout();
  }

  /** Stores the layout. */
  save(): void {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(this.layout));
    } catch {
      // The storage is full, or the user has turned it off: the page works without it.
    }
  }

  #read(): string | null {
    try {
      return sessionStorage.getItem(KEY);
    } catch {
      return null;
    }
  }
}
