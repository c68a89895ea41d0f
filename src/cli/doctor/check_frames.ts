// checkFrames(): coordinate frames that no transform has, or that transforms place twice.

import { didYouMean } from "../../near_name.ts";
import { type Finding, listed, passed, warning } from "../../app_checks/finding.ts";
import { FrameTrees } from "./frame_trees.ts";
import type { Observation } from "./observation.ts";

/** How many frames a text lists. */
const MAX_NAMES = 8;

/** Compares the frames of the data with those of the transforms, as far as both have arrived. */
export function checkFrames(
  { channels, traffic, client }: Pick<Observation, "channels" | "traffic"> & {
    client: { serverInfo: Pick<Observation["client"]["serverInfo"], "metadata"> };
  },
): readonly Finding[] {
  // For servers of ROS, apps remove the slash at the beginning, as ROS does.
  const isRos = client.serverInfo.metadata?.ROS_DISTRO !== undefined;
  const nameOf = (frame: string) => isRos ? frame.replace(/^\//, "") : frame;
  const trees = new FrameTrees();
  for (const { parents } of traffic.values()) {
    for (const [child, names] of parents) names.forEach((parent) => trees.add(nameOf(parent), nameOf(child)));
  }
  const data = channels.flatMap((channel) => {
    const frames = traffic.get(channel)?.dataFrames ?? new Set();
    return frames.size === 0 ? [] : [{ topic: channel.topic, frames: [...frames].map(nameOf) }];
  });
  if (data.length === 0 && trees.frames.size === 0) return [];
  const all = new Set([...trees.frames, ...data.flatMap(({ frames }) => frames)]);
  const problems = [
    ...data.flatMap(({ topic, frames }) =>
      dataProblems(frames, trees.frames, all).map((finding): Finding => ({ ...finding, topic }))
    ),
    ...treeProblems(trees, all),
  ];
  const isInPieces = trees.roots.length > 1;
  return [...problems, ...(problems.length === 0 || isInPieces ? [summary(trees, all)] : [])];
}

/** Returns the problems of one topic. `known`: the frames of transforms. `all`: also those of data. */
function dataProblems(frames: readonly string[], known: ReadonlySet<string>, all: ReadonlySet<string>): Finding[] {
  const problems: Finding[] = [];
  if (frames.includes("")) {
    const text = "its frame_id is empty, so no transform places it";
    problems.push(warning("frames", text, "set frame_id to the frame of the data, such as base_link"));
  }
  const slashed = frames.filter((frame) => hasTwin(frame, all));
  for (const frame of slashed) problems.push(slashProblem("its frame", frame));
  const unknown = frames.filter((frame) => frame !== "" && !known.has(frame) && !slashed.includes(frame));
  if (known.size === 0 || unknown.length === 0) return problems;
  const [first = ""] = unknown;
  const near = unknown.length === 1 ? didYouMean(first, known) : "";
  const subject = unknown.length === 1 ? `its frame ${quoted(unknown)} is` : `its frames ${quoted(unknown)} are`;
  const text = `${subject} in no transform${near || ";"} known: ${listed(known, MAX_NAMES)}`;
  const cure = "correct frame_id, or publish a transform; --seconds 20 waits for rare transforms";
  return [...problems, warning("frames", text, cure)];
}

function treeProblems({ parents }: FrameTrees, all: ReadonlySet<string>): Finding[] {
  const twice = [...parents].filter(([, names]) => names.size > 1).map(([child, names]) => {
    const text = `${quoted([child])} has the parents ${
      quoted([...names])
    }, but a frame has only one: apps switch between them`;
    return warning("frames", text, "publish this transform in one place, with one parent_frame_id");
  });
  const slashed = [...parents.keys()].filter((frame) => hasTwin(frame, all));
  return [...twice, ...slashed.map((frame) => slashProblem("the child frame", frame))];
}

/** Whether a frame also exists without the slash at its beginning. */
function hasTwin(frame: string, all: ReadonlySet<string>): boolean {
  return frame.startsWith("/") && all.has(frame.slice(1));
}

function slashProblem(subject: string, frame: string): Finding {
  const other = quoted([frame.slice(1)]);
  const text = `${subject} ${
    quoted([frame])
  } begins with a slash, but ${other} does not: apps take them for two frames`;
  return warning("frames", text, `use ${other} everywhere`);
}

function summary({ frames, roots }: FrameTrees, all: ReadonlySet<string>): Finding {
  if (frames.size === 0) {
    return passed("frames", `no transforms, so apps show data in its own frame: ${listed(all, MAX_NAMES)}`);
  }
  if (roots.length === 1) return passed("frames", `${frames.size} frames in one tree: ${listed(frames, MAX_NAMES)}`);
  const text = `the transforms form ${roots.length} trees, with the roots ${listed(roots, MAX_NAMES)}`;
  return passed("frames", `${text}: apps show only the one of the display frame`);
}

function quoted(frames: readonly string[]): string {
  return listed(frames.map((frame) => JSON.stringify(frame)), MAX_NAMES);
}
