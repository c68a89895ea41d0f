// LogLine: a line of a log, from the messages of Foxglove, ROS 1 and ROS 2.

import type { Channel } from "../../client/mod.ts";
import { isObject } from "../../protocol/json_object.ts";
import { clip } from "../clip.ts";
import { foxgloveNameOf } from "./message_types.ts";

/** The levels, as text. The index is the level of `foxglove.Log`. */
export const LOG_LEVELS = ["unknown", "debug", "info", "warning", "error", "fatal"] as const;
/** A level of a line, as text. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** One line. Its texts are cut to a length that a page can show. */
export interface LogLine {
  /** In ms since the Unix epoch; `undefined` if the message has no time. */
  readonly timeMs: number | undefined;
  /** The severity. */
  readonly level: LogLevel;
  /** The name of the process or node. */
  readonly name: string;
  /** The text. It may have several lines. */
  readonly message: string;
}

/** Which lines are shown. */
export interface LogFilter {
  /** Lines with a lower level are hidden. Lines whose level is `unknown` are always shown. */
  readonly minLevel: LogLevel;
  /** Text that the topic, the name or the message contains, in upper or lower case. Empty: no limit. */
  readonly text: string;
}

type LogType = "foxglove" | "ros1" | "ros2";

const MAX_MESSAGE = 2000;
const MAX_NAME = 100;
/** The numbers of each kind of message, from `debug` to `fatal`. */
const LEVEL_NUMBERS: Readonly<Record<LogType, readonly number[]>> = {
  foxglove: [1, 2, 3, 4, 5],
  ros1: [1, 2, 4, 8, 16],
  ros2: [10, 20, 30, 40, 50],
};

/** Whether a channel has lines of a log. */
export function isLog(channel: Pick<Channel, "schemaName">): boolean {
  return logTypeOf(channel) !== undefined;
}

/**
 * Reads the decoded message of a channel for which {@linkcode isLog} is true.
 *
 * @throws {TypeError} When the value is not a line of a log.
 */
export function readLogLine(channel: Pick<Channel, "schemaName">, value: unknown): LogLine {
  const type = logTypeOf(channel);
  if (!type || !isObject(value)) throw new TypeError("Cannot show the line: the message is not an object");
  const text = type === "foxglove" ? value.message : value.msg;
  if (typeof text !== "string") throw new TypeError("Cannot show the line: it has no text");
  const time = type === "foxglove"
    ? value.timestamp
    : type === "ros2"
    ? value.stamp
    : isObject(value.header)
    ? value.header.stamp
    : undefined;
  return {
    timeMs: readTimeMs(time),
    level: LOG_LEVELS[LEVEL_NUMBERS[type].indexOf(Number(value.level)) + 1] ?? "unknown",
    name: typeof value.name === "string" ? clip(value.name, MAX_NAME) : "",
    message: clip(text, MAX_MESSAGE),
  };
}

/** Whether a line is shown. `topic`: of the line, if the user sees it. */
export function matchesFilter({ level, name, message }: LogLine, { minLevel, text }: LogFilter, topic = ""): boolean {
  if (level !== "unknown" && LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(minLevel)) return false;
  const wanted = text.toLowerCase();
  return wanted === "" || [topic, name, message].some((each) => each.toLowerCase().includes(wanted));
}

/** Returns the time of day of a line, in the time zone of the browser, such as `14:03:59.250`. */
export function timeOfDay(timeMs: number): string {
  const date = new Date(timeMs);
  if (Number.isNaN(date.getTime())) return "";
  const pad = (value: number, length = 2) => String(value).padStart(length, "0");
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${
    pad(date.getMilliseconds(), 3)
  }`;
}

function logTypeOf({ schemaName }: Pick<Channel, "schemaName">): LogType | undefined {
  if (foxgloveNameOf(schemaName) === "Log") return "foxglove";
  if (schemaName === "rosgraph_msgs/Log" || schemaName === "rosgraph_msgs/msg/Log") return "ros1";
  return schemaName === "rcl_interfaces/msg/Log" || schemaName === "rcl_interfaces/Log" ? "ros2" : undefined;
}

/** Reads a time: nanoseconds from protobuf, text, or an object whose members have the names of JSON, ROS 1 or ROS 2. */
function readTimeMs(time: unknown): number | undefined {
  if (typeof time === "bigint") return Number(time / 1_000_000n);
  if (typeof time === "string") return finite(Date.parse(time));
  if (!isObject(time)) return undefined;
  const seconds = time.sec ?? time.secs ?? time.seconds;
  const nanos = time.nsec ?? time.nsecs ?? time.nanosec ?? time.nanos ?? 0;
  return finite(Number(seconds) * 1000 + Math.floor(Number(nanos) / 1e6));
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
