// failureDetail(): the reason of a failed request, without the words that servers of this package put before it.

/** How servers of this package begin the text of a failure, up to the reason. */
const PREFIX = new RegExp(
  `^(?:${
    [
      'Service ".*?" failed',
      'Cannot call (?:".*?"|a service)',
      'Cannot fetch (?:".*?"|an asset)',
      "Cannot (?:get|set) parameters",
      "Cannot control playback",
    ].join("|")
  }): `,
  "s",
);

/** Returns the reason that the text of a failure ends with. Texts of other servers are returned unchanged. */
export function failureDetail(text: string): string {
  return text.replace(PREFIX, "");
}
