// The lines that show how far playback is.

import type { PlaybackState } from "../../protocol/playback.ts";
import { countText, significant } from "../../quantities.ts";

/** What the line of a terminal shows. */
export interface PlayProgress {
  readonly state: PlaybackState;
  /** The first and the last time, in ns. */
  readonly startTime: bigint;
  readonly endTime: bigint;
  readonly isLoop: boolean;
  readonly clients: number;
}

/** The part of a line for the bar. */
const MIN_BAR = 10;

/** Returns a line with a bar that has this width. */
export function progressLine(
  { state: { status, currentTime, speed }, startTime, endTime, isLoop, clients }: PlayProgress,
  columns: number,
): string {
  const [position, total] = [clockText(currentTime - startTime), clockText(endTime - startTime)];
  const left = `${status.padEnd(9)} ${position.padStart(total.length)} / ${total} `;
  const right = ` ${speedText(speed)}${isLoop ? "  loop" : ""}  ${countText(clients, "client")}`;
  const width = Math.max(MIN_BAR, columns - left.length - right.length - 2);
  const share = endTime === startTime ? 1 : Number(currentTime - startTime) / Number(endTime - startTime);
  const filled = Math.round(share * width);
  return `${left}[${"█".repeat(filled)}${"░".repeat(width - filled)}]${right}`;
}

/** Returns a line for output that is not on a terminal, such as `playing at 0:12.5 of 5:00.0, 2x`. */
export function stateLine({ state, startTime, endTime }: Omit<PlayProgress, "isLoop" | "clients">): string {
  const { status, currentTime, speed } = state;
  return `${status} at ${clockText(currentTime - startTime)} of ${clockText(endTime - startTime)}, ${speedText(speed)}`;
}

/** Returns a duration in ns as `1:05.2` or `1:00:05.2`: rounded, as `durationText()` does. */
export function clockText(ns: bigint): string {
  const tenths = (ns + 50_000_000n) / 100_000_000n;
  const [hours, minutes] = [tenths / 36_000n, tenths / 600n % 60n];
  const seconds = `${`${tenths / 10n % 60n}`.padStart(2, "0")}.${tenths % 10n}`;
  return hours > 0n ? `${hours}:${`${minutes}`.padStart(2, "0")}:${seconds}` : `${minutes}:${seconds}`;
}

function speedText(speed: number): string {
  return `${significant(speed)}x`;
}
