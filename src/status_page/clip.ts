// clip(): cuts texts that a server chose. It is not in dom.ts, so that pure modules do not depend on the DOM.

/** Cuts a text that a server chose, because a page with very long texts freezes. */
export function clip(text: string, maxLength = 200): string {
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}
