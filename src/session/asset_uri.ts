// Asset URIs: the one form in which rights and assetRoots() compare them.

/**
 * Undoes percent-encoding once: `%73ecret` is `secret`, and `%2573ecret` is `%73ecret`. A `%` without two hex digits stands for itself,
 * because apps send names such as `100%.png` as they are.
 *
 * @returns `undefined` if the URI holds a control character or text that is not UTF-8, encoded or not.
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
 * Whether a canonical URI leads where it seems to. `package://arm/../secret` begins like one that is allowed and leads elsewhere;
 * `package://arm//secret` leads to `package://arm/secret`, which may be excluded.
 */
export function isDirect(uri: string): boolean {
  if (uri.split(/[/\\?#]/).some((part) => part === "." || part === "..")) return false;
  const path = uri.replace(/^(?:file:\/\/\/|[^/\\?#]*:\/\/)/i, "/");
  return !/[/\\]{2}/.test(path);
}
