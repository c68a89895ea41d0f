// failureDetail(): the reason of a failed request, without the words that servers of this package put before it.

/** How servers of this package begin the text of a failure, up to the reason. */
const PREFIX =
  /^(?:Service ".*?" failed|Cannot (?:call (?:".*?"|a service)|fetch (?:".*?"|an asset)|[gs]et parameters|control playback)): /s;

/** Returns the reason that the text of a failure ends with. Texts of other servers are returned unchanged. */
export function failureDetail(text: string): string {
  return text.replace(PREFIX, "");
}
