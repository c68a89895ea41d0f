// create(): makes elements. All text from servers goes through it or through `textContent`, and never through HTML.

export { clip } from "./clip.ts";

/** The attributes of a new element, such as `{ class: "rate", "aria-label": "Rate" }`. `true` means an empty value. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Creates an element with attributes and children. Attributes that are `false` or `undefined` are left out. */
export function create<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}

/** Sets the text of an element, unless it is the same. An unchanged text costs no layout. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Sets the text of an element. Hides the element if the text is empty. */
export function showText(element: HTMLElement, text: string = ""): void {
  setText(element, text);
  element.hidden = text === "";
}

/** Creates an element for a text that changes often. Set the text of its only child: see `.live` in the stylesheet. */
export function createLive<Name extends "p" | "span">(
  name: Name,
  attributes: Attributes,
): { outer: HTMLElementTagNameMap[Name]; text: HTMLElement } {
  const text = create("span", { class: "live" });
  return { outer: create(name, attributes, text), text };
}
