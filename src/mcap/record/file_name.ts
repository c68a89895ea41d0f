// fileName(): the names of the files of a recording.

/** How many digits a number has at least. So names sort by their numbers. */
const DIGITS = 4;

/**
 * Replaces `{number}` and `{time}` in a path: the number of the file, such as `0001`, and the UTC time at which it was
 * begun, such as `2026-11-27T15-04-05.123Z`. If the recording has several files and the path has neither, the number is
 * put before the extension.
 */
export function fileName(path: string, number: number, date: Date, hasSeveralFiles: boolean): string {
  const isTemplate = /\{(number|time)\}/.test(path);
  const template = isTemplate || !hasSeveralFiles ? path : withNumber(path);
  return template
    .replaceAll("{number}", String(number).padStart(DIGITS, "0"))
    .replaceAll("{time}", date.toISOString().replaceAll(":", "-"));
}

/** Whether names differ by their numbers. */
export function isNumbered(path: string, hasSeveralFiles: boolean): boolean {
  return path.includes("{number}") || (hasSeveralFiles && !path.includes("{time}"));
}

function withNumber(path: string): string {
  const extension = /\.[^./\\]*$/.exec(path)?.[0] ?? "";
  return `${path.slice(0, path.length - extension.length)}_{number}${extension}`;
}
