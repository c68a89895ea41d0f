// Visibility: which elements are on the screen.

/** Elements that are just outside of the screen count as visible, so that scrolling shows data at once. */
const MARGIN = "120px 0px";

/** Observes elements from the first question about them until they are removed. */
export class Visibility {
  readonly #visible = new WeakMap<Element, boolean>();
  readonly #observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (target.isConnected) this.#visible.set(target, isIntersecting);
      else this.#forget(target);
    }
  }, { rootMargin: MARGIN, scrollMargin: MARGIN });

  /** Whether an element is on the screen. Until the browser has measured a new element, it is not. */
  isVisible(element: Element): boolean {
    const known = this.#visible.get(element);
    if (known === undefined && element.isConnected) {
      this.#visible.set(element, false);
      this.#observer.observe(element);
    }
    return known === true && !document.hidden;
  }

  #forget(element: Element): void {
    this.#observer.unobserve(element);
    this.#visible.delete(element);
  }
}
