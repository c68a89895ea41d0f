// serverInfo: the first message of a server, which describes the server.

import { fieldsToWrite, type JsonFields, setIfPresent, STRING, UINT32 } from "./json_fields.ts";
import { isUint64, UINT64_RULE } from "./wire_types.ts";

/**
 * From the server: its name and capabilities. The first message on every connection. Sent again when a new session
 * begins.
 *
 * Spec: "Server Info" (JSON).
 */
export interface ServerInfo {
  /** The same `op` as in the JSON. */
  op: "serverInfo";
  /** The name of the server: free text, shown to the user. */
  name: string;
  /** The optional features of the server: see {@linkcode Capability}. Unknown ones are kept and have no effect. */
  capabilities: readonly string[];
  /** Message encodings that the server accepts in client publishes and in service requests. */
  supportedEncodings?: readonly string[];
  /** Any key-value pairs, such as `ROS_DISTRO` and `fg-library`. */
  metadata?: Readonly<Record<string, string>>;
  /** Identifies a run of the server. Clients keep their history after a reconnect only if the id is the same. */
  sessionId?: string;
  /**
   * The beginning of the recorded data, in ns (`foxglove.sdk.v1`). Required if `dataEndTime` is present, otherwise not
   * allowed. Seconds are a uint32 on the wire: times after 2106-02-07T06:28:15.999999999Z are sent as that time.
   */
  dataStartTime?: bigint;
  /** The end of the recorded data, in ns, inclusive. See `dataStartTime`. */
  dataEndTime?: bigint;
}

/** A point in time in the JSON, in two numbers because a uint64 would lose digits there. */
interface WireTime {
  sec: number;
  nsec: number;
}

const NS_PER_SEC = 1_000_000_000n;
/** The latest time that can be written, because `sec` is a uint32. */
const LATEST_WIRE_TIME: Readonly<WireTime> = { sec: 0xffff_ffff, nsec: 999_999_999 };

/** Reads a `serverInfo`. */
export function readServerInfo(fields: JsonFields<keyof ServerInfo>): ServerInfo {
  const info: ServerInfo = {
    op: "serverInfo",
    name: fields.get("name", STRING),
    capabilities: fields.list("capabilities", STRING),
  };
  setIfPresent(
    info,
    "supportedEncodings",
    fields.readOrReport(() => fields.optionalList("supportedEncodings", STRING)),
  );
  setIfPresent(info, "metadata", fields.readOrReport(() => fields.optionalStrings("metadata")));
  setIfPresent(info, "sessionId", fields.readOrReport(() => fields.optional("sessionId", STRING)));
  return Object.assign(info, fields.readOrReport(() => readDataRange(fields)));
}

/** Checks a `serverInfo` and returns the object to send as JSON. */
export function writeServerInfo(message: ServerInfo): object {
  const fields = fieldsToWrite(message);
  const dataStartTime = writeWireTime(fields, "dataStartTime");
  const dataEndTime = writeWireTime(fields, "dataEndTime");
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
  const dataStartTime = readWireTime(fields, "dataStartTime");
  const dataEndTime = readWireTime(fields, "dataEndTime");
  checkBothOrNeither(fields, dataStartTime, dataEndTime);
  return dataStartTime === undefined || dataEndTime === undefined ? {} : { dataStartTime, dataEndTime };
}

function readWireTime(
  fields: JsonFields<"dataStartTime" | "dataEndTime">,
  name: "dataStartTime" | "dataEndTime",
): bigint | undefined {
  const time = fields.optionalObject(name);
  return time && BigInt(time.get("sec", UINT32)) * NS_PER_SEC + BigInt(time.get("nsec", UINT32));
}

/** Checks a time and converts it. Times that are too late for the wire become {@linkcode LATEST_WIRE_TIME}. */
function writeWireTime(
  fields: JsonFields<"dataStartTime" | "dataEndTime">,
  name: "dataStartTime" | "dataEndTime",
): WireTime | undefined {
  const time = fields.raw(name);
  if (time === undefined) return undefined;
  if (!isUint64(time)) throw fields.error(name, UINT64_RULE, typeof time === "bigint" ? RangeError : TypeError);
  const sec = Number(time / NS_PER_SEC);
  return sec > LATEST_WIRE_TIME.sec ? LATEST_WIRE_TIME : { sec, nsec: Number(time % NS_PER_SEC) };
}

function checkBothOrNeither(fields: JsonFields, start: unknown, end: unknown): void {
  if (start === undefined && end !== undefined) {
    throw fields.error("dataStartTime", "present if dataEndTime is present");
  }
  if (start !== undefined && end === undefined) {
    throw fields.error("dataEndTime", "present if dataStartTime is present");
  }
}
