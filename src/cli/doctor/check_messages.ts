// checkMessages(), checkTimestamps() and checkRates(): the messages that arrived while doctor listened.

import type { Channel } from "../../client/mod.ts";
import { bytesText, durationText, significant } from "../format/quantities.ts";
import { failed, type Finding, passed, problemsOr, warning } from "./finding.ts";
import type { Observation } from "./observation.ts";
import { judgeTimestamp } from "./timestamp.ts";
import type { Traffic } from "./traffic.ts";

/** Messages of these schemas are large, or expensive to show. */
const IMAGE_LIKE = /image|video|pointcloud|voxel|grid/i;
/** Lichtblick warns above 60 Hz. Measured rates vary a little. */
const MAX_IMAGE_HZ = 66;
/** About what a good radio link carries, and a browser decodes. In bytes. */
const MAX_BYTES_PER_SECOND = 25_000_000;

/** Finds channels that are silent, and messages that apps cannot decode. */
export function checkMessages({ channels, traffic, seconds }: Observation): readonly Finding[] {
  if (channels.length === 0) return [];
  const listened = `${significant(seconds)} s`;
  const problems = channels.flatMap((channel): Finding[] => {
    const { topic } = channel;
    const entry = traffic.get(channel);
    if (!entry) {
      const cure = "publish on it, or latch its last message if it rarely changes (latch: true)";
      return [{ ...warning("messages", `no message in ${listened}`, cure), topic }];
    }
    if (entry.decodeError === undefined) return [];
    const cure = "send messages in the encoding and schema of the channel";
    return [{ ...failed("messages", `apps cannot read the message: ${entry.decodeError}`, cure), topic }];
  });
  return problemsOr(problems, "messages", `every channel has sent one or more in ${listened}`);
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
