// The option --latch: which topics are latched, although their channels do not say it.

import type { NamePattern } from "../name_patterns.ts";
import { LATCHED_TOPICS } from "../protocol/latch_depth.ts";
import { usageError } from "./failure.ts";
import { misplacedStar, topicNames } from "./topic_names.ts";

/** The option. */
export const LATCH_OPTION: { readonly type: "text"; readonly value: string; readonly help: string } = {
  type: "text",
  value: "TOPICS",
  help: `topics that are latched (default: ${LATCHED_TOPICS.join(",")})`,
};

/** Returns the topics of the option. */
export function latchedTopics(text: string | undefined): readonly NamePattern[] {
  if (text === undefined) return LATCHED_TOPICS;
  const names = topicNames(text);
  const wrong = misplacedStar(names);
  if (wrong !== undefined) throw usageError(`--latch: "*" is possible only at the end of a name, not as in "${wrong}"`);
  return names;
}
