// Quantities: counts, bytes, rates and durations for people.

const UNITS = ["B", "KiB", "MiB", "GiB"];

/** Returns `512 B`, `1.5 KiB` or `20 MiB`. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${significant(value)} ${UNITS[unit]}`;
}

/** Returns `30 ms`, `1.2 s` or `850 µs`. */
export function durationText(ms: number): string {
  const size = Math.abs(ms);
  if (size >= 1000) return `${significant(ms / 1000)} s`;
  return size >= 1 || ms === 0 ? `${significant(ms)} ms` : `${significant(ms * 1000)} µs`;
}

/** Returns `1 message` or `2 messages`. */
export function countText(count: number, name: string): string {
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

/** Returns `1 message was dropped` or `2 messages were dropped`. */
export function droppedText(messages: number): string {
  return `${countText(messages, "message")} ${messages === 1 ? "was" : "were"} dropped`;
}

/** Returns `29.97` or `1250`: three digits, or all digits before the point. */
export function significant(value: number): string {
  if (!Number.isFinite(value)) return "-";
  const digits = Math.max(0, 3 - Math.max(1, Math.floor(Math.log10(Math.abs(value) || 1)) + 1));
  return String(Number(value.toFixed(digits)));
}

/** Returns `00:01:10`. */
export function elapsedText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return [seconds / 3600, seconds / 60 % 60, seconds % 60].map((part) => String(Math.floor(part)).padStart(2, "0"))
    .join(":");
}
