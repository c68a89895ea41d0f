// Asset URIs: the canonical form in which rights and assetRoots() compare them.

/**
 * Undoes percent-encoding once: `%73ecret` is `secret`, and `%2573ecret` is `%73ecret`. A `%` without two hex digits is
 * kept, because apps send names such as `100%.png` without encoding.
 *
 * @returns `undefined` if the URI contains a control character or text that is not valid UTF-8, encoded or not.
 */
export function canonicalAssetUri(uri: string): string | undefined {
  let canonical: string;
  try {
    canonical = uri.replaceAll(/(?:%[0-9a-f]{2})+/gi, (bytes) => decodeURIComponent(bytes));
  } catch {
    return undefined;
  }
  return canonical.isWellFormed() && !/\p{Cc}/u.test(canonical) ? canonical : undefined;
}

/**
 * Whether a canonical URI is free of `.`, `..` and empty segments. `package://arm/../secret` begins like an allowed
 * URI, but points elsewhere. `package://arm//secret` points to `package://arm/secret`, which a pattern may exclude.
 */
export function hasNoDotSegments(uri: string): boolean {
  if (uri.split(/[/\\?#]/).some((part) => part === "." || part === "..")) return false;
  const path = uri.replace(/^(?:file:\/\/\/|[^/\\?#]*:\/\/)/i, "/");
  return !/[/\\]{2}/.test(path);
}
