// checkMessages(), checkTimestamps() and checkRates(): the messages that arrived while doctor listened.

import type { Channel } from "../../client/mod.ts";
import { nearName } from "../../near_name.ts";
import { bytesText, durationText, significant } from "../../quantities.ts";
import { failed, type Finding, listed, passed, problemsOr, warning } from "../../app_checks/finding.ts";
import type { Observation } from "./observation.ts";
import { judgeTimestamp } from "./timestamp.ts";
import type { Traffic } from "./traffic.ts";

/** Messages of these schemas are large, or expensive to show. */
const IMAGE_LIKE = /image|video|pointcloud|voxel|grid/i;
/** Lichtblick warns above 60 Hz. Measured rates vary a little. */
const MAX_IMAGE_HZ = 66;
/** A finding lists at most so many topics. */
const MAX_TOPICS = 10;
/** The values of the member `format` that Foxglove's schemas have. */
const FORMATS: ReadonlyMap<string, readonly string[]> = new Map([
  ["foxglove.CompressedImage", ["jpeg", "png", "webp", "avif"]],
  ["foxglove.CompressedVideo", ["h264", "h265", "vp9", "av1"]],
]);
/** About what a good radio link carries, and a browser decodes. In bytes. */
const MAX_BYTES_PER_SECOND = 25_000_000;

/**
 * Finds channels that are silent, messages that apps cannot decode, and images in a format that they do not know.
 *
 * @param broken Topics that have an error already, which is the reason why they may be silent.
 */
export function checkMessages(
  { channels, traffic, seconds }: Pick<Observation, "channels" | "traffic" | "seconds">,
  broken: ReadonlySet<string>,
): readonly Finding[] {
  const listened = `${significant(seconds)} s`;
  const problems = channels.flatMap((channel) => messageProblems(channel, traffic.get(channel)));
  const silent = channels.filter((channel) => !traffic.has(channel));
  const topics = new Set(silent.map(({ topic }) => topic).filter((topic) => !broken.has(topic)));
  if (topics.size > 0) problems.push(silence([...topics], listened));
  if (problems.length > 0 || traffic.size === 0) return problems;
  const others = silent.length > 0 ? "every other channel" : "every channel";
  return [passed("messages", `${others} has sent one or more in ${listened}`)];
}

function messageProblems({ topic, schemaName }: Channel, entry: Traffic | undefined): Finding[] {
  if (!entry) return [];
  if (entry.decodeError !== undefined) {
    const text = `apps cannot read the message: ${entry.decodeError}`;
    return [{ ...failed("messages", text, "send messages in the encoding and schema of the channel"), topic }];
  }
  const formats = FORMATS.get(schemaName);
  const { format } = entry;
  if (!formats || format === undefined || formats.includes(format)) return [];
  const known = formats.join(", ");
  const text = `its format ${JSON.stringify(format)} is not one that apps know: ${known}`;
  return [{
    ...warning("messages", text, `send "${nearName(format, formats) ?? formats[0]}", if that is the format`),
    topic,
  }];
}

/** Returns one finding for all silent topics. */
function silence(topics: readonly string[], listened: string): Finding {
  const [topic = ""] = topics;
  if (topics.length === 1) {
    const cure = "publish on it, or latch its last message if it rarely changes (latch: true)";
    return { ...warning("messages", `no message in ${listened}`, cure), topic };
  }
  const text = `no message in ${listened} on ${topics.length} topics: ${listed(topics, MAX_TOPICS)}`;
  const cure = "publish on them, or latch the last messages of those that rarely change (latch: true)";
  return { ...warning("messages", text, cure), topics };
}

/** Finds timestamps that are not nanoseconds since the Unix epoch, or far from the time of this machine. */
export function checkTimestamps({ channels, traffic, client, serverTime }: Observation): readonly Finding[] {
  if (traffic.size === 0) return [];
  // A recording or a simulation has a time of its own.
  const isReplay = client.serverInfo.dataStartTime !== undefined;
  const offset = serverTime ? serverTime.server - serverTime.machine : 0n;
  const problems = channels.flatMap((channel) => {
    const entry = traffic.get(channel);
    const last = entry?.last;
    if (!entry || !last) return [];
    const problem = judgeTimestamp(last.timestamp, last.arrival + offset);
    if (!problem) return [];
    const { topic } = channel;
    if (problem.type === "unit") return [{ ...failed("timestamps", problem.text, problem.cure), topic }];
    // A single message may be an old one that the server has latched.
    if (isReplay || (problem.isPast && entry.messages === 1)) return [];
    return [{ ...warning("timestamps", problem.text, problem.cure), topic }];
  });
  return problemsOr(problems, "timestamps", `near the time of ${serverTime ? "the server" : "this machine"}`);
}

/** Finds images that are too frequent, and a total that is too much for networks and browsers. */
export function checkRates(
  { channels, traffic, seconds }: Pick<Observation, "channels" | "traffic" | "seconds">,
): readonly Finding[] {
  if (traffic.size === 0) return [];
  const fast = channels.flatMap((channel) => rateProblem(channel, traffic.get(channel)));
  const bytes = [...traffic.values()].reduce((sum, each) => sum + each.bytes, 0) / seconds;
  const total = `${bytesText(bytes)} per second in total`;
  const problems = bytes > MAX_BYTES_PER_SECOND
    ? [
      ...fast,
      warning(
        "rates",
        `${total}: slow networks and browsers fall behind`,
        "send smaller or fewer messages: compress images, or use maxRateHz",
      ),
    ]
    : fast;
  return problems.length > 0 ? problems : [passed("rates", total)];
}

function rateProblem({ topic, schemaName }: Channel, traffic: Traffic | undefined): Finding[] {
  if (!traffic || !IMAGE_LIKE.test(schemaName) || traffic.hz <= MAX_IMAGE_HZ) return [];
  const text = `${significant(traffic.hz)} Hz of ${schemaName}, but apps show at most 60 Hz and warn above`;
  return [{ ...warning("rates", text, "limit the rate: maxRateHz: 30 in addChannel()"), topic }];
}

/** Compares the time that the server sends with that of this machine. */
export function checkClock({ serverTime }: Observation): readonly Finding[] {
  if (!serverTime) return [];
  const ms = Number(serverTime.server - serverTime.machine) / 1e6;
  const text = `the time of the server is ${durationText(Math.abs(ms))} ${ms < 0 ? "behind" : "ahead of"} this machine`;
  if (Math.abs(ms) < 1000) return [passed("clock", text)];
  return [warning("clock", text, "synchronise both clocks (NTP), unless the server replays or simulates")];
}
