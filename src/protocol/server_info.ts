// serverInfo: the first message that a server sends, and what it says of itself.

import { fieldsToWrite, type JsonFields, STRING, UINT32 } from "./json_fields.ts";
import { isUint64, UINT64_RULE } from "./wire_types.ts";

/**
 * Server: who it is and what it can do. First message on every connection; sent again when a new session begins.
 *
 * Spec: "Server Info" (JSON).
 */
export interface ServerInfo {
  /** The same on the wire. */
  op: "serverInfo";
  /** Free text, shown to the user. */
  name: string;
  /** Known ones are {@linkcode Capability}; unknown ones are kept and ignored. */
  capabilities: readonly string[];
  /** Message encodings that the server accepts in client publishes and in service requests. */
  supportedEncodings?: readonly string[];
  /** Free key-value pairs, `ROS_DISTRO` and `fg-library` among them. */
  metadata?: Readonly<Record<string, string>>;
  /** Names the server's run: a client keeps its history over a reconnect only when it is the same. */
  sessionId?: string;
  /**
   * Where recorded data begins, in ns; together with `dataEndTime` or not at all (`foxglove.sdk.v1`). Seconds are a
   * uint32 on the wire: a time after 2106-02-07T06:28:15.999999999Z is sent as that.
   */
  dataStartTime?: bigint;
  /** Where recorded data ends, in ns, inclusive; see `dataStartTime`. */
  dataEndTime?: bigint;
}

/** A point in time as JSON has it, where a uint64 would lose digits. */
interface WireTime {
  sec: number;
  nsec: number;
}

const NS_PER_SEC = 1_000_000_000n;
/** The latest time that can be written; `sec` is a uint32. */
const LATEST: Readonly<WireTime> = { sec: 0xffff_ffff, nsec: 999_999_999 };

/** Reads a `serverInfo`. */
export function readServerInfo(fields: JsonFields<keyof ServerInfo>): ServerInfo {
  const info: ServerInfo = {
    op: "serverInfo",
    name: fields.get("name", STRING),
    capabilities: fields.list("capabilities", STRING),
  };
  const supportedEncodings = fields.unlessUnusable(() => fields.optionalList("supportedEncodings", STRING));
  if (supportedEncodings !== undefined) info.supportedEncodings = supportedEncodings;
  const metadata = fields.unlessUnusable(() => fields.optionalStrings("metadata"));
  if (metadata !== undefined) info.metadata = metadata;
  const sessionId = fields.unlessUnusable(() => fields.optional("sessionId", STRING));
  if (sessionId !== undefined) info.sessionId = sessionId;
  return Object.assign(info, fields.unlessUnusable(() => readDataRange(fields)));
}

/** What goes into the JSON. */
export function writeServerInfo(message: ServerInfo): object {
  const fields = fieldsToWrite(message);
  const dataStartTime = writeTime(fields, "dataStartTime");
  const dataEndTime = writeTime(fields, "dataEndTime");
  checkBothOrNeither(fields, dataStartTime, dataEndTime);
  return {
    op: message.op,
    name: fields.get("name", STRING),
    capabilities: fields.list("capabilities", STRING),
    supportedEncodings: fields.optionalList("supportedEncodings", STRING),
    metadata: fields.optionalStrings("metadata"),
    sessionId: fields.optional("sessionId", STRING),
    dataStartTime,
    dataEndTime,
  };
}

function readDataRange(fields: JsonFields<keyof ServerInfo>): Pick<ServerInfo, "dataStartTime" | "dataEndTime"> {
  const dataStartTime = readTime(fields, "dataStartTime");
  const dataEndTime = readTime(fields, "dataEndTime");
  checkBothOrNeither(fields, dataStartTime, dataEndTime);
  return dataStartTime === undefined || dataEndTime === undefined ? {} : { dataStartTime, dataEndTime };
}

function readTime(
  fields: JsonFields<"dataStartTime" | "dataEndTime">,
  name: "dataStartTime" | "dataEndTime",
): bigint | undefined {
  const time = fields.optionalObject(name);
  return time && BigInt(time.get("sec", UINT32)) * NS_PER_SEC + BigInt(time.get("nsec", UINT32));
}

/** A time later than the wire can tell becomes the latest that it can. */
function writeTime(
  fields: JsonFields<"dataStartTime" | "dataEndTime">,
  name: "dataStartTime" | "dataEndTime",
): WireTime | undefined {
  const time = fields.raw(name);
  if (time === undefined) return undefined;
  if (!isUint64(time)) throw fields.error(name, UINT64_RULE, typeof time === "bigint" ? RangeError : TypeError);
  const sec = Number(time / NS_PER_SEC);
  return sec > LATEST.sec ? LATEST : { sec, nsec: Number(time % NS_PER_SEC) };
}

function checkBothOrNeither(fields: JsonFields, start: unknown, end: unknown): void {
  if (start === undefined && end !== undefined) throw fields.error("dataStartTime", "there when dataEndTime is");
  if (start !== undefined && end === undefined) throw fields.error("dataEndTime", "there when dataStartTime is");
}
